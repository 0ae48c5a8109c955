import { byUrgency } from "../board/columns";
import type { PatientDetailsFragment } from "../gql/graphql";
import { due, moment } from "../lib/time";
import { newsOf } from "../live/merge";
import { useTeam } from "../live/Team";
import { isOpen, statusWords } from "../task/words";
import { useNow } from "../ui/useNow";
import css from "./patient.module.css";

/** The patient's work: what is open first, by urgency, then what ended. What the team's feed knows better wins. */
export function PatientTasks(props: { details: PatientDetailsFragment; onTask(id: string): void }) {
  const { view, zone } = useTeam();
  const now = useNow("slow");
  const known = new Map(props.details.tasks.nodes.map((node) => [newsOf(node).task.id, newsOf(node).task]));
  for (const task of view.tasks.values()) {
    const seen = known.get(task.id);
    if (task.patientId === props.details.id && !(seen && seen.version > task.version))
      known.set(task.id, task);
  }
  const tasks = [...known.values()].filter((task) => task.status !== "ENTERED_IN_ERROR");
  const first = tasks.filter((task) => isOpen(task.status)).sort(byUrgency);
  const ended = tasks
    .filter((task) => !isOpen(task.status))
    .sort((a, b) => b.statusSince.localeCompare(a.statusSince));
  if (tasks.length === 0) return <p className={css.muted}>Nothing is to be done right now.</p>;
  return (
    <ul className={css.tasks}>
      {[...first, ...ended].map((task) => (
        <li key={task.id}>
          <button type="button" className={css.taskRow} onClick={() => props.onTask(task.id)}>
            <span className={css.taskTitle}>{task.title}</span>
            <span className={`${css.taskMeta} ${task.isOverdue ? css.late : ""}`}>
              {isOpen(task.status)
                ? task.dueAt && due(task.dueAt, task.isOverdue, now, zone)
                : moment(task.statusSince, now, zone)}
            </span>
            <span className={css.taskMeta}>
              {statusWords[task.status]}
              {task.claim && ` · ${task.claim.by.displayName}`}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
