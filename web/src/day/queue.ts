/** The queue as this screen shows it: what the server put in order, less what is over meanwhile. Pure. */
import type { FragmentType } from "../gql";
import type { DayBatchKind } from "../gql/enums";
import type { MyDayQuery } from "../gql/graphql";
import type { TaskCard } from "../live/documents";
import { newsOf, type Patient, type Task } from "../live/merge";

export type Day = MyDayQuery["myDay"];
export type Item = Omit<Day["queue"][number], "task"> & { task: Task; patient: Patient | null };
export type Batch = Omit<Day["batches"][number], "tasks"> & { items: Item[] };

/** What the board knows of a task, where it knows more than the day that was read. */
export function current(
  card: FragmentType<typeof TaskCard>,
  live: ReadonlyMap<string, Task>,
): { task: Task; patient: Patient | null } {
  const { task, patient } = newsOf(card);
  const known = live.get(task.id);
  return { task: known && known.version >= task.version ? known : task, patient };
}

/** Still to be done by this person, or free to take. */
export function stands(task: Task, meId: string | null): boolean {
  if (task.status === "READY") return task.claim === null;
  const open = task.status === "ACCEPTED" || task.status === "IN_PROGRESS" || task.status === "ON_HOLD";
  return open && task.claim?.by.id === meId;
}

/** In the server's order; what was skipped for now comes after the rest, in the order of skipping. */
export function queueOf(
  day: Day,
  live: ReadonlyMap<string, Task>,
  meId: string | null,
  skipped: readonly string[],
): Item[] {
  const items = day.queue
    .map((item) => ({ ...item, ...current(item.task, live) }))
    .filter(({ task }) => stands(task, meId));
  const later = skipped.flatMap((id) => items.find(({ task }) => task.id === id) ?? []);
  return [...items.filter(({ task }) => !skipped.includes(task.id)), ...later];
}

/** The batches of one kind, of what still stands, and what is in none of them. */
export function grouped(
  day: Day,
  items: readonly Item[],
  kind: DayBatchKind,
): { batches: Batch[]; alone: Item[] } {
  const batches = day.batches
    .filter((batch) => batch.kind === kind)
    .map(({ tasks, ...batch }) => {
      const ids = tasks.map(({ id }) => id);
      return { ...batch, items: items.filter(({ task }) => ids.includes(task.id)) };
    })
    .filter((batch) => batch.items.length > 1);
  const together = new Set(batches.flatMap((batch) => batch.items.map(({ task }) => task.id)));
  return { batches, alone: items.filter(({ task }) => !together.has(task.id)) };
}

/** Whole minutes since the work was begun here, one at least. */
export const minutesSince = (started: number, now: number) =>
  Math.min(480, Math.max(1, Math.round((now - started) / 60_000)));
