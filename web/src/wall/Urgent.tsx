import { due } from "../lib/time";
import type { Patient, Task } from "../live/merge";
import { statusWords } from "../patient/words";
import { priorityWords } from "../task/words";
import { Avatar } from "../ui/Avatar";
import { useNow } from "../ui/useNow";
import act from "./act.module.css";
import css from "./wall.module.css";

const rows = 9;

type Props = {
  tasks: Task[];
  patients: ReadonlyMap<string, Patient>;
  nameOf(id: string | null): string;
  zone: string;
  ready: boolean;
  /** Where somebody may act. */
  onTask: ((id: string) => void) | null;
};

/** The most urgent work. The kind, not the title: a title may name the patient. */
export function Urgent(props: Props) {
  const now = useNow("slow");
  const { onTask } = props;
  const more = props.tasks.length - rows;
  return (
    <section className={css.panel} aria-label="Most urgent">
      <h2>Most urgent</h2>
      {props.ready && props.tasks.length === 0 && <p className={css.none}>All clear. Nothing is open.</p>}
      <ol className={css.rows}>
        {props.tasks.slice(0, rows).map((task) => {
          const patient = props.patients.get(task.patientId ?? "");
          const loud = patient?.status === "IN_ED" || patient?.status === "INPATIENT";
          return (
            <li key={task.id} data-late={task.isOverdue} data-task={task.id}>
              <b className={css.initials}>{props.nameOf(task.patientId)}</b>
              <span className={css.kind}>
                {task.kindName}
                {task.priority !== "ROUTINE" && (
                  <i data-priority={task.priority}>{priorityWords[task.priority]}</i>
                )}
                {loud && patient && <i data-status={patient.status}>{statusWords[patient.status]}</i>}
              </span>
              <span className={css.due}>
                {task.dueAt ? due(task.dueAt, task.isOverdue, now, props.zone) : ""}
              </span>
              {task.claim ? (
                <Avatar id={task.claim.by.id} name={task.claim.by.displayName} size="3em" />
              ) : (
                <span className={css.free}>Unclaimed</span>
              )}
              {onTask && (
                <button
                  type="button"
                  className={act.touch}
                  aria-label={`${props.nameOf(task.patientId)}, ${task.kindName}: do something`}
                  onClick={() => onTask(task.id)}
                />
              )}
            </li>
          );
        })}
      </ol>
      <p className={css.more}>{more > 0 ? `and ${more} more` : ""}</p>
    </section>
  );
}
