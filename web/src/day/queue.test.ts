import { describe, expect, test } from "vitest";
import type { Task } from "../live/merge";
import { type Day, grouped, minutesSince, queueOf, stands } from "./queue";

const me = "staff_1";

function task(id: string, over: Partial<Task> = {}): Task {
  const claim = { at: "2026-11-23T14:00:00Z", leaseUntil: null, by: { id: me, displayName: "Ana" } };
  return { id, version: 1, status: "ACCEPTED", claim, patientId: null, ...over } as Task;
}

/** As the server answers, as far as the queue looks at it. */
function dayOf(ids: string[], batches: [string, string[]][] = []): Day {
  return {
    queue: ids.map((id, at) => ({
      rank: at + 1,
      task: { ...task(id), careTeam: { id: "t" }, patient: null },
    })),
    batches: batches.map(([kind, tasks]) => ({
      kind,
      patients: [],
      tasks: tasks.map((one) => ({ id: one })),
    })),
  } as unknown as Day;
}

const idsOf = (items: readonly { task: Task }[]) => items.map((item) => item.task.id);

describe("the queue of this screen", () => {
  test("keeps the server's order", () => {
    expect(idsOf(queueOf(dayOf(["b", "a", "c"]), new Map(), me, []))).toEqual(["b", "a", "c"]);
  });

  test("lets go at once of what the feed says somebody else took, or is over", () => {
    const by = { id: "staff_2", displayName: "Ben" };
    const taken = task("a", { version: 2, claim: { at: "", leaseUntil: null, by } as Task["claim"] });
    const over = task("b", { version: 2, status: "COMPLETED" });
    const live = new Map([taken, over].map((one) => [one.id, one]));
    expect(idsOf(queueOf(dayOf(["a", "b", "c"]), live, me, []))).toEqual(["c"]);
  });

  test("never goes back to an older version", () => {
    const older = task("a", { version: 0, status: "COMPLETED" });
    expect(idsOf(queueOf(dayOf(["a"]), new Map([["a", older]]), me, []))).toEqual(["a"]);
  });

  test("puts what was skipped last, in the order of skipping", () => {
    expect(idsOf(queueOf(dayOf(["a", "b", "c", "d"]), new Map(), me, ["b", "a"]))).toEqual([
      "c",
      "d",
      "b",
      "a",
    ]);
  });

  test("takes an open task for free only while nobody holds it", () => {
    expect(stands(task("a", { status: "READY", claim: null }), me)).toBe(true);
    expect(stands(task("a", { status: "DRAFT", claim: null }), me)).toBe(false);
    expect(stands(task("a"), null)).toBe(false);
  });
});

test("a batch of which one is left is none any more", () => {
  const day = dayOf(
    ["a", "b", "c"],
    [
      ["CALL", ["a", "b"]],
      ["CALL", ["c", "gone"]],
      ["HOUSEHOLD", ["a", "c"]],
    ],
  );
  const { batches, alone } = grouped(day, queueOf(day, new Map(), me, []), "CALL");
  expect(batches.map((batch) => idsOf(batch.items))).toEqual([["a", "b"]]);
  expect(idsOf(alone)).toEqual(["c"]);
});

test("minutes are whole, and one at least", () => {
  const at = (seconds: number) => minutesSince(0, seconds * 1000);
  expect([at(0), at(29), at(95), at(7 * 60)]).toEqual([1, 1, 2, 7]);
});
