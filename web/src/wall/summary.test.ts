import { expect, test } from "vitest";
import type { Task } from "../live/merge";
import { patientInitials, summarise } from "./summary";

const task = (id: string, over: Partial<Task>): Task =>
  ({
    id,
    status: "READY",
    priority: "ROUTINE",
    dueAt: null,
    createdAt: "2026-01-01T00:00:00Z",
    claim: null,
    ...over,
  }) as Task;
const by = (id: string) => ({ at: "", leaseUntil: null, lapsesSoon: false, by: { id, displayName: id } });

test("STAT that nobody holds leads, then overdue and unclaimed, then overdue, then by urgency", () => {
  const { urgent } = summarise([
    task("urgent", { priority: "URGENT" }),
    task("stat", { priority: "STAT" }),
    task("late-held", { isOverdue: true, status: "ACCEPTED", claim: by("ana") }),
    task("late-free", { isOverdue: true }),
    task("done", { status: "COMPLETED" }),
  ]);

  expect(urgent.map((one) => one.id)).toEqual(["stat", "late-free", "late-held", "urgent"]);
});

test("it counts what is overdue and unclaimed, and who holds how much", () => {
  const wall = summarise([
    task("a", { isOverdue: true }),
    task("b", { status: "IN_PROGRESS", claim: by("ana"), isOverdue: true }),
    task("c", { status: "ACCEPTED", claim: by("ana") }),
    task("d", { status: "ACCEPTED", claim: by("ben") }),
  ]);

  expect([wall.overdue, wall.unclaimed]).toEqual([2, 1]);
  expect(wall.holders.map((one) => [one.name, one.tasks.length, one.overdue])).toEqual([
    ["ana", 2, 1],
    ["ben", 1, 0],
  ]);
});

test("a patient is two letters, given name first, however the name is written", () => {
  expect(
    ["Haddad, Amira", "Amira Haddad", "Ana María Ruiz", "Lý, Thanh Tâm", "Cher", ""].map(patientInitials),
  ).toEqual(["A. H.", "A. H.", "A. R.", "T. L.", "C.", "–"]);
});
