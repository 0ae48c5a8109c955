import { expect, test } from "vitest";
import type { Task } from "../live/merge";
import { wallOffers } from "./ActDialog";

const task = (over: Partial<Task>): Task =>
  ({ id: "t", status: "READY", claim: null, viewerCanClaim: false, ...over }) as Task;
const by = (id: string) => ({ at: "", leaseUntil: null, lapsesSoon: false, by: { id, displayName: id } });
const offered = (one: Task, me: string) =>
  Object.entries(wallOffers(one, me))
    .filter(([, is]) => is)
    .map(([name]) => name);

test("at the wall one takes what is free, though the wall itself may not, and goes on with one's own", () => {
  expect(offered(task({}), "ana")).toEqual(["claim"]);
  expect(offered(task({ status: "ACCEPTED", claim: by("ana") }), "ana")).toEqual([
    "start",
    "complete",
    "release",
  ]);
  expect(offered(task({ status: "ON_HOLD", claim: by("ana") }), "ana")).toEqual(["start", "release"]);
});

test("at the wall nobody touches what another holds", () => {
  expect(offered(task({ status: "ACCEPTED", claim: by("ben") }), "ana")).toEqual([]);
});
