import { Loader, Modal, TextInput } from "@mantine/core";
import { IconSearch, IconUrgent } from "@tabler/icons-react";
import { type KeyboardEvent, useId, useState } from "react";
import { failureOf } from "../lib/errors";
import { plainDate } from "../lib/time";
import { useViewer } from "../session/Session";
import { begins } from "../ui/begins";
import { BreakGlass } from "./BreakGlass";
import { OpenEmergencies } from "./OpenEmergencies";
import { StatusChip } from "./StatusChip";
import css from "./search.module.css";
import { useFindPatients } from "./useFindPatients";

type Props = { onClose(): void; onPatient(id: string): void };

/** Finds a patient by name, birth date or MRN, from anywhere. */
export function SearchPalette(props: Props) {
  const [words, setWords] = useState("");
  const [at, setAt] = useState(0);
  const { hits, waiting, error, asked } = useFindPatients(words, null);
  const id = useId();
  const current = Math.min(at, hits.length - 1);
  const { canBreakGlass } = useViewer();
  const [emergency, setEmergency] = useState(false);
  const nobody = asked && !error && hits.length === 0;

  function onKey(event: KeyboardEvent) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      setAt(Math.max(0, Math.min(hits.length - 1, current + step)));
    }
    const hit = hits[current];
    if (event.key === "Enter" && hit) props.onPatient(hit.id);
  }

  const note = error
    ? failureOf(error).message
    : words.trim().length < 2
      ? "A name, a birth date like 1961-04-03, or an MRN."
      : nobody
        ? "Nobody found among the patients you may see."
        : "";
  if (emergency) return <BreakGlass onClose={props.onClose} onOpened={props.onPatient} />;
  return (
    <Modal
      opened
      onClose={props.onClose}
      withCloseButton={false}
      padding={0}
      size="lg"
      yOffset="12vh"
      centered={false}
      attributes={{ content: { "aria-label": "Find a patient" } }}
    >
      <TextInput
        className={css.input ?? ""}
        variant="unstyled"
        size="lg"
        leftSection={<IconSearch size={20} />}
        rightSection={waiting ? <Loader size="xs" /> : null}
        placeholder="Find a patient"
        aria-label="Find a patient"
        role="combobox"
        aria-expanded={hits.length > 0}
        aria-controls={id}
        aria-activedescendant={hits.length > 0 ? `${id}-${current}` : undefined}
        value={words}
        {...begins}
        onKeyDown={onKey}
        onChange={(event) => {
          setWords(event.currentTarget.value);
          setAt(0);
        }}
      />
      <div className={css.results}>
        <div role="listbox" id={id} aria-label="Patients">
          {hits.map((hit, index) => (
            // biome-ignore lint/a11y/useFocusableInteractive: see above.
            // biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the input.
            <div
              key={hit.id}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === current}
              className={css.hit}
              onMouseEnter={() => setAt(index)}
              onClick={() => props.onPatient(hit.id)}
            >
              <strong>{hit.displayName}</strong>
              <span>
                {hit.birthDate ? plainDate(hit.birthDate) : ""}
                {hit.mrn ? ` · MRN ${hit.mrn}` : ""}
                {hit.careTeam ? ` · ${hit.careTeam.name}` : ""}
              </span>
              <StatusChip status={hit.status} quiet />
            </div>
          ))}
        </div>
        {note && <p className={css.note}>{note}</p>}
        {canBreakGlass && words === "" && <OpenEmergencies onPatient={props.onPatient} />}
        {canBreakGlass && nobody && (
          <button type="button" className={css.emergency} onClick={() => setEmergency(true)}>
            <IconUrgent size={20} aria-hidden />
            <span>
              Patient not on your list? <strong>Open in an emergency</strong>
            </span>
          </button>
        )}
      </div>
    </Modal>
  );
}
