/** Completes a task with a word about it, and logs minutes if one says so: nothing is logged by itself. */
import { Button, Checkbox, Modal, NumberInput, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { KeptWords } from "../live/Unsent";
import { begins } from "../ui/begins";
import css from "./day.module.css";
import type { Item } from "./queue";

type Props = {
  item: Item;
  /** Since it was begun here; null where it was not. */
  minutes: number | null;
  onClose(): void;
  /** True when it was done. */
  onDone(note: string | null, minutes: number | null): Promise<boolean>;
};

export function CompleteDialog(props: Props) {
  const { item } = props;
  const [busy, setBusy] = useState(false);
  const [logs, setLogs] = useState(false);
  const [minutes, setMinutes] = useState<number | string>(props.minutes ?? 5);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const note = String(new FormData(event.currentTarget).get("note")).trim() || null;
    setBusy(true);
    const done = await props.onDone(note, logs ? Number(minutes) : null);
    setBusy(false);
    if (done) props.onClose();
  }

  return (
    <Modal opened onClose={props.onClose} title={`Complete: ${item.task.title}`} size="md">
      <form onSubmit={submit} className={css.stack}>
        <Textarea
          name="note"
          label="What came of it"
          autosize
          minRows={2}
          maxLength={2000}
          {...begins}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey) return;
            event.preventDefault();
            event.currentTarget.form?.requestSubmit();
          }}
        />
        {item.patient && (
          <div className={css.logs}>
            <Checkbox
              label={`Log minutes for ${item.patient.displayName}`}
              checked={logs}
              onChange={(event) => setLogs(event.currentTarget.checked)}
            />
            <NumberInput
              aria-label="Minutes"
              value={minutes}
              onChange={setMinutes}
              min={1}
              max={480}
              allowDecimal={false}
              disabled={!logs}
              suffix=" min"
              w={110}
              required
            />
          </div>
        )}
        <KeptWords busy={busy} />
        <div className={css.buttons}>
          <Button variant="default" onClick={props.onClose}>
            Back
          </Button>
          <Button type="submit" loading={busy}>
            {logs && minutes ? `Complete and log ${minutes} min` : "Complete"}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
