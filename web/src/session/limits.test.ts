import { expect, test } from "vitest";
import { endOf, isNear, type Limits, later } from "./limits";

const at = (seconds: number) => new Date(seconds * 1000).toISOString();
const limits: Limits = { idleSeconds: 1800, idleExpiresAt: at(1800), expiresAt: at(43_200) };

test("the idle limit comes first, and a minute before it is near", () => {
  const early = endOf(limits, 1_739_000);
  const late = endOf(limits, 1_741_000);

  expect(early).toEqual({ why: "idle", left: 61_000 });
  expect(early && isNear(early, limits)).toBe(false);
  expect(late && isNear(late, limits)).toBe(true);
});

test("the whole session's limit comes first in its last half hour", () => {
  expect(endOf({ ...limits, idleExpiresAt: at(43_300) }, 43_190_000)).toEqual({ why: "whole", left: 10_000 });
});

test("a short limit is said in its last half only", () => {
  const short: Limits = { idleSeconds: 60, idleExpiresAt: at(60), expiresAt: null };
  const near = (now: number) => {
    const end = endOf(short, now);
    return end && isNear(end, short);
  };

  expect(near(29_000)).toBe(false);
  expect(near(31_000)).toBe(true);
});

test("a screen on the wall has no end", () => {
  expect(endOf({ idleSeconds: null, idleExpiresAt: null, expiresAt: null }, 0)).toBeNull();
});

test("what another tab knows counts where it is later", () => {
  expect(later(limits, at(2000)).idleExpiresAt).toBe(at(2000));
  expect(later(limits, at(1700)).idleExpiresAt).toBe(at(1800));
});
