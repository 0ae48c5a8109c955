import type { RecordFieldsFragment } from "../gql/graphql";
import { exact, plainDate } from "../lib/time";
import { useTeam } from "../live/Team";
import { statusWords } from "../task/words";
import css from "./record.module.css";
import { digits, sectionWords, stateWords } from "./words";

type Item = NonNullable<RecordFieldsFragment["record"]>["items"][number];

/** What was spoken about, why, for how long, and what came of it. */
export function RecordItems(props: { items: readonly Item[]; onTask(id: string): void }) {
  if (props.items.length === 0) return <p>Nothing was on the agenda.</p>;
  return (
    <table className={css.items}>
      <thead>
        <tr>
          <th scope="col">About</th>
          <th scope="col">Why</th>
          <th scope="col">How it went</th>
          <th scope="col">Decisions</th>
        </tr>
      </thead>
      <tbody>
        {props.items.map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a record never changes.
          <tr key={index}>
            <th scope="row">
              {item.patient?.displayName ?? "Work without a patient"}
              {item.patient?.birthDate && <span>{plainDate(item.patient.birthDate)}</span>}
            </th>
            <td>
              {item.reasons.length > 0 ? item.reasons.join(" · ") : sectionWords[item.section]}
              {item.note && <span>“{item.note}”</span>}
            </td>
            <td>
              {stateWords[item.state]}
              {item.seconds > 0 && <span>{digits(item.seconds)}</span>}
            </td>
            <td>
              <Decisions item={item} onTask={props.onTask} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Decisions(props: { item: Item; onTask(id: string): void }) {
  const { zone } = useTeam();
  return (
    <ul>
      {props.item.decisions.map((one) => {
        const { task } = one;
        return (
          <li key={`${one.title} ${one.dueAt} ${one.owner.id}`} data-task={task?.id}>
            {task ? (
              <button type="button" onClick={() => props.onTask(task.id)}>
                {one.title}
              </button>
            ) : (
              one.title
            )}
            <span>
              {one.owner.displayName}, due {exact(one.dueAt, zone)}
              {task && ` · now: ${statusWords[task.status].toLowerCase()}`}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
