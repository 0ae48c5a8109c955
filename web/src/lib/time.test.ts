import { expect, test } from "vitest";
import { age, ago, due, exact, fromLocalInput, moment, toLocalInput } from "./time";

const zone = "America/New_York";
const now = Date.parse("2026-11-21T15:00:00Z"); // Saturday 10:00 in New York

test("due times are said in the team's zone, in one wording", () => {
  expect(due("2026-11-21T19:30:00Z", false, now, zone)).toBe("due 14:30");
  expect(due("2026-11-22T14:00:00Z", false, now, zone)).toBe("due tomorrow 09:00");
  expect(due("2026-11-24T14:00:00Z", false, now, zone)).toBe("due Tue 09:00");
  expect(due("2026-12-03T14:00:00Z", false, now, zone)).toBe("due 3 Dec 09:00");
});

test("overdue is the server's word; how long is counted here", () => {
  expect(due("2026-11-21T13:00:00Z", true, now, zone)).toBe("2 h overdue");
  expect(due("2026-11-18T13:00:00Z", true, now, zone)).toBe("3 days overdue");
  expect(due("2026-11-21T14:59:00Z", false, now, zone)).toBe("due now");
});

test("a day changes at the team's midnight, not at Greenwich's", () => {
  expect(moment("2026-11-22T04:30:00Z", now, zone)).toBe("23:30");
  expect(moment("2026-11-22T05:30:00Z", now, zone)).toBe("tomorrow 00:30");
});

test("what just happened counts in seconds", () => {
  expect(ago("2026-11-21T14:59:57Z", now, zone)).toBe("3 s ago");
  expect(ago("2026-11-21T14:48:00Z", now, zone)).toBe("12 min ago");
});

test("the exact time names the day", () => {
  expect(exact("2026-11-21T19:30:00Z", zone)).toBe("Sat 21 Nov 2026, 14:30");
});

test("an input's local time becomes the right instant, also across a clock change", () => {
  expect(fromLocalInput("2026-11-21T14:30", zone)).toBe("2026-11-21T19:30:00.000Z");
  expect(fromLocalInput("2026-07-01T09:00", zone)).toBe("2026-07-01T13:00:00.000Z");
  expect(fromLocalInput("2026-11-01T12:00", zone)).toBe("2026-11-01T17:00:00.000Z");
  expect(toLocalInput(Date.parse("2026-11-21T19:30:00Z"), zone)).toBe("2026-11-21T14:30");
});

test("age counts whole years", () => {
  expect(age("1961-11-21", now, zone)).toBe(65);
  expect(age("1961-11-22", now, zone)).toBe(64);
});
