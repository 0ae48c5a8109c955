/** One sentence about a change by somebody else, for those who hear the board. */
import { readFragment } from "../gql";
import { HuddleMark } from "./documents";
import type { FeedItem } from "./link";
import { newsOf, type TeamState } from "./merge";

export function describe(before: TeamState, item: FeedItem, meId: string | null): string | null {
  if (item.__typename !== "TaskChanged" && item.__typename !== "HuddleChanged") return null;
  if (item.actor && item.actor.id === meId) return null;
  if (item.__typename === "HuddleChanged") {
    const { id, state } = readFragment(HuddleMark, item.huddle);
    if (before.huddles.get(id)?.state === state) return null;
    if (state === "RUNNING") return `${item.actor?.displayName ?? "Somebody"} started the huddle`;
    return state === "ENDED" ? "The huddle has ended" : null;
  }
  const { task } = newsOf(item.task);
  const seen = before.tasks.get(task.id);
  if (seen && seen.version >= task.version) return null;
  const who = item.actor?.displayName ?? null;
  const what = `“${task.title}”`;
  if (!seen) return who ? `${who} added ${what}` : `New: ${what}`;
  if (task.isOverdue && !seen.isOverdue) return `${what} is overdue`;
  if (task.claim && task.claim.by.id !== seen.claim?.by.id)
    return who && who !== task.claim.by.displayName
      ? `${who} gave ${what} to ${task.claim.by.displayName}`
      : `${task.claim.by.displayName} took ${what}`;
  if (task.status === "COMPLETED" && seen.status !== "COMPLETED")
    return `${who ?? "Somebody"} finished ${what}`;
  if (seen.claim && !task.claim && task.status === "READY")
    return who ? `${who} gave ${what} back` : `${what} went back to the pool`;
  if (task.status === "ON_HOLD" && seen.status !== "ON_HOLD")
    return `${who ?? "Somebody"} put ${what} on hold`;
  return null;
}
