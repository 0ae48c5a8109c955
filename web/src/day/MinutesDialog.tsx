import { Button, Modal, NumberInput, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { Failure } from "../lib/errors";
import { KeptWords } from "../live/Unsent";
import { begins } from "../ui/begins";
import css from "./day.module.css";

type Props = {
  patient: { id: string; displayName: string };
  minutes: number | null;
  onClose(): void;
  onLog(minutes: number, note: string | null): Promise<Failure | null>;
};

/** Writes down minutes that were spent on a patient. */
export function MinutesDialog(props: Props) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [minutes, setMinutes] = useState<number | string>(props.minutes ?? 5);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const note = String(new FormData(event.currentTarget).get("note")).trim() || null;
    setBusy(true);
    const refused = await props.onLog(Number(minutes), note);
    setBusy(false);
    if (!refused) return props.onClose();
    setFailure(refused);
  }

  return (
    <Modal opened onClose={props.onClose} title={`Minutes for ${props.patient.displayName}`} size="sm">
      <form onSubmit={submit} className={css.stack}>
        <NumberInput
          label="Minutes"
          value={minutes}
          onChange={setMinutes}
          min={1}
          max={480}
          allowDecimal={false}
          required
          {...begins}
        />
        <TextInput name="note" label="What for" maxLength={500} />
        {failure && (
          <p className={css.refused} role="alert">
            {failure.message}
          </p>
        )}
        <KeptWords busy={busy} />
        <div className={css.buttons}>
          <Button variant="default" onClick={props.onClose}>
            Back
          </Button>
          <Button type="submit" loading={busy} disabled={!Number(minutes)}>
            Log {minutes} min
          </Button>
        </div>
      </form>
    </Modal>
  );
}
