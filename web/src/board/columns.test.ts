import { expect, test } from "vitest";
import type { Task } from "../live/merge";
import { columnsOf, type Filters } from "./columns";

const none: Filters = { kind: null, priority: null, overdue: false, of: null, holder: null };
const day = "2026-11-21T05:00:00Z";
const task = (id: string, over: Partial<Task>): Task =>
  ({ id, status: "READY", priority: "ROUTINE", dueAt: null, createdAt: day, claim: null, ...over }) as Task;
const by = (id: string) => ({ at: day, leaseUntil: null, lapsesSoon: false, by: { id, displayName: id } });
const ids = (tasks: Task[]) => tasks.map((t) => t.id);

test("a card stands with who holds it", () => {
  const columns = columnsOf(
    [
      task("free", {}),
      task("mine", { status: "ACCEPTED", claim: by("ana") }),
      task("theirs", { status: "IN_PROGRESS", claim: by("ben") }),
      task("held", { status: "ON_HOLD", claim: by("ana") }),
      task("gone", { status: "CANCELLED" }),
    ],
    "ana",
    day,
    none,
  );

  expect([columns.pool, columns.mine, columns.team, columns.waiting].map(ids)).toEqual([
    ["free"],
    ["mine"],
    ["theirs"],
    ["held"],
  ]);
});

test("done today is what was done since the team's day began, the latest first", () => {
  const columns = columnsOf(
    [
      task("early", { status: "COMPLETED", completedAt: "2026-11-21T08:00:00Z" }),
      task("late", { status: "COMPLETED", completedAt: "2026-11-21T09:00:00Z" }),
      task("yesterday", { status: "COMPLETED", completedAt: "2026-11-20T22:00:00Z" }),
    ],
    null,
    day,
    none,
  );

  expect(ids(columns.done)).toEqual(["late", "early"]);
});

test("priority, then due time, then age", () => {
  const columns = columnsOf(
    [
      task("routine-late", { dueAt: "2026-11-21T08:00:00Z" }),
      task("no-due", {}),
      task("stat", { priority: "STAT" }),
      task("routine-early", { dueAt: "2026-11-21T07:00:00Z" }),
    ],
    null,
    day,
    none,
  );

  expect(ids(columns.pool)).toEqual(["stat", "routine-early", "routine-late", "no-due"]);
});

test("filters leave only what was asked for", () => {
  const tasks = [task("a", { kind: "X", isOverdue: true }), task("b", { kind: "Y", isOverdue: false })];

  expect(ids(columnsOf(tasks, null, day, { ...none, kind: "Y" }).pool)).toEqual(["b"]);
  expect(ids(columnsOf(tasks, null, day, { ...none, overdue: true }).pool)).toEqual(["a"]);
});
