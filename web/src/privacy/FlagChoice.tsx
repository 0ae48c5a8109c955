import { Checkbox } from "@mantine/core";
import type { Sensitivity } from "../gql/enums";
import css from "./privacy.module.css";
import { flags, flagWords } from "./words";

type Props = { label: string; value: readonly Sensitivity[]; onChange(flags: Sensitivity[]): void };

/** Some of the flags, each with what it means. */
export function FlagChoice(props: Props) {
  return (
    <Checkbox.Group
      label={props.label}
      value={[...props.value]}
      onChange={(chosen) => props.onChange(flags.filter((flag) => chosen.includes(flag)))}
    >
      <div className={css.choice}>
        {flags.map((flag) => (
          <Checkbox
            key={flag}
            value={flag}
            label={flagWords[flag].name}
            description={flagWords[flag].means}
          />
        ))}
      </div>
    </Checkbox.Group>
  );
}
