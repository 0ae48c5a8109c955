import board from "../board/board.module.css";
import { clock, due, exact, since } from "../lib/time";
import type { Patient, Task } from "../live/merge";
import { StatusChip } from "../patient/StatusChip";
import { priorityWords } from "../task/words";
import { Avatar } from "../ui/Avatar";
import css from "./replay.module.css";

type Props = { task: Task; patient: Patient | null; now: number; zone: string; changed: boolean };

/** A card of the past: it says how things stood at its moment, and has nothing to press. */
export function PastCard(props: Props) {
  const { task, patient, now, zone } = props;
  const done = task.status === "COMPLETED";
  return (
    <article
      className={`${board.card} ${css.card}`}
      data-task={task.id}
      data-priority={task.priority}
      data-changed={props.changed}
    >
      <div className={board.top}>
        {task.priority !== "ROUTINE" && !done && (
          <span className={board.priority} data-priority={task.priority}>
            {priorityWords[task.priority]}
          </span>
        )}
        <span className={board.kind}>{done && patient ? patient.displayName : task.kindName}</span>
        {!done && task.dueAt && (
          <time
            className={board.due}
            data-state={task.isOverdue ? "OVERDUE" : task.dueState}
            dateTime={task.dueAt}
            title={`Due ${exact(task.dueAt, zone)}`}
          >
            {due(task.dueAt, task.isOverdue, now, zone)}
          </time>
        )}
      </div>
      <span className={css.title}>{task.title}</span>
      {!done && (
        <div className={board.patient}>
          {patient && (
            <>
              <span className={board.patientName}>{patient.displayName}</span>
              <StatusChip status={patient.status} quiet />
            </>
          )}
        </div>
      )}
      <div className={board.foot}>
        <Holder task={task} now={now} zone={zone} />
      </div>
    </article>
  );
}

function Holder(props: { task: Task; now: number; zone: string }) {
  const { task, now, zone } = props;
  const who = task.status === "COMPLETED" ? task.completedBy : task.claim?.by;
  const words = () => {
    if (task.status === "COMPLETED" && task.completedAt)
      return `${who ? `${who.displayName} · ` : ""}${clock(task.completedAt, zone)}`;
    if (task.status === "DRAFT") return "Draft";
    if (task.status === "ON_HOLD") return task.statusReason ?? "On hold";
    if (!who) return `${since(task.statusSince, now)} in the pool`;
    return `${who.displayName}${task.status === "IN_PROGRESS" ? " · in progress" : ""}`;
  };
  return (
    <>
      {who && <Avatar id={who.id} name={who.displayName} size="1.15rem" />}
      <span className={board.holder}>{words()}</span>
    </>
  );
}
