import { type CSSProperties, type ReactNode, useRef } from "react";
import type { Task } from "../live/merge";
import css from "./board.module.css";
import type { ColumnName } from "./columns";
import { useWindow } from "./useWindow";

const titles: Record<ColumnName, string> = {
  pool: "Pool",
  mine: "Mine",
  team: "Team’s",
  waiting: "Waiting",
  done: "Done today",
};

type Props = {
  name: ColumnName;
  tasks: Task[];
  loading: boolean;
  empty: ReactNode;
  /** The card that Tab reaches: drawn wherever the column is scrolled to. */
  tab: string | null;
  card(task: Task): ReactNode;
};

/**
 * A column of cards at fixed heights. A card's place is a transform of its index, so that a card that comes or goes
 * moves its neighbours without any layout, and `--n` keeps the scroll height.
 */
export function Column(props: Props) {
  const { name, tasks } = props;
  const late = name === "done" ? 0 : tasks.filter((task) => task.isOverdue).length;
  const count = props.loading ? 4 : tasks.length;
  const scroll = useRef<HTMLDivElement>(null);
  const { from, to } = useWindow(scroll, count);
  return (
    <section className={css.column} data-name={name} aria-label={titles[name]}>
      <header className={css.head}>
        <h2>{titles[name]}</h2>
        <span className={css.count}>{props.loading ? "" : tasks.length}</span>
        {late > 0 && <span className={css.late}>{late} overdue</span>}
      </header>
      <div ref={scroll} className={css.scroll} tabIndex={tasks.length === 0 && !props.loading ? 0 : -1}>
        {!props.loading && tasks.length === 0 ? (
          props.empty
        ) : (
          <ul className={css.list} style={{ "--n": count } as CSSProperties}>
            {props.loading
              ? [0, 1, 2, 3].map((i) => (
                  <li key={i} className={css.slot} style={{ "--i": i } as CSSProperties} aria-hidden>
                    <div className={css.bone} />
                  </li>
                ))
              : tasks.map((task, i) =>
                  (i >= from && i < to) || task.id === props.tab ? (
                    <li
                      key={task.id}
                      className={css.slot}
                      style={{ "--i": i } as CSSProperties}
                      aria-setsize={count}
                      aria-posinset={i + 1}
                    >
                      {props.card(task)}
                    </li>
                  ) : null,
                )}
          </ul>
        )}
      </div>
    </section>
  );
}
