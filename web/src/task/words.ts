/** Task states, priorities and actions in the words that the team uses. */
import type { TaskAction, TaskPriority, TaskStatus } from "../gql/enums";

export const statusWords: Record<TaskStatus, string> = {
  DRAFT: "Draft",
  READY: "In the pool",
  ACCEPTED: "Claimed",
  IN_PROGRESS: "In progress",
  ON_HOLD: "On hold",
  COMPLETED: "Done",
  CANCELLED: "Cancelled",
  FAILED: "Could not be done",
  ENTERED_IN_ERROR: "Entered in error",
};

/** Somebody may still have to do it. */
export const isOpen = (status: TaskStatus): boolean =>
  !["COMPLETED", "CANCELLED", "FAILED", "ENTERED_IN_ERROR"].includes(status);

export const priorityWords: Record<TaskPriority, string> = {
  ROUTINE: "Routine",
  URGENT: "Urgent",
  ASAP: "ASAP",
  STAT: "STAT",
};

export const priorities: TaskPriority[] = ["STAT", "ASAP", "URGENT", "ROUTINE"];

/** The more urgent, the higher. */
export const priorityRank: Record<TaskPriority, number> = { ROUTINE: 0, URGENT: 1, ASAP: 2, STAT: 3 };

export const actionWords: Record<TaskAction, string> = {
  CREATED: "created it",
  PUBLISHED: "opened it to the team",
  CLAIMED: "took it",
  RELEASED: "gave it back",
  ASSIGNED: "assigned it",
  STARTED: "started",
  HELD: "put it on hold",
  COMPLETED: "finished it",
  CANCELLED: "cancelled it",
  FAILED: "could not do it",
  ENTERED_IN_ERROR: "took it back as entered in error",
  LAPSED: "The claim ran out",
  BECAME_DUE: "Became due",
  BECAME_OVERDUE: "Became overdue",
  MOVED: "moved it to another team",
  EDITED: "edited it",
};
