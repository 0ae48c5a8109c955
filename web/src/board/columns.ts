/** Which card stands in which column, and in what order: pure. */
import type { TaskPriority } from "../gql/enums";
import type { Task } from "../live/merge";
import { priorityRank } from "../task/words";

export type ColumnName = "pool" | "mine" | "team" | "waiting" | "done";
export const columnNames: ColumnName[] = ["pool", "mine", "team", "waiting", "done"];
export type Columns = Record<ColumnName, Task[]>;

export type Filters = {
  kind: string | null;
  priority: TaskPriority | null;
  overdue: boolean;
  /** Work for this patient only. */
  of: string | null;
  /** Work that this member holds. */
  holder: string | null;
};

export function columnsOf(
  tasks: Iterable<Task>,
  meId: string | null,
  dayStartedAt: string | null,
  filters: Filters,
): Columns {
  const columns: Columns = { pool: [], mine: [], team: [], waiting: [], done: [] };
  for (const task of tasks) {
    const name = columnOf(task, meId, dayStartedAt);
    if (name && passes(task, filters)) columns[name].push(task);
  }
  for (const name of columnNames) columns[name].sort(name === "done" ? byCompletion : byUrgency);
  return columns;
}

export function columnOf(task: Task, meId: string | null, dayStartedAt: string | null): ColumnName | null {
  switch (task.status) {
    case "READY":
    case "ACCEPTED":
    case "IN_PROGRESS":
      if (!task.claim) return "pool";
      return task.claim.by.id === meId ? "mine" : "team";
    case "ON_HOLD":
    case "DRAFT":
      return "waiting";
    case "COMPLETED":
      return isToday(task, dayStartedAt) ? "done" : null;
    case "CANCELLED":
    case "FAILED":
    case "ENTERED_IN_ERROR":
      return null;
  }
}

function isToday(task: Task, dayStartedAt: string | null): boolean {
  if (!task.completedAt || !dayStartedAt) return false;
  return Date.parse(task.completedAt) >= Date.parse(dayStartedAt);
}

function passes(task: Task, filters: Filters): boolean {
  if (filters.kind && task.kind !== filters.kind) return false;
  if (filters.priority && task.priority !== filters.priority) return false;
  if (filters.overdue && !task.isOverdue) return false;
  if (filters.of && task.patientId !== filters.of) return false;
  if (filters.holder && task.claim?.by.id !== filters.holder && task.completedBy?.id !== filters.holder)
    return false;
  return true;
}

/** Priority, then due time, then age: the order that the server calls URGENCY. */
export function byUrgency(a: Task, b: Task): number {
  return (
    priorityRank[b.priority] - priorityRank[a.priority] ||
    dueOf(a) - dueOf(b) ||
    Date.parse(a.createdAt) - Date.parse(b.createdAt) ||
    (a.id < b.id ? -1 : 1)
  );
}

const dueOf = (task: Task) => (task.dueAt ? Date.parse(task.dueAt) : Number.MAX_SAFE_INTEGER);

function byCompletion(a: Task, b: Task): number {
  return (b.completedAt ?? "").localeCompare(a.completedAt ?? "") || (a.id < b.id ? -1 : 1);
}
