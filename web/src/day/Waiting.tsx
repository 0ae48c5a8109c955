/** What waits on others: with whom, and since when. */
import { exact, since } from "../lib/time";
import { useTeam } from "../live/Team";
import { useNow } from "../ui/useNow";
import css from "./day.module.css";
import { current, type Day } from "./queue";
import { waitingWords } from "./words";

export function Waiting(props: { waiting: Day["waiting"]; onTask(id: string): void }) {
  const { zone, view } = useTeam();
  const now = useNow("slow");
  if (props.waiting.length === 0) return <p className={css.muted}>Nothing waits on others.</p>;
  return (
    <ul className={css.list} aria-label="Waiting on others">
      {props.waiting.map((one) => {
        const { task, patient } = current(one.task, view.tasks);
        return (
          <li key={task.id} data-task={task.id}>
            <button type="button" className={css.waits} onClick={() => props.onTask(task.id)}>
              <strong>{task.title}</strong>
              <span className={css.about}>
                {patient && <>{patient.displayName} · </>}
                {waitingWords[one.kind]}
                {one.on ? ` · with ${one.on.displayName}` : one.kind === "ASKED" ? " · nobody took it" : ""}
                {" · "}
                <time dateTime={one.since} title={exact(one.since, zone)}>
                  {since(one.since, now)}
                </time>
              </span>
              {one.words && <span className={css.about}>“{one.words}”</span>}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
