import { Button, Modal, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTeam } from "../live/Team";
import { PatientPicker } from "../patient/PatientPicker";
import css from "./huddle.module.css";
import type { Actions } from "./useHuddle";

/** Somebody's own item: a patient, and why. */
export function AddItem(props: { actions: Actions; onClose(): void }) {
  const { store } = useTeam();
  const [patientId, setPatient] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const note = String(new FormData(event.currentTarget).get("note") ?? "").trim();
    if (!patientId) return;
    setBusy(true);
    const done = await props.actions.add({ patientId, ...(note && { note }) });
    setBusy(false);
    if (done) props.onClose();
  }

  return (
    <Modal opened onClose={props.onClose} title="Add to the huddle">
      <form onSubmit={submit} className={css.form}>
        <PatientPicker
          label="Patient"
          teamId={store.teamId}
          value={patientId}
          onChange={setPatient}
          known={null}
        />
        <TextInput
          name="note"
          label="What it is about"
          description="Read by the team, never shown on the wall"
          maxLength={500}
        />
        <div className={css.buttons}>
          <Button variant="default" onClick={props.onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={busy} disabled={!patientId}>
            Add
          </Button>
        </div>
      </form>
    </Modal>
  );
}
