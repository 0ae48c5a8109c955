/** Whom a screen is about: a patient or a person, found by typing, and taken away again. */
import { Button, Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useQuery } from "urql";
import { PatientPicker } from "../patient/PatientPicker";
import { useViewer } from "../session/Session";
import { AllPeople, TeamPeople } from "./documents";
import css from "./privacy.module.css";

type Props = { value: string | undefined; onChange(id: string | undefined): void };

export function ChoosePatient(props: Props) {
  if (props.value)
    return <Chosen label="Patient" words="One patient" onClear={() => props.onChange(undefined)} />;
  return (
    <PatientPicker
      label="Patient"
      teamId={null}
      value={null}
      known={null}
      onChange={(id) => id && props.onChange(id)}
    />
  );
}

export function ChoosePerson(props: Props) {
  const { canManageStaff } = useViewer();
  const [words, setWords] = useState("");
  const [search] = useDebouncedValue(words.trim(), 180);
  const [all] = useQuery({ query: AllPeople, variables: { search: search || null }, pause: !canManageStaff });
  const [team] = useQuery({ query: TeamPeople, pause: canManageStaff });
  const people = canManageStaff
    ? all.data?.staff.nodes.map((one) => one.staff)
    : team.data?.viewer.careTeams.flatMap((one) => one.members.map((member) => member.staff));
  const named = new Map((people ?? []).map((one) => [one.id, one.displayName]));
  const name = named.get(props.value ?? "");
  if (props.value)
    return <Chosen label="Person" words={name ?? "One person"} onClear={() => props.onChange(undefined)} />;
  return (
    <Select
      label="Person"
      placeholder="Type a name"
      searchable
      data={[...named]
        .map(([value, label]) => ({ value, label }))
        .sort((a, b) => a.label.localeCompare(b.label))}
      value={null}
      onSearchChange={setWords}
      onChange={(id) => id && props.onChange(id)}
      nothingFoundMessage="Nobody found"
    />
  );
}

/** The rows below name them. */
function Chosen(props: { label: string; words: string; onClear(): void }) {
  return (
    <div>
      <div className={css.label}>{props.label}</div>
      <Button
        variant="default"
        fullWidth
        justify="space-between"
        rightSection={<IconX size={15} aria-hidden />}
        onClick={props.onClear}
        aria-label={`${props.label}: ${props.words}. Take away`}
      >
        {props.words}
      </Button>
    </div>
  );
}
