/** One field for what a huddle may speak about: a patient, by name, or open work of the team, by its words. */
import { Loader, Select } from "@mantine/core";
import { useState } from "react";
import { byUrgency } from "../board/columns";
import { plainDate } from "../lib/time";
import { useTeam } from "../live/Team";
import { useFindPatients } from "../patient/useFindPatients";
import { isOpen } from "../task/words";

export type Found = { is: "patient" | "task"; id: string };

type Option = { value: string; label: string };

const fewTasks = 8;

export function FindItem(props: { value: Found | null; onChange(found: Found | null): void }) {
  const { store, view } = useTeam();
  const [words, setWords] = useState("");
  const [chosen, setChosen] = useState<Option | null>(null);
  const asked = words === chosen?.label ? "" : words.trim();
  const { hits, waiting } = useFindPatients(asked, store.teamId);

  const patients = hits.map((hit) => ({
    value: `patient:${hit.id}`,
    label: hit.birthDate ? `${hit.displayName}, ${plainDate(hit.birthDate)}` : hit.displayName,
  }));
  const nameOf = (id: string | null) => (id && view.state.patients.get(id)?.displayName) || null;
  const fits = asked.toLowerCase();
  const work =
    asked.length < 2
      ? []
      : [...view.tasks.values()]
          .filter((task) => isOpen(task.status))
          .filter((task) => `${task.title} ${task.kindName}`.toLowerCase().includes(fits))
          .sort(byUrgency)
          .slice(0, fewTasks)
          .map((task) => {
            const about = nameOf(task.patientId);
            return { value: `task:${task.id}`, label: about ? `${task.title}, for ${about}` : task.title };
          });
  const known = [...patients, ...work].some((one) => one.value === chosen?.value);
  const data = [
    ...(chosen && !known ? [{ group: "Chosen", items: [chosen] }] : []),
    { group: "Patients", items: patients },
    { group: "Open work", items: work },
  ].filter((one) => one.items.length > 0);

  return (
    <Select
      label="Patient or work"
      description="Work for a patient puts the patient on the agenda."
      placeholder="Type a name, or words of a task"
      searchable
      maxDropdownHeight={340}
      clearable
      required
      data={data}
      filter={({ options }) => options}
      value={props.value ? `${props.value.is}:${props.value.id}` : null}
      onSearchChange={setWords}
      onChange={(value, option) => {
        setChosen(value && option ? { value, label: option.label } : null);
        const [is, id] = value?.split(":") ?? [];
        props.onChange(id && (is === "patient" || is === "task") ? { is, id } : null);
      }}
      rightSection={waiting ? <Loader size="xs" /> : undefined}
      nothingFoundMessage={
        asked.length < 2 ? "Type at least two letters" : waiting ? "Looking…" : "Nothing found"
      }
    />
  );
}
