import type { TaskStatus } from "../gql/enums";
import { statusWords } from "../task/words";
import { secondsIn } from "./StatePlot";
import { cell, type Group, length, type Measure } from "./times";
import css from "./times.module.css";

type Props = { caption: string; groups: readonly Group[]; total: Group; measure: Measure; name(group: Group): string };

/** The same as the plot, in numbers. */
export function TimesTable(props: Props) {
  const { groups, total, measure } = props;
  const line = (group: Group, name: string) => {
    const times = group[measure];
    return (
      <tr key={group.key}>
        <th scope="row">{name}</th>
        <td>{group.tasks}</td>
        <td>{times.reached}</td>
        <td>{times.waiting}</td>
        <td>{cell(times, times.median)}</td>
        <td>{cell(times, times.p75)}</td>
        <td>{cell(times, times.p90)}</td>
      </tr>
    );
  };
  return (
    <div className={css.tableFrame}>
      <table className={css.table}>
        <caption className="visually-hidden">{props.caption}</caption>
        <thead>
          <tr>
            {["", "Tasks", "Came so far", "Still open", "Median", "75 %", "90 %"].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{groups.map((group) => line(group, props.name(group)))}</tbody>
        <tfoot>{line(total, "All")}</tfoot>
      </table>
    </div>
  );
}

const states: TaskStatus[] = ["READY", "ACCEPTED", "IN_PROGRESS", "ON_HOLD"];

export function StateTable(props: { groups: readonly Group[]; total: Group }) {
  const line = (group: Group) => (
    <tr key={group.key}>
      <th scope="row">{group.name}</th>
      <td>{group.tasks}</td>
      {states.map((status) => (
        <td key={status}>
          {group.inStatus.length === 0
            ? "too few"
            : length(Math.round(secondsIn(group, status) / Math.max(1, group.tasks)))}
        </td>
      ))}
    </tr>
  );
  return (
    <div className={css.tableFrame}>
      <table className={css.table}>
        <caption className="visually-hidden">Time in each state by kind, on average a task</caption>
        <thead>
          <tr>
            <th scope="col" />
            <th scope="col">Tasks</th>
            {states.map((status) => (
              <th key={status} scope="col">
                {statusWords[status]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{props.groups.map(line)}</tbody>
        <tfoot>{line(props.total)}</tfoot>
      </table>
    </div>
  );
}
