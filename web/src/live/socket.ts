/**
 * The only WebSocket. It is signed in by the session cookie, reconnects for ever, and notices a dead line:
 * a ping without a pong, the browser going offline, the machine waking up, or whoever calls `restart`.
 */
import { type Client, createClient, type ExecutionResult, type SubscribePayload } from "graphql-ws";

export type Sink<T> = { next(result: ExecutionResult<T>): void; end(reason: unknown): void };

export type Socket = {
  /** `payload` is read again on each connection, so a feed goes on after its last cursor. */
  subscribe<T>(payload: SubscribePayload, sink: Sink<T>): () => void;
  /** Drops the line and connects at once. */
  restart(): void;
  onCut(listener: () => void): () => void;
  onOpen(listener: () => void): () => void;
  close(): void;
};

const pongWithin = 5_000;
const tick = 5_000;
/** A machine that did nothing for this long was asleep, and its line may be dead without a word. */
const sleptAfter = 15_000;
/** Going away, and service restart: everybody who was there comes back, so they come spread out. */
const leaving = new Set([1001, 1012]);

/** Waits 250 ms, then twice as long each time, up to 10 s, with jitter so that a ward does not knock in step. */
export function backoff(attempt: number, random = Math.random): number {
  return Math.min(10_000, 250 * 2 ** Math.min(attempt, 10)) * (0.5 + random() / 2);
}

/** The first wait after a server said that it leaves: up to five seconds, never at once. */
export const spread = (random = Math.random) => 500 + random() * 4_500;

export function openSocket(url: string): Socket {
  let wake = () => {};
  let pongDue: ReturnType<typeof setTimeout> | undefined;
  const cutListeners = new Set<() => void>();
  const openListeners = new Set<() => void>();
  let serverLeft = false;

  const wait = (attempt: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, serverLeft && attempt === 0 ? spread() : backoff(attempt));
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const client: Client = createClient({
    url,
    lazyCloseTimeout: 3_000,
    keepAlive: 10_000,
    connectionAckWaitTimeout: 10_000,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: wait,
    on: {
      ping: (received) => {
        if (!received) pongDue = setTimeout(() => client.terminate(), pongWithin);
      },
      pong: (received) => {
        if (received) clearTimeout(pongDue);
      },
      connected: () => {
        serverLeft = false;
        for (const listener of openListeners) listener();
      },
      closed: (event) => {
        clearTimeout(pongDue);
        serverLeft = leaving.has((event as CloseEvent).code);
        for (const listener of cutListeners) listener();
      },
    },
  });

  const restart = () => {
    client.terminate();
    // The client starts to wait only after the cut was told around.
    setTimeout(() => wake(), 0);
  };
  const onOffline = () => client.terminate();
  let hiddenAt = 0;
  const onVisible = () => {
    if (document.visibilityState === "hidden") hiddenAt = Date.now();
    else if (hiddenAt && Date.now() - hiddenAt > 20_000) restart();
    else wake();
  };
  // Timers of a hidden page are slowed down: only one that is looked at can tell a sleep by them.
  let lastTick = Date.now();
  const sleepWatch = setInterval(() => {
    const slept = Date.now() - lastTick > tick + sleptAfter;
    lastTick = Date.now();
    if (slept && document.visibilityState === "visible") restart();
  }, tick);
  addEventListener("online", restart);
  addEventListener("offline", onOffline);
  document.addEventListener("visibilitychange", onVisible);

  return {
    subscribe: (payload, sink) =>
      client.subscribe(payload, {
        next: (result) => sink.next(result as never),
        error: (reason) => sink.end(reason),
        complete: () => sink.end(null),
      }),
    restart,
    onCut: (listener) => {
      cutListeners.add(listener);
      return () => cutListeners.delete(listener);
    },
    onOpen: (listener) => {
      openListeners.add(listener);
      return () => openListeners.delete(listener);
    },
    close: () => {
      clearInterval(sleepWatch);
      removeEventListener("online", restart);
      removeEventListener("offline", onOffline);
      document.removeEventListener("visibilitychange", onVisible);
      client.dispose();
    },
  };
}

/** What a feed must know of the line that it runs over. */
export const lineOf = (socket: Socket) => ({
  restart: socket.restart,
  onCut: socket.onCut,
  onWake(listener: () => void) {
    addEventListener("online", listener);
    document.addEventListener("visibilitychange", listener);
    return () => {
      removeEventListener("online", listener);
      document.removeEventListener("visibilitychange", listener);
    };
  },
});
