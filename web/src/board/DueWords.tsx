import { IconAlertTriangleFilled } from "@tabler/icons-react";
import { due, exact } from "../lib/time";
import type { Task } from "../live/merge";
import { useNow } from "../ui/useNow";
import css from "./board.module.css";

/** When it is due, in words; the exact time when pointed at. */
export function DueWords(props: { task: Task; zone: string }) {
  const { task, zone } = props;
  const now = useNow("slow");
  if (!task.dueAt) return null;
  const state = task.isOverdue ? "OVERDUE" : task.dueState;
  return (
    <time
      className={css.due}
      data-state={state}
      dateTime={task.dueAt}
      title={`Due ${exact(task.dueAt, zone)}`}
    >
      {task.isOverdue && <IconAlertTriangleFilled size={12} aria-hidden />}
      {due(task.dueAt, task.isOverdue, now, zone)}
    </time>
  );
}
