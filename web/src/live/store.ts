/** One team as this screen knows it: the merged state, what is pending, and how live it is. React reads it by `useTeam`. */
import type { Failure } from "../lib/errors";
import type { Connection } from "./connection";
import { type Change, emptyTeam, merge, type Task, type TaskNews, type TeamState } from "./merge";
import { overlay, type Pending } from "./pending";

export type TeamView = {
  readonly state: TeamState;
  /** Confirmed tasks with what is pending laid over them. */
  readonly tasks: ReadonlyMap<string, Task>;
  readonly busy: ReadonlySet<string>;
  /** Tasks that somebody else took while this person reached for them. */
  readonly lost: ReadonlySet<string>;
  readonly connection: Connection;
  readonly failure: Failure | null;
  /** Rises with every change that the feed brought; who needs more than cards reads again then. */
  readonly revision: number;
  /** Rises with what the feed tells besides tasks, patients and the team: who shows such reads it again then. */
  readonly told: number;
};

/** Renders at most once a frame's time: a replay of a thousand items is not a thousand renders. */
const settleMs = 16;
const lostFor = 12_000;

export class TeamStore {
  private view: TeamView;
  private pending: readonly Pending[] = [];
  private listeners = new Set<() => void>();
  private told = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private batching = false;

  constructor(readonly teamId: string) {
    this.view = {
      state: emptyTeam(teamId),
      tasks: new Map(),
      busy: new Set(),
      lost: new Set(),
      connection: { phase: "loading", lastItemAt: null, cutAt: null },
      failure: null,
      revision: 0,
      told: 0,
    };
  }

  read = (): TeamView => this.view;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  apply(change: Change) {
    const state = merge(this.view.state, change);
    if (state === this.view.state) return;
    const fresh = change.kind === "reading" || ("from" in change && change.from === "answer") ? 0 : 1;
    this.update({ state, revision: this.view.revision + fresh });
  }

  hear() {
    this.update({ told: this.view.told + 1 });
  }

  answer(news: TaskNews) {
    this.apply({ kind: "task", from: "answer", news });
  }

  /** Shows an action at once, so that the next key finds what this one did; call the result when the answer is in. */
  expect(pending: Pending): () => void {
    this.pending = [...this.pending, pending];
    this.update({});
    this.tellNow();
    return () => {
      this.pending = this.pending.filter((one) => one !== pending);
      this.update({});
    };
  }

  /** Marks a card that somebody else took first, for a while. */
  lose(taskId: string) {
    this.update({ lost: new Set(this.view.lost).add(taskId) });
    setTimeout(() => {
      this.update({ lost: new Set([...this.view.lost].filter((id) => id !== taskId)) });
    }, lostFor);
  }

  connect(connection: Partial<Connection>) {
    this.update({ connection: { ...this.view.connection, ...connection } });
  }

  fail(failure: Failure | null) {
    this.update({ failure });
  }

  /** Several changes, told once. */
  batch(work: () => void) {
    this.batching = true;
    try {
      work();
    } finally {
      this.batching = false;
      this.tell();
    }
  }

  private update(part: Partial<TeamView>) {
    const next = { ...this.view, ...part };
    const busy = new Set(this.pending.map((one) => one.taskId));
    this.view = { ...next, tasks: overlay(next.state.tasks, this.pending), busy };
    this.tell();
  }

  private tell() {
    if (this.timer || this.batching) return;
    const wait = this.told + settleMs - Date.now();
    if (wait <= 0) return this.tellNow();
    this.timer = setTimeout(() => this.tellNow(), wait);
  }

  private tellNow() {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.told = Date.now();
    for (const listener of this.listeners) listener();
  }
}
