/**
 * What a person did and the server has not answered yet. Each thing has a name of its own, the same at every attempt, so
 * that the server does it once however often it is sent. An outage of up to two minutes is waited out; what was lost
 * then, or because somebody was faster, is said loudly. It lives in memory only: patients' data are in no storage.
 */
import type { Failure } from "../lib/errors";
import { backoff } from "./socket";

export type Action<A> = {
  /** A task, a patient, a team: what is done with one thing goes one after another. Null for what is new. */
  about: string | null;
  /** In the words of whoever did it: claim “Call Mrs Diaz”. */
  words: string;
  /** One try under that name. */
  attempt(name: string): Promise<Reply<A>>;
  /** Why an answer is a loss all the same: somebody was faster. */
  lost?(data: A): string | null;
};

export type Reply<A> = { data: A; failure: null } | { data: null; failure: Failure };

/** `told`: the loss was said loudly already. */
export type Outcome<A> =
  | { data: A; failure: null; told: boolean }
  | { data: null; failure: Failure; told: boolean };

export type Unsent = {
  readonly name: string;
  readonly about: string;
  readonly words: string;
  readonly since: number;
  /** Kept: an attempt failed, and there will be another. */
  readonly is: "sent" | "slow" | "kept";
};

/** Not `sure`: it may have been done all the same. */
export type Loss = { words: string; why: string; sure: boolean };

export type OutboxEvents = { kept(words: string): void; saved(words: string): void; lost(loss: Loss): void };

export const keepFor = 120_000;
/** An answer is expected within this time; then the card says that it is being saved. */
const slowAfter = 1_000;

/** How the last thing ended that was done with a task: what comes next stands upon it. */
type Footing = "went" | "refused" | "lost";

const nobodyKnows: Failure = {
  code: "NETWORK",
  message:
    "Huddle did not answer for two minutes. Look at the board when it is live again: it shows what is true.",
  field: null,
  retryAfter: null,
  reason: null,
};
const stoodUpon: Failure = {
  code: "CONFLICT",
  message: "What came before it was not done.",
  field: null,
  retryAfter: null,
  reason: null,
};
const closed: Failure = {
  code: "UNAUTHENTICATED",
  message: "You were signed out.",
  field: null,
  retryAfter: null,
  reason: null,
};

/** Worth another attempt: nobody decided anything, or nobody could be reached. */
export const isOutage = (failure: Failure) => failure.code === "NETWORK" || failure.code === "UNAVAILABLE";

export class Outbox {
  private unsent: readonly Unsent[] = [];
  private turns = new Map<string, Promise<Footing>>();
  private sleepers = new Set<() => void>();
  private listeners = new Set<() => void>();
  private isClosed = false;

  constructor(private readonly events: OutboxEvents) {}

  read = (): readonly Unsent[] => this.unsent;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  async send<A>(action: Action<A>): Promise<Outcome<A>> {
    const name = newName();
    const about = action.about ?? name;
    this.update([...this.unsent, { name, about, words: action.words, since: Date.now(), is: "sent" }]);
    const slow = setTimeout(() => this.mark(name, "slow"), slowAfter);
    const before = this.turns.get(about) ?? Promise.resolve<Footing>("went");
    const outcome = before.then((footing) =>
      footing === "went" ? this.deliver(name, action) : this.lose(name, stoodUpon, footing === "lost"),
    );
    const turn = outcome.then((one): Footing => {
      if (one.failure === null && !action.lost?.(one.data)) return "went";
      return one.told ? "lost" : "refused";
    });
    this.turns.set(about, turn);
    const ended = await outcome;
    clearTimeout(slow);
    this.update(this.unsent.filter((one) => one.name !== name));
    if (this.turns.get(about) === turn) this.turns.delete(about);
    return ended;
  }

  /** The line is back: whatever waits for no more than that goes now. */
  wake = () => {
    for (const wake of [...this.sleepers]) wake();
  };

  /** Nothing more is sent: the session is over. */
  close() {
    this.isClosed = true;
    this.wake();
  }

  private async deliver<A>(name: string, action: Action<A>): Promise<Outcome<A>> {
    for (let attempt = 0; ; attempt++) {
      if (this.isClosed) return { data: null, failure: closed, told: true };
      // Also after a sleep of the whole machine: nobody expects then what they asked for long ago.
      const left = (this.find(name)?.since ?? 0) + keepFor - Date.now();
      if (left <= 0) return this.lose(name, nobodyKnows, true);
      const reply = await action.attempt(name);
      const kept = this.find(name)?.is === "kept";
      if (reply.failure === null) {
        const why = action.lost?.(reply.data) ?? null;
        if (kept && why) this.events.lost({ words: action.words, why, sure: true });
        else if (kept) this.events.saved(action.words);
        return { ...reply, told: kept && why !== null };
      }
      if (!isOutage(reply.failure)) return this.lose(name, reply.failure, kept);
      if (!kept) this.events.kept(action.words);
      this.mark(name, "kept");
      await this.sleep(attempt, left, reply.failure.retryAfter);
    }
  }

  private lose(name: string, failure: Failure, loudly: boolean): Outcome<never> {
    const words = this.find(name)?.words ?? "";
    const told = loudly && !this.isClosed;
    if (told) this.events.lost({ words, why: failure.message, sure: failure !== nobodyKnows });
    return { data: null, failure, told: told || this.isClosed };
  }

  /** Until the next attempt. A time that the server asked for is kept to; any other ends when the line is back. */
  private sleep(attempt: number, atMost: number, retryAfter: number | null): Promise<void> {
    const wait = Math.min(atMost, pauseFor(attempt, retryAfter));
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.sleepers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, wait);
      if (retryAfter === null) this.sleepers.add(wake);
    });
  }

  private find(name: string) {
    return this.unsent.find((one) => one.name === name);
  }

  private mark(name: string, is: "slow" | "kept") {
    this.update(this.unsent.map((one) => (one.name === name && one.is !== "kept" ? { ...one, is } : one)));
  }

  private update(unsent: readonly Unsent[]) {
    this.unsent = unsent;
    for (const listener of this.listeners) listener();
  }
}

/** A server that says when to come back is asked a little later than that, so that not all come at once. */
export function pauseFor(attempt: number, retryAfter: number | null, random = Math.random): number {
  if (retryAfter === null) return backoff(attempt, random);
  return retryAfter * 1_000 * (1 + random() / 4);
}

/** What was kept, and what waits behind it. */
export function waiting(unsent: readonly Unsent[]): readonly Unsent[] {
  const held = new Set(unsent.filter((one) => one.is === "kept").map((one) => one.about));
  return unsent.filter((one) => held.has(one.about));
}

/** Random enough on a page without TLS as well, where `crypto.randomUUID` is not to be had. */
function newName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
