/** Where the patient gets their medicines, and a way to say so. */
import { Button, Modal, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { PatientDetailsFragment } from "../gql/graphql";
import type { Failure } from "../lib/errors";
import { KeptWords } from "../live/Unsent";
import css from "./patient.module.css";
import { usePatientActions } from "./usePatientActions";

export function PharmacyOf(props: { details: PatientDetailsFragment }) {
  const { pharmacy, viewerCanEdit } = props.details;
  const [editing, setEditing] = useState(false);
  return (
    <>
      {pharmacy?.name ?? "Not recorded"}
      {pharmacy?.phone && (
        <>
          {" "}
          · <a href={`tel:${pharmacy.phone}`}>{pharmacy.phone}</a>
        </>
      )}{" "}
      {viewerCanEdit && (
        <Button size="compact-xs" variant="subtle" onClick={() => setEditing(true)}>
          Change
        </Button>
      )}
      {editing && <PharmacyDialog details={props.details} onClose={() => setEditing(false)} />}
    </>
  );
}

function PharmacyDialog(props: { details: PatientDetailsFragment; onClose(): void }) {
  const { id, pharmacy } = props.details;
  const { setPharmacy } = usePatientActions();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const said = new FormData(event.currentTarget);
    const word = (name: string) => String(said.get(name)).trim() || null;
    setBusy(true);
    const refused = await setPharmacy(id, word("name"), word("phone"));
    setBusy(false);
    if (!refused) return props.onClose();
    setFailure(refused);
  }

  return (
    <Modal opened onClose={props.onClose} title="Pharmacy" size="sm">
      <form onSubmit={submit} className={css.form}>
        <TextInput
          name="name"
          label="Name"
          description="Empty: not known"
          defaultValue={pharmacy?.name ?? ""}
          maxLength={200}
          data-autofocus
        />
        <TextInput name="phone" label="Phone" defaultValue={pharmacy?.phone ?? ""} maxLength={40} />
        {failure && (
          <p className={css.conflict} role="alert">
            {failure.message}
          </p>
        )}
        <KeptWords busy={busy} />
        <div className={css.buttons}>
          <Button variant="default" size="sm" onClick={props.onClose}>
            Cancel
          </Button>
          <Button type="submit" size="sm" loading={busy}>
            Save
          </Button>
        </div>
      </form>
    </Modal>
  );
}
