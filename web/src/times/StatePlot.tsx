import type { TaskStatus } from "../gql/enums";
import { statusWords } from "../task/words";
import { type Group, length } from "./times";
import css from "./times.module.css";

const states: TaskStatus[] = ["READY", "ACCEPTED", "IN_PROGRESS", "ON_HOLD"];

export const secondsIn = (group: Group, status: TaskStatus) =>
  group.inStatus.find((one) => one.status === status)?.seconds ?? 0;

/** Where the time goes: of each kind, which share of it the work waits, lies, goes on, rests. */
export function StatePlot(props: { groups: readonly Group[] }) {
  return (
    <div className={css.states}>
      <ul>
        {props.groups.map((group) => {
          const all = states.reduce((sum, status) => sum + secondsIn(group, status), 0);
          let from = 0;
          return (
            <li key={group.key}>
              <span className={css.stateName}>{group.name}</span>
              {all === 0 ? (
                <span className={css.noneWords}>{group.tasks < 5 ? "fewer than five tasks" : "no time yet"}</span>
              ) : (
                <svg width="100%" height="20" role="img" aria-label={wordsOf(group, all)}>
                  {states.map((status) => {
                    const share = (secondsIn(group, status) / all) * 100;
                    const x = from;
                    from += share;
                    return (
                      <rect key={status} data-status={status} x={`${x}%`} width={`${share}%`} height="20">
                        <title>{`${statusWords[status]}: ${Math.round(share)} %, ${length(
                          Math.round(secondsIn(group, status) / Math.max(1, group.tasks)),
                        )} a task`}</title>
                      </rect>
                    );
                  })}
                </svg>
              )}
            </li>
          );
        })}
      </ul>
      <p className={css.legend}>
        {states.map((status) => (
          <span key={status} className={css.stateKey}>
            <span data-key="state" data-status={status} /> {statusWords[status]}
          </span>
        ))}
      </p>
    </div>
  );
}

const wordsOf = (group: Group, all: number) =>
  `${group.name}: ${states
    .map((status) => `${statusWords[status]} ${Math.round((secondsIn(group, status) / all) * 100)} %`)
    .join(", ")}`;
