import { IconCheck } from "@tabler/icons-react";
import { useTeam } from "../live/Team";
import css from "./huddle.module.css";
import type { Actions, Huddle } from "./useHuddle";

/** Who is there: a touch a face. */
export function Attendance(props: { huddle: Huddle; actions: Actions; busy: boolean }) {
  const { huddle, actions } = props;
  const { view } = useTeam();
  const there = new Set(huddle.attendance.map((one) => one.id));
  const team = (view.state.head?.members ?? []).map((one) => one.staff).filter((one) => one.active);
  const guests = huddle.attendance.filter((one) => !team.some((member) => member.id === one.id));
  return (
    <section className={css.panel} aria-label="Who is there">
      <h2>
        Who is there <span className={css.quiet}>{there.size}</span>
      </h2>
      <div className={css.people}>
        {[...team, ...guests].map((one) => (
          <button
            key={one.id}
            type="button"
            className={css.person}
            aria-pressed={there.has(one.id)}
            disabled={!huddle.viewerCanLead || props.busy}
            onClick={() => actions.attend(one.id, !there.has(one.id))}
          >
            {there.has(one.id) && <IconCheck size={14} aria-hidden />}
            {one.displayName}
          </button>
        ))}
      </div>
    </section>
  );
}
