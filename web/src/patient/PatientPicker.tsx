import { Loader, Select } from "@mantine/core";
import { useState } from "react";
import { plainDate } from "../lib/time";
import { useFindPatients } from "./useFindPatients";

type Props = {
  label: string;
  /** Null: of any team that the viewer sees. */
  teamId: string | null;
  value: string | null;
  onChange(id: string | null): void;
  known: { id: string; name: string } | null;
};

/** A patient, found by typing. Optional: some work is about nobody in particular. */
export function PatientPicker(props: Props) {
  const [words, setWords] = useState("");
  const [chosen, setChosen] = useState(props.known);
  const { hits, waiting } = useFindPatients(words === chosen?.name ? "" : words, props.teamId);
  const options = hits.map((hit) => ({
    value: hit.id,
    label: hit.birthDate ? `${hit.displayName}, ${plainDate(hit.birthDate)}` : hit.displayName,
  }));
  if (chosen && !options.some((one) => one.value === chosen.id))
    options.unshift({ value: chosen.id, label: chosen.name });
  return (
    <Select
      label={props.label}
      placeholder="Type a name"
      searchable
      clearable
      data={options}
      filter={({ options: all }) => all}
      value={props.value}
      onSearchChange={setWords}
      onChange={(id, option) => {
        setChosen(id && option ? { id, name: option.label } : null);
        props.onChange(id);
      }}
      rightSection={waiting ? <Loader size="xs" /> : undefined}
      nothingFoundMessage={
        words.length < 2 ? "Type at least two letters" : waiting ? "Looking…" : "Nobody found"
      }
    />
  );
}
