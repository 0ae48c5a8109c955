import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Change,
  emptyTeam,
  merge,
  type Patient,
  type Task,
  type TeamHead,
  type TeamState,
} from "./merge";

const HERE = "team_here";
const THERE = "team_there";

function task(id: string, version: number, over: Partial<Task> = {}): Task {
  return {
    id,
    version,
    kind: "OUTREACH_CALL",
    kindName: "Outreach call",
    title: id,
    status: "READY",
    statusReason: null,
    statusSince: "2026-01-01T00:00:00Z",
    priority: "ROUTINE",
    dueAt: null,
    dueState: "NOT_DUE",
    isOverdue: false,
    createdAt: "2026-01-01T00:00:00Z",
    completedAt: null,
    viewerCanClaim: true,
    viewerCanAssign: false,
    careTeam: { id: HERE },
    claim: null,
    completedBy: null,
    patientId: null,
    ...over,
  } as Task;
}

const news = (t: Task) => ({ task: t, patient: null });
const head = { id: HERE, name: "Cedar", members: [] } as unknown as TeamHead;
const snapshot = (...tasks: Task[]): Change => ({
  kind: "snapshot",
  head,
  tasks: tasks.map(news),
  patients: [],
  huddle: null,
});
const feed = (t: Task): Change => ({ kind: "task", from: "feed", news: news(t) });
const answer = (t: Task): Change => ({ kind: "task", from: "answer", news: news(t) });
const run = (...changes: Change[]) => changes.reduce(merge, emptyTeam(HERE));
const versions = (s: TeamState) => Object.fromEntries([...s.tasks].map(([id, t]) => [id, t.version]));

describe("merge", () => {
  test("an older version never overwrites a newer one", () => {
    expect(versions(run(snapshot(task("a", 3)), feed(task("a", 2)), answer(task("a", 1))))).toEqual({ a: 3 });
  });

  test("a stale change gives back the very same state", () => {
    const state = run(snapshot(task("a", 3)));

    expect(merge(state, feed(task("a", 2)))).toBe(state);
  });

  test("a task that left the team is not brought back by a late answer", () => {
    const state = run(snapshot(task("a", 3)), { kind: "removed", id: "a" }, answer(task("a", 4)));

    expect(versions(state)).toEqual({});
  });

  test("a task that came back by the feed is there again", () => {
    const back = feed(task("a", 5));

    expect(versions(run(snapshot(task("a", 3)), { kind: "removed", id: "a" }, back))).toEqual({ a: 5 });
  });

  test("a change that names another team takes the task away", () => {
    expect(versions(run(snapshot(task("a", 3)), answer(task("a", 4, { careTeam: { id: THERE } }))))).toEqual(
      {},
    );
  });

  test("an answer given while the snapshot was read wins over the snapshot", () => {
    const state = run(
      snapshot(task("a", 1)),
      { kind: "reading" },
      answer(task("a", 2)),
      snapshot(task("a", 1)),
    );

    expect(versions(state)).toEqual({ a: 2 });
  });

  test("a snapshot after a restored database may start again from lower versions", () => {
    expect(versions(run(snapshot(task("a", 9)), { kind: "reading" }, snapshot(task("a", 2))))).toEqual({
      a: 2,
    });
  });

  test("a patient who left is remembered as gone, and as here again after coming back", () => {
    const ana = { id: "patient_a", version: 1, careTeam: { id: HERE } } as unknown as Patient;
    const arrive: Change = { kind: "patient", from: "feed", patient: ana };

    const left = run(arrive, { kind: "removed", id: ana.id });
    expect(left.gone.has(ana.id)).toBe(true);
    expect(merge(left, { ...arrive, patient: { ...ana, version: 2 } }).gone.has(ana.id)).toBe(false);
  });
});

/** A server with one log, and one screen that hears of it through snapshots, feed and answers in any interleaving. */
class World {
  log: Change[] = [];
  tasks = new Map<string, Task>();
  private away = new Map<string, Task>();
  private feedAt: number | null = null;
  private readingTo: { cursor: number; change: Change } | null | "asked" = null;
  private answers: Change[] = [];
  screen = emptyTeam(HERE);

  private write(t: Task, answered: boolean) {
    const wasHere = this.tasks.has(t.id);
    if (t.careTeam.id === HERE) {
      this.tasks.set(t.id, t);
      this.away.delete(t.id);
      this.log.push(feed(t));
    } else {
      this.tasks.delete(t.id);
      this.away.set(t.id, t);
      if (wasHere) this.log.push({ kind: "removed", id: t.id });
    }
    if (answered) this.answers.push(answer(t));
  }

  step(action: string, pick: number, answered: boolean) {
    const known = [...this.tasks.values(), ...this.away.values()];
    const one = known[pick % Math.max(1, known.length)];
    if (action === "create") this.write(task(`t${this.log.length}`, 1), answered);
    if (action === "change" && one) this.write({ ...one, version: one.version + 1 }, answered);
    if (action === "move" && one)
      this.write(
        { ...one, version: one.version + 1, careTeam: { id: one.careTeam.id === HERE ? THERE : HERE } },
        answered,
      );
    if (action === "answer") this.hear(this.answers.splice(pick % Math.max(1, this.answers.length), 1)[0]);
    if (action === "ask") this.ask();
    if (action === "read") this.read();
    if (action === "arrive") this.arrive();
    if (action === "feed") this.deliver();
    if (action === "again" && this.feedAt) this.feedAt = Math.max(0, this.feedAt - (pick % 4));
  }

  private hear(change: Change | undefined) {
    if (change) this.screen = merge(this.screen, change);
  }
  private ask() {
    this.feedAt = null;
    this.readingTo = "asked";
    this.hear({ kind: "reading" });
  }
  private read() {
    if (this.readingTo === "asked")
      this.readingTo = { cursor: this.log.length, change: snapshot(...this.tasks.values()) };
  }
  private arrive() {
    if (!this.readingTo || this.readingTo === "asked") return;
    this.hear(this.readingTo.change);
    this.feedAt = this.readingTo.cursor;
    this.readingTo = null;
  }
  private deliver(): boolean {
    if (this.feedAt === null || this.feedAt >= this.log.length) return false;
    this.hear(this.log[this.feedAt++]);
    return true;
  }
  settle() {
    while (this.answers.length) this.hear(this.answers.shift());
    if (this.feedAt === null) {
      this.ask();
      this.read();
      this.arrive();
    }
    while (this.deliver());
  }
}

test("what left the team's view is remembered also of a patient whom only a drawer shows", () => {
  const after = merge(emptyTeam(HERE), { kind: "removed", id: "somebody" });

  expect(after.gone.has("somebody")).toBe(true);
  expect(merge(after, { kind: "removed", id: "somebody" })).toBe(after);
});

test("any interleaving of snapshots, feed, answers and duplicates ends in what a fresh read gives, and no version goes backwards", () => {
  const actions = [
    "create",
    "change",
    "change",
    "move",
    "answer",
    "ask",
    "read",
    "arrive",
    "feed",
    "feed",
    "again",
  ];
  const step = fc.tuple(fc.constantFrom(...actions), fc.nat(20), fc.boolean());

  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const world = new World();
      const highest = new Map<string, number>();
      for (const [action, pick, answered] of steps) {
        world.step(action, pick, answered);
        for (const [id, t] of world.screen.tasks) {
          expect(t.version).toBeGreaterThanOrEqual(highest.get(id) ?? 0);
          highest.set(id, t.version);
        }
      }

      world.settle();

      expect(world.screen.tasks).toEqual(world.tasks);
    }),
    { numRuns: 2000 },
  );
});
