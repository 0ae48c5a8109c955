/** What this person has just done and the server has not answered yet, laid over what is confirmed. */
import type { Task } from "./merge";

export type Me = { id: string; displayName: string };

export type Pending = {
  taskId: string;
  /** False once the confirmed task is no longer what the action started from: then the truth shows. */
  holds(confirmed: Task): boolean;
  apply(confirmed: Task): Task;
};

const at = (now: number) => new Date(now).toISOString();
const sameFooting = (seen: Task) => (task: Task) =>
  task.status === seen.status && task.claim?.by.id === seen.claim?.by.id;

function change(seen: Task, patch: Partial<Task>): Pending {
  return { taskId: seen.id, holds: sameFooting(seen), apply: (task) => ({ ...task, ...patch }) };
}

export const pendingClaim = (seen: Task, me: Me, now: number): Pending =>
  change(seen, {
    status: "ACCEPTED",
    statusSince: at(now),
    viewerCanClaim: false,
    claim: { at: at(now), leaseUntil: null, lapsesSoon: false, by: me },
  });

export const pendingRelease = (seen: Task, now: number): Pending =>
  change(seen, { status: "READY", statusSince: at(now), claim: null });

export const pendingRenewal = (seen: Task): Pending =>
  change(seen, { claim: seen.claim ? { ...seen.claim, lapsesSoon: false } : null });

export const pendingStart = (seen: Task, now: number): Pending =>
  change(seen, { status: "IN_PROGRESS", statusSince: at(now) });

export const pendingHold = (seen: Task, reason: string, now: number): Pending =>
  change(seen, { status: "ON_HOLD", statusReason: reason, statusSince: at(now) });

export const pendingComplete = (seen: Task, me: Me, now: number): Pending =>
  change(seen, {
    status: "COMPLETED",
    completedAt: at(now),
    completedBy: me,
    claim: null,
    isOverdue: false,
    dueState: "NOT_DUE",
    statusSince: at(now),
  });

export function overlay(
  tasks: ReadonlyMap<string, Task>,
  pending: readonly Pending[],
): ReadonlyMap<string, Task> {
  if (pending.length === 0) return tasks;
  const shown = new Map(tasks);
  for (const one of pending) {
    const confirmed = shown.get(one.taskId);
    if (confirmed && one.holds(confirmed)) shown.set(one.taskId, one.apply(confirmed));
  }
  return shown;
}
