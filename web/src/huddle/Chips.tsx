import { exact, moment, since } from "../lib/time";
import { useTeam } from "../live/Team";
import { useNow } from "../ui/useNow";
import css from "./huddle.module.css";
import type { Item } from "./useHuddle";
import { toneOf } from "./words";

/** Why an item is on the agenda: each reason with its clock. */
export function Chips(props: { reasons: Item["reasons"] }) {
  const { zone } = useTeam();
  const now = useNow("slow");
  return (
    <ul className={css.chips} aria-label="Reasons">
      {props.reasons.map((reason, index) => {
        const clock = reason.dueAt
          ? `due ${moment(reason.dueAt, now, zone)}`
          : reason.since && since(reason.since, now);
        const at = reason.dueAt ?? reason.since;
        return (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: several may say the same.
            key={`${reason.code} ${index}`}
            data-tone={toneOf[reason.code]}
            title={at ? exact(at, zone) : undefined}
          >
            {reason.words}
            {clock && <span>{clock}</span>}
          </li>
        );
      })}
    </ul>
  );
}
