/** Emergency access to a patient whom one does not see otherwise: who, why, and what follows from it, before it is done. */
import { Button, Modal, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { Failure } from "../lib/errors";
import { KeptWords } from "../live/Unsent";
import { useSend } from "../live/useSend";
import form from "../task/task.module.css";
import { OpenInEmergency } from "./documents";
import css from "./patient.module.css";

type Props = {
  /** Of a link that one was given; otherwise by MRN and birth date. */
  patientId?: string;
  onClose(): void;
  onOpened(patientId: string): void;
};

const leastReason = 10;

export function BreakGlass(props: Props) {
  const send = useSend();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const said = new FormData(event.currentTarget);
    const text = (name: string) => String(said.get(name) ?? "").trim();
    const reason = text("reason");
    const who = props.patientId
      ? { patientId: props.patientId }
      : { mrn: text("mrn"), birthDate: text("birthDate") };
    setBusy(true);
    const answer = await send({
      document: OpenInEmergency,
      input: { ...who, reason },
      about: null,
      words: "open a patient in an emergency",
    });
    setBusy(false);
    setFailure(answer.failure);
    if (answer.data) props.onOpened(answer.data.breakGlass.breakGlass.patientId);
  }

  return (
    <Modal opened onClose={props.onClose} title="Open in an emergency" size="md">
      <form onSubmit={submit} className={form.stack}>
        <ul className={css.warning}>
          <li>Only for somebody who needs care now.</li>
          <li>You can read, not write, for an hour.</li>
          <li>The privacy officer is told at once. Your reason and all that you look at go on record.</li>
        </ul>
        {!props.patientId && (
          <div className={form.two}>
            <TextInput name="mrn" label="MRN" required data-autofocus autoComplete="off" maxLength={64} />
            <TextInput name="birthDate" label="Birth date" type="date" required />
          </div>
        )}
        <Textarea
          name="reason"
          label="Why is it needed?"
          description="Ten characters at least."
          required
          minLength={leastReason}
          maxLength={500}
          autosize
          minRows={2}
          {...(props.patientId ? { "data-autofocus": true } : {})}
        />
        {failure && (
          <p className={form.failure} role="alert">
            {failure.code === "NOT_FOUND" ? notFound(props.patientId) : failure.message}
          </p>
        )}
        <KeptWords busy={busy} />
        <div className={form.buttons}>
          <Button variant="default" onClick={props.onClose}>
            Back
          </Button>
          <Button type="submit" color="red.8" loading={busy}>
            Open the record
          </Button>
        </div>
      </form>
    </Modal>
  );
}

const notFound = (id: string | undefined) =>
  id
    ? "There is no such patient, or you are kept out of their record."
    : "Nobody has this MRN and this birth date together. Check both.";
