import { Avatar } from "../ui/Avatar";
import act from "./act.module.css";
import type { Holder } from "./summary";
import css from "./wall.module.css";

const rows = 6;

type Props = {
  holders: Holder[];
  nameOf(id: string | null): string;
  ready: boolean;
  /** Where somebody may act. */
  onHolder: ((id: string) => void) | null;
};

/** Who holds what: a person, how much, and what is first in their hands. */
export function Holders(props: Props) {
  const { onHolder } = props;
  const more = props.holders.length - rows;
  return (
    <section className={css.panel} aria-label="Who holds what">
      <h2>Who holds what</h2>
      {props.ready && props.holders.length === 0 && <p className={css.none}>Nobody holds work yet.</p>}
      <ul className={css.holders}>
        {props.holders.slice(0, rows).map((holder) => {
          const first = holder.tasks.find((task) => task.status === "IN_PROGRESS") ?? holder.tasks[0];
          return (
            <li key={holder.id}>
              <Avatar id={holder.id} name={holder.name} size="3.6em" />
              <span className={css.person}>
                <b>{holder.name}</b>
                <span>{first ? `${first.kindName}, ${props.nameOf(first.patientId)}` : ""}</span>
              </span>
              <span className={css.load} data-late={holder.overdue > 0}>
                <b>{holder.tasks.length}</b>
                {holder.overdue > 0 && <span>{holder.overdue} overdue</span>}
              </span>
              {onHolder && (
                <button
                  type="button"
                  className={act.touch}
                  aria-label={`${holder.name}’s work`}
                  onClick={() => onHolder(holder.id)}
                />
              )}
            </li>
          );
        })}
      </ul>
      <p className={css.more}>{more > 0 ? `and ${more} more people` : ""}</p>
    </section>
  );
}
