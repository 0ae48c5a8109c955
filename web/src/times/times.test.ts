import { expect, test } from "vitest";
import { domain, lastDays, length, stepOf } from "./times";

test("a length is said as people say it", () => {
  expect([0, 59, 60, 754, 3_599, 3_600, 3_660, 7_500, 86_399, 86_400, 270_000].map(length)).toEqual([
    "0 s",
    "59 s",
    "1 min",
    "13 min",
    "60 min",
    "1 h",
    "1 h 01 min",
    "2 h 05 min",
    "24 h",
    "1 d",
    "3 d 3 h",
  ]);
});

test("an axis reaches from the mark below to the mark above", () => {
  expect(domain([])).toEqual([60, 86_400]);
  expect(domain([400, 5_000])).toEqual([300, 14_400]);
  expect(domain([3_600])).toEqual([1_800, 7_200]);
  expect(domain([10, 20])).toEqual([8, 60]);
});

test("a period ends today, and a long one is read by the week", () => {
  expect(lastDays(7, "2026-11-23")).toEqual({ from: "2026-11-17", to: "2026-11-23" });
  expect(stepOf(lastDays(21, "2026-11-23"))).toBe("DAY");
  expect(stepOf(lastDays(28, "2026-11-23"))).toBe("WEEK");
});
