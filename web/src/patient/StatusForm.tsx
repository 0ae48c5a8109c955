import { Button, Select, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { PatientStatus } from "../gql/enums";
import type { PatientDetailsFragment } from "../gql/graphql";
import type { Failure } from "../lib/errors";
import type { Patient } from "../live/merge";
import { KeptWords } from "../live/Unsent";
import css from "./patient.module.css";
import { usePatientActions } from "./usePatientActions";
import { statuses, statusWords } from "./words";

type Props = { details: PatientDetailsFragment; card: Patient; onClose(): void; onRefresh(): void };

/** Sets where the patient is. It says which version was seen, so that two people cannot overwrite each other. */
export function StatusForm(props: Props) {
  const { card } = props;
  const { setStatus } = usePatientActions();
  const [status, setChosen] = useState<PatientStatus>(card.status);
  /** The version this person decided on; seeing a newer one takes a look and another press. */
  const [seen, setSeen] = useState(card.version);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const changed = card.version > seen;

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const note = String(new FormData(event.currentTarget).get("note")).trim() || null;
    setBusy(true);
    const refused = await setStatus(card, status, note, seen);
    setBusy(false);
    if (!refused) return props.onClose();
    setFailure(refused);
    if (refused.code === "CONFLICT") props.onRefresh();
  }

  return (
    <form className={css.form} onSubmit={submit}>
      <Select
        label="Where are they now?"
        data={statuses.map((one) => ({ value: one, label: statusWords[one] }))}
        value={status}
        allowDeselect={false}
        onChange={(value) => value && setChosen(value as PatientStatus)}
      />
      <Textarea
        name="note"
        label="Note"
        placeholder="A sentence for the team"
        autosize
        minRows={1}
        maxLength={500}
      />
      {changed && (
        <p className={css.conflict} role="alert">
          Somebody changed this patient while you were here: now {statusWords[card.status]}. Nothing of yours
          was saved.{" "}
          <Button size="compact-xs" variant="default" onClick={() => setSeen(card.version)}>
            I have seen it
          </Button>
        </p>
      )}
      {failure && failure.code !== "CONFLICT" && (
        <p className={css.conflict} role="alert">
          {failure.message}
        </p>
      )}
      <KeptWords busy={busy} />
      <div className={css.buttons}>
        <Button variant="default" size="sm" onClick={props.onClose}>
          Cancel
        </Button>
        <Button type="submit" size="sm" loading={busy} disabled={changed}>
          Set status
        </Button>
      </div>
    </form>
  );
}
