import { TextInput } from "@mantine/core";
import { fromLocalInput, toLocalInput } from "../lib/time";

type Props = {
  from: string | undefined;
  to: string | undefined;
  zone: string;
  onChange(period: { from?: string | undefined; to?: string | undefined }): void;
};

/** From one moment on, and before another; both may be left out. */
export function Period(props: Props) {
  const { zone } = props;
  const shown = (at: string | undefined) => (at ? toLocalInput(Date.parse(at), zone) : "");
  const said = (text: string) => (text ? fromLocalInput(text, zone) : undefined);
  return (
    <>
      <TextInput
        label="From"
        type="datetime-local"
        defaultValue={shown(props.from)}
        onBlur={(event) => props.onChange({ from: said(event.currentTarget.value) })}
      />
      <TextInput
        label="Until"
        type="datetime-local"
        defaultValue={shown(props.to)}
        onBlur={(event) => props.onChange({ to: said(event.currentTarget.value) })}
      />
    </>
  );
}
