import { expect, test } from "vitest";
import type { Task } from "./merge";
import { overlay, pendingClaim, pendingComplete, pendingStart } from "./pending";

const me = { id: "staff_ana", displayName: "Ana Ruiz" };
const ben = { id: "staff_ben", displayName: "Ben Okafor" };
const now = Date.parse("2026-11-21T12:00:00Z");
const free = { id: "a", version: 3, status: "READY", claim: null } as Task;
const held = (by: typeof me, over: Partial<Task> = {}): Task =>
  ({
    ...free,
    version: 4,
    status: "ACCEPTED",
    claim: { at: "", leaseUntil: null, lapsesSoon: false, by },
    ...over,
  }) as Task;
const only = (task: Task) => new Map([[task.id, task]]);

test("a claim shows at once as mine", () => {
  const shown = overlay(only(free), [pendingClaim(free, me, now)]).get("a");

  expect([shown?.status, shown?.claim?.by]).toEqual(["ACCEPTED", me]);
});

test("when somebody else turns out to hold it, the truth shows at once", () => {
  expect(overlay(only(held(ben)), [pendingClaim(free, me, now)]).get("a")?.claim?.by).toEqual(ben);
});

test("a comment by somebody while the claim is on its way does not throw the card back", () => {
  const commented = { ...free, version: 4 } as Task;

  expect(overlay(only(commented), [pendingClaim(free, me, now)]).get("a")?.claim?.by).toEqual(me);
});

test("without what is pending, the confirmed task shows again", () => {
  expect(overlay(only(free), []).get("a")).toBe(free);
});

test("start and done in quick succession stand upon each other", () => {
  const mine = held(me);
  const started = { ...mine, status: "IN_PROGRESS" } as Task;
  const pending = [pendingStart(mine, now), pendingComplete(started, me, now)];

  expect(overlay(only(mine), pending).get("a")?.status).toBe("COMPLETED");
});
