import { TextInput } from "@mantine/core";
import css from "./entry.module.css";

/** Six digits of an authenticator app. */
export function CodeInput(props: { name: string; label: string; small?: boolean }) {
  return (
    <TextInput
      className={css.digits}
      name={props.name}
      label={props.label}
      inputMode="numeric"
      autoComplete="one-time-code"
      pattern="[0-9 ]{6,7}"
      title="Six digits"
      maxLength={7}
      required
      autoFocus
      data-autofocus
      size={props.small ? "sm" : "md"}
    />
  );
}
