import { useTeam } from "../live/Team";
import { useNow } from "../ui/useNow";
import css from "./day.module.css";
import type { Item } from "./queue";
import { reasonWords, toneOf } from "./words";

/** Why something stands where it stands, what counts most first. */
export function Reasons(props: { why: Item["why"]; label: string; few?: boolean }) {
  const { zone } = useTeam();
  const now = useNow("slow");
  // In a row whose it is shows by where it stands.
  const why = props.few ? props.why.filter(({ kind }) => kind !== "MINE").slice(0, 3) : props.why;
  return (
    <ul className={css.why} aria-label={props.label}>
      {why.map((reason) => (
        <li key={reason.kind} data-tone={toneOf(reason.kind)} data-kind={reason.kind}>
          {reasonWords(reason, now, zone)}
        </li>
      ))}
    </ul>
  );
}
