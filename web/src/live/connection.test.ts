import { expect, test } from "vitest";
import { type Connection, markOf } from "./connection";

const live: Connection = { phase: "live", lastItemAt: 100_000, cutAt: null };

test("live while something came within 25 seconds", () => {
  expect(markOf(live, 124_000, true)).toEqual({ is: "live" });
});

test("a line that is open but silent is stale since the last item", () => {
  expect(markOf(live, 126_000, true)).toEqual({ is: "stale", since: 100_000 });
});

test("a blink of a cut is catching up, a longer one is stale", () => {
  const cut: Connection = { phase: "cut", lastItemAt: 100_000, cutAt: 101_000 };

  expect(markOf(cut, 102_000, true)).toEqual({ is: "catching-up" });
  expect(markOf(cut, 105_000, true)).toEqual({ is: "stale", since: 100_000 });
});

test("a browser that knows it is offline says stale at once", () => {
  expect(markOf({ phase: "cut", lastItemAt: 100_000, cutAt: 101_000 }, 101_001, false)).toEqual({
    is: "stale",
    since: 100_000,
  });
});

test("before the first item it is connecting", () => {
  expect(markOf({ phase: "loading", lastItemAt: null, cutAt: null }, 1, true)).toEqual({ is: "connecting" });
});
