import { Button, Modal, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { FindItem, type Found } from "./FindItem";
import css from "./huddle.module.css";
import type { Actions } from "./useHuddle";

/** Somebody's own item: a patient or work, and why. */
export function AddItem(props: { actions: Actions; onClose(): void }) {
  const [found, setFound] = useState<Found | null>(null);
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const note = String(new FormData(event.currentTarget).get("note") ?? "").trim();
    if (!found) return;
    setBusy(true);
    const what = found.is === "patient" ? { patientId: found.id } : { taskId: found.id };
    const done = await props.actions.add({ ...what, ...(note && { note }) });
    setBusy(false);
    if (done) props.onClose();
  }

  return (
    <Modal opened onClose={props.onClose} title="Add to the huddle">
      <form onSubmit={submit} className={css.form}>
        <FindItem value={found} onChange={setFound} />
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
          <Button type="submit" loading={busy} disabled={!found}>
            Add
          </Button>
        </div>
      </form>
    </Modal>
  );
}
