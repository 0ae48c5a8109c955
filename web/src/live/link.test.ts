import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type FeedItem, type Sources, TeamLink } from "./link";
import { TeamStore } from "./store";

const head = { id: "team_a", name: "Cedar", members: [] };

function stage() {
  const store = new TeamStore("team_a");
  const told = { signedOut: 0, refused: 0 };
  const feeds: {
    after: () => string | null;
    item(i: unknown): void;
    end(reason: unknown): void;
    stopped: boolean;
  }[] = [];
  let cut = () => {};
  let wake = () => {};
  let reads = 0;
  const sources: Sources = {
    readSnapshot: async () => ({
      cursor: `snapshot-${++reads}`,
      change: { kind: "snapshot", head: head as never, tasks: [], patients: [], huddle: null },
    }),
    follow: (after, item, ended) => {
      const feed = { after, item: item as (i: unknown) => void, end: ended, stopped: false };
      feeds.push(feed);
      return () => {
        feed.stopped = true;
      };
    },
    restart: vi.fn(),
    onCut: (listener) => {
      cut = listener;
      return () => {};
    },
    onWake: (listener) => {
      wake = listener;
      return () => {};
    },
    changeOf: (item: FeedItem) =>
      item.__typename === "NodeRemoved" ? { kind: "removed", id: item.nodeId } : null,
  };
  const link = new TeamLink(store, sources, {
    onItem: () => {},
    onSignedOut: () => told.signedOut++,
    onRefused: () => told.refused++,
  });
  const opened = (resumption: string, cursor: string) => ({
    __typename: "FeedOpened",
    cursor,
    at: "",
    resumption,
  });
  return {
    store,
    link,
    feeds,
    told,
    opened,
    sources,
    cut: () => cut(),
    wake: () => wake(),
    reads: () => reads,
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("the feed is opened after the snapshot's cursor and goes on after the last item", async () => {
  const s = stage();
  s.link.start();
  await vi.advanceTimersByTimeAsync(0);

  expect(s.feeds[0]?.after()).toBe("snapshot-1");
  s.feeds[0]?.item(s.opened("LIVE", "c5"));
  s.feeds[0]?.item({ __typename: "FeedHeartbeat", cursor: "c9", at: "" });

  expect(s.feeds[0]?.after()).toBe("c9");
  expect(s.store.read().connection.phase).toBe("live");
});

test("RESET reads the team again and opens a new feed after the new cursor", async () => {
  const s = stage();
  s.link.start();
  await vi.advanceTimersByTimeAsync(0);

  s.feeds[0]?.item(s.opened("RESET", "c0"));
  await vi.advanceTimersByTimeAsync(0);

  expect(s.feeds[0]?.stopped).toBe(true);
  expect(s.feeds[1]?.after()).toBe("snapshot-2");
});

test("an item of a feed that was left is not heard", async () => {
  const s = stage();
  s.link.start();
  await vi.advanceTimersByTimeAsync(0);
  s.feeds[0]?.item(s.opened("RESET", "c0"));
  await vi.advanceTimersByTimeAsync(0);

  s.feeds[0]?.item({ __typename: "FeedHeartbeat", cursor: "old", at: "" });

  expect(s.feeds[1]?.after()).toBe("snapshot-2");
});

test("a replay is catching up until it is quiet", async () => {
  const s = stage();
  s.link.start();
  await vi.advanceTimersByTimeAsync(0);

  s.feeds[0]?.item(s.opened("REPLAYED", "c1"));
  expect(s.store.read().connection.phase).toBe("catching-up");
  await vi.advanceTimersByTimeAsync(500);
  expect(s.store.read().connection.phase).toBe("live");
});

test("a silent line is restarted after 25 seconds", async () => {
  const s = stage();
  s.link.start();
  await vi.advanceTimersByTimeAsync(0);
  s.feeds[0]?.item(s.opened("LIVE", "c1"));

  await vi.advanceTimersByTimeAsync(27_000);

  expect(s.sources.restart).toHaveBeenCalledTimes(1);
  expect(s.store.read().connection.phase).toBe("cut");
});

test("a feed that ends for no reason is opened again after the last cursor", async () => {
  const s = stage();
  s.link.start();
  await vi.advanceTimersByTimeAsync(0);
  s.feeds[0]?.item(s.opened("LIVE", "c7"));

  s.feeds[0]?.end(null);
  await vi.advanceTimersByTimeAsync(300);

  expect(s.feeds[1]?.after()).toBe("c7");
});

test("a server that is busy is asked for the team again when it said", async () => {
  const s = stage();
  const read = s.sources.readSnapshot;
  let busy = true;
  s.sources.readSnapshot = async () => {
    if (busy) throw [{ message: "busy", extensions: { code: "UNAVAILABLE", retryAfter: 3 } }];
    return read();
  };

  s.link.start();
  await vi.advanceTimersByTimeAsync(2_900);
  busy = false;
  expect(s.feeds).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(s.feeds[0]?.after()).toBe("snapshot-1");

  s.feeds[0]?.end([{ message: "busy", extensions: { code: "UNAVAILABLE", retryAfter: 3 } }]);
  await vi.advanceTimersByTimeAsync(2_900);
  expect(s.feeds).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(s.feeds[1]?.after()).toBe("snapshot-1");
});

test("whoever looks again, or is online again, does not wait", async () => {
  const s = stage();
  const read = s.sources.readSnapshot;
  s.sources.readSnapshot = () => Promise.reject([{ message: "away", extensions: { code: "UNAVAILABLE" } }]);
  s.link.start();
  await vi.advanceTimersByTimeAsync(60_000);

  s.sources.readSnapshot = read;
  s.wake();
  await vi.advanceTimersByTimeAsync(0);

  expect(s.feeds[0]?.after()).toBe("snapshot-1");
});

test("FORBIDDEN ends it for good, UNAUTHENTICATED signs out", async () => {
  const s = stage();
  s.link.start();
  await vi.advanceTimersByTimeAsync(0);
  s.feeds[0]?.end([{ message: "no", extensions: { code: "FORBIDDEN" } }]);
  await vi.advanceTimersByTimeAsync(60_000);

  expect(s.store.read().connection.phase).toBe("ended");
  expect(s.feeds).toHaveLength(1);

  const other = stage();
  other.link.start();
  await vi.advanceTimersByTimeAsync(0);
  other.feeds[0]?.end([{ message: "no", extensions: { code: "UNAUTHENTICATED" } }]);
  expect(other.told.signedOut).toBe(1);
});
