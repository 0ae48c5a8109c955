import { expect, test } from "vitest";
import { againstMeasure, count, digits, paceOf } from "./words";

test("a clock counts minutes and seconds, and hours where a huddle was never ended", () => {
  expect([0, 5.9, 65, 3723, -4].map(digits)).toEqual(["0:00", "0:05", "1:05", "1:02:03", "0:00"]);
});

test("a patient takes their time, is nearly through, or over", () => {
  expect([0, 71, 72, 90, 91].map((seconds) => paceOf(seconds, 90))).toEqual([
    "fine",
    "fine",
    "near",
    "near",
    "over",
  ]);
  expect(againstMeasure(30, 90)).toBe("of 1:30");
  expect(againstMeasure(102, 90)).toBe("0:12 over 1:30");
});

test("one is not many", () => {
  expect([count(1, "decision"), count(0, "decision"), count(2, "person", "people")]).toEqual([
    "1 decision",
    "0 decisions",
    "2 people",
  ]);
});
