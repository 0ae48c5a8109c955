import { Select } from "@mantine/core";

export const anybody = "anybody";

type Props = {
  label: string;
  members: readonly { id: string; displayName: string }[];
  value: string | null;
  onChange(value: string | null): void;
  /** Whether it may go to whoever is first. */
  orAnybody: boolean;
  error?: string | null;
};

/** Who of the team. */
export function Receiver(props: Props) {
  const people = props.members.map((one) => ({ value: one.id, label: one.displayName }));
  return (
    <Select
      label={props.label}
      placeholder="Choose somebody"
      searchable
      required
      allowDeselect={false}
      data={props.orAnybody ? [{ value: anybody, label: "Anybody on the team" }, ...people] : people}
      value={props.value}
      onChange={props.onChange}
      error={props.error}
    />
  );
}
