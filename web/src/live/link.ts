/**
 * Keeps one team's store right: reads the snapshot, follows the feed from its cursor, goes on after each cut,
 * and reads again when the server says that the cursor is too old.
 */

import type { TeamFeedSubscription } from "../gql/graphql";
import { type Failure, failureOf } from "../lib/errors";
import { silentAfter } from "./connection";
import type { Change } from "./merge";
import { pauseFor } from "./outbox";
import type { TeamStore } from "./store";

export type FeedItem = TeamFeedSubscription["teamFeed"];
/** What following needs of an item, whatever else it brings. */
export type Heard = { __typename: string; cursor: string; resumption?: string };
export type Snapshot = { cursor: string; change: Extract<Change, { kind: "snapshot" }> };

export type Sources<Item extends Heard = FeedItem> = {
  readSnapshot(): Promise<Snapshot>;
  /** Follows from `after()`, asked anew at each connection. `ended` is told once, with the errors if any. */
  follow(
    after: () => string | null,
    item: (item: Item) => void,
    ended: (reason: unknown) => void,
  ): () => void;
  restart(): void;
  onCut(listener: () => void): () => void;
  /** The network is back, or somebody looks again: what waits need not wait longer. */
  onWake(listener: () => void): () => void;
  /** How an item changes the team; null for one that only carries a cursor. */
  changeOf(item: Item): Change | null;
};

export type LinkEvents<Item extends Heard = FeedItem> = {
  onItem(item: Item): void;
  onSignedOut(): void;
  /** The line could not be opened at all: ask over HTTP who we are. */
  onRefused(): void;
};

/** A replay is over when nothing came for this long. */
const quiet = 400;

export class TeamLink<Item extends Heard = FeedItem> {
  private cursor: string | null = null;
  private turn = 0;
  private attempts = 0;
  private stops: (() => void)[] = [];
  private stopFeed = () => {};
  private retry: ReturnType<typeof setTimeout> | undefined;
  private next: (() => void) | null = null;
  private settle: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly store: TeamStore,
    private readonly sources: Sources<Item>,
    private readonly events: LinkEvents<Item>,
  ) {}

  start() {
    this.stops.push(this.sources.onCut(() => this.cut()));
    this.stops.push(this.sources.onWake(() => this.next?.()));
    const watch = setInterval(() => this.watch(), 1_000);
    this.stops.push(() => clearInterval(watch));
    void this.load();
  }

  stop() {
    this.turn++;
    this.leave();
    for (const stop of this.stops) stop();
  }

  /** Reads the team anew. The feed is closed meanwhile, so that nothing but our own answers can interleave. */
  async load() {
    this.leave();
    const turn = ++this.turn;
    this.store.apply({ kind: "reading" });
    if (this.store.read().state.head) this.store.connect({ phase: "catching-up" });
    try {
      const snapshot = await this.sources.readSnapshot();
      if (turn !== this.turn) return;
      this.store.apply(snapshot.change);
      this.store.fail(null);
      this.cursor = snapshot.cursor;
      this.open();
    } catch (error) {
      if (turn === this.turn) this.failed(failureOf(error));
    }
  }

  private open() {
    const turn = this.turn;
    this.stopFeed = this.sources.follow(
      () => this.cursor,
      (item) => {
        if (turn === this.turn) this.store.batch(() => this.hear(item));
      },
      (reason) => {
        if (turn === this.turn) this.ended(reason);
      },
    );
  }

  private hear(item: Item) {
    this.attempts = 0;
    this.cursor = item.cursor;
    this.store.connect({ lastItemAt: Date.now(), cutAt: null });
    if (item.__typename === "FeedOpened") {
      if (item.resumption === "RESET") return void this.load();
      this.store.connect({ phase: item.resumption === "REPLAYED" ? "catching-up" : "live" });
    }
    if (this.store.read().connection.phase !== "live") this.liveWhenQuiet();
    this.events.onItem(item);
    const change = this.sources.changeOf(item);
    if (change) this.store.apply(change);
  }

  private liveWhenQuiet() {
    clearTimeout(this.settle);
    this.settle = setTimeout(() => this.store.connect({ phase: "live" }), quiet);
  }

  private cut() {
    clearTimeout(this.settle);
    const { phase } = this.store.read().connection;
    if (phase !== "cut" && phase !== "ended") this.store.connect({ phase: "cut", cutAt: Date.now() });
  }

  private ended(reason: unknown) {
    const failure = Array.isArray(reason) ? failureOf(reason) : null;
    const code = failure?.code ?? null;
    if (code === "UNAUTHENTICATED") return this.events.onSignedOut();
    if (code === "FORBIDDEN" || code === "NOT_FOUND") return this.lost();
    this.cut();
    if (code === null && reason !== null) this.events.onRefused();
    const then = code === "BAD_USER_INPUT" ? () => void this.load() : () => this.open();
    this.again(then, failure?.retryAfter ?? null);
  }

  /** The viewer may no longer see this team. */
  private lost() {
    this.leave();
    this.turn++;
    this.store.connect({ phase: "ended" });
  }

  private failed(failure: Failure) {
    this.store.fail(failure);
    this.cut();
    if (failure.code === "UNAUTHENTICATED") return;
    if (failure.code === "NOT_FOUND" || failure.code === "FORBIDDEN") return;
    this.again(() => void this.load(), failure.retryAfter);
  }

  private again(then: () => void, retryAfter: number | null) {
    clearTimeout(this.retry);
    this.stopFeed();
    const go = () => {
      clearTimeout(this.retry);
      this.next = null;
      then();
    };
    this.retry = setTimeout(go, pauseFor(this.attempts++, retryAfter));
    // A server that named its time is not asked before.
    this.next = retryAfter === null ? go : null;
  }

  private watch() {
    const { lastItemAt, phase } = this.store.read().connection;
    if (phase === "live" && lastItemAt !== null && Date.now() - lastItemAt > silentAfter) {
      this.cut();
      this.sources.restart();
    }
  }

  private leave() {
    this.next = null;
    clearTimeout(this.retry);
    clearTimeout(this.settle);
    this.stopFeed();
    this.stopFeed = () => {};
  }
}
