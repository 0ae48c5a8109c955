import { IconLock } from "@tabler/icons-react";
import type { Sensitivity } from "../gql/enums";
import css from "./privacy.module.css";
import { flagWords } from "./words";

/** Why a record is more confidential than others, for those who see it at all. */
export function Flags(props: { flags: readonly Sensitivity[] }) {
  if (props.flags.length === 0) return null;
  return (
    <ul className={css.flags} aria-label="Confidential">
      {props.flags.map((flag) => (
        <li key={flag} title={flagWords[flag].means}>
          <IconLock size={15} aria-hidden /> {flagWords[flag].name}
        </li>
      ))}
    </ul>
  );
}
