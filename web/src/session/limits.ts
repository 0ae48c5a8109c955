/** When a session ends by itself, and when that is said. Pure: the time comes in. */
import type { SessionLimitsFragment } from "../gql/graphql";

export type Limits = Pick<SessionLimitsFragment, "idleSeconds" | "idleExpiresAt" | "expiresAt">;

/** `idle` can still be put off; `whole` cannot. */
export type End = { why: "idle" | "whole"; left: number };

const warnFor = 60_000;

/** What comes first. Null: a screen on the wall, which stays. */
export function endOf(limits: Limits, now: number): End | null {
  const idle = limits.idleExpiresAt ? Date.parse(limits.idleExpiresAt) : Number.POSITIVE_INFINITY;
  const whole = limits.expiresAt ? Date.parse(limits.expiresAt) : Number.POSITIVE_INFINITY;
  const at = Math.min(idle, whole);
  return Number.isFinite(at) ? { why: idle < whole ? "idle" : "whole", left: at - now } : null;
}

/** A minute before the end; where the limit itself is short, in its last half. */
export const isNear = (end: End, limits: Limits) =>
  end.left <= Math.min(warnFor, (limits.idleSeconds ?? Number.POSITIVE_INFINITY) * 500);

/** What another tab knows is as good as what this one knows: the later counts. */
export function later(limits: Limits, idleExpiresAt: string): Limits {
  const known = limits.idleExpiresAt;
  return known && Date.parse(known) < Date.parse(idleExpiresAt) ? { ...limits, idleExpiresAt } : limits;
}
