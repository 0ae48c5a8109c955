/** What the connection mark says, and when: a screen that is not live says so in words. */

export type Connection = {
  phase: "loading" | "live" | "catching-up" | "cut" | "ended";
  /** When the feed last said anything, a heartbeat included; this machine's clock. */
  lastItemAt: number | null;
  cutAt: number | null;
};

export type Mark = { is: "connecting" | "live" | "catching-up" | "ended" } | { is: "stale"; since: number };

/** The server sends something every 15 s at least. */
export const silentAfter = 25_000;
/** A cut shorter than this is "catching up": most last a blink. */
const patience = 3_000;

export function markOf(connection: Connection, now: number, online: boolean): Mark {
  const { phase, lastItemAt, cutAt } = connection;
  if (phase === "ended") return { is: "ended" };
  if (lastItemAt === null)
    return cutAt !== null && now - cutAt > patience ? { is: "stale", since: cutAt } : { is: "connecting" };
  if (now - lastItemAt > silentAfter) return { is: "stale", since: lastItemAt };
  if (phase === "live") return { is: "live" };
  const waited = cutAt === null ? 0 : now - cutAt;
  if (!online || waited > patience) return { is: "stale", since: lastItemAt };
  return { is: "catching-up" };
}
