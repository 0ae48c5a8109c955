/** One call, and all that it was good for. */
import { Button, Modal, NumberInput, SegmentedControl, Select, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { CallOutcome } from "../gql/enums";
import type { CallCreditInput, RecordCallInput } from "../gql/graphql";
import type { Failure } from "../lib/errors";
import { serverNow } from "../lib/time";
import { KeptWords } from "../live/Unsent";
import css from "./day.module.css";
import type { Item } from "./queue";
import { outcomes, outcomeWords } from "./words";

export type Calling = {
  patient: { id: string; displayName: string };
  phone: string | null;
  items: readonly Item[];
  /** For how long the call has been going on. */
  minutes: number | null;
};

type Props = {
  of: Calling;
  onClose(): void;
  onRecord(input: Omit<RecordCallInput, "patientId">): Promise<Failure | null>;
};

type Credit = "done" | "noted" | "none";

const backs = [
  { value: "", label: "No call back" },
  { value: "30", label: "In 30 minutes" },
  { value: "120", label: "In 2 hours" },
  { value: "1440", label: "Tomorrow at this time" },
];

export function CallDialog(props: Props) {
  const { of } = props;
  const [outcome, setOutcome] = useState<CallOutcome>("REACHED");
  const [chosen, setChosen] = useState<ReadonlyMap<string, Credit>>(new Map());
  const [minutes, setMinutes] = useState<number | string>(of.minutes ?? "");
  const [back, setBack] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  // Who was not reached has nothing done yet.
  const usual: Credit = outcome === "REACHED" ? "done" : "noted";
  const creditOf = (id: string) => chosen.get(id) ?? usual;
  const wait = outcome === "PARKED" && !back ? "30" : back;

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const note = String(new FormData(event.currentTarget).get("note")).trim() || null;
    const credits: CallCreditInput[] = of.items
      .filter(({ task }) => creditOf(task.id) !== "none")
      .map(({ task }) => ({ taskId: task.id, done: creditOf(task.id) === "done" }));
    setBusy(true);
    const refused = await props.onRecord({
      outcome,
      credits,
      note,
      minutes: Number(minutes) || null,
      callBackAt: wait ? new Date(serverNow() + Number(wait) * 60_000).toISOString() : null,
    });
    setBusy(false);
    if (!refused) return props.onClose();
    setFailure(refused);
  }

  return (
    <Modal opened onClose={props.onClose} title={`Call to ${of.patient.displayName}`} size="lg">
      <form onSubmit={submit} className={css.stack}>
        {of.phone && (
          <p className={css.dial}>
            <a href={`tel:${of.phone}`}>{of.phone}</a>
          </p>
        )}
        <Select
          label="How it ended"
          data={outcomes.map((value) => ({ value, label: outcomeWords[value] }))}
          value={outcome}
          onChange={(value) => value && setOutcome(value as CallOutcome)}
          allowDeselect={false}
          data-autofocus
        />
        <fieldset className={css.credits}>
          <legend>What it was good for</legend>
          {of.items.map(({ task, patient }) => (
            <div key={task.id} data-task={task.id}>
              <span>
                <strong>{task.title}</strong>
                {patient && <span className={css.about}>{patient.displayName}</span>}
              </span>
              <SegmentedControl
                size="xs"
                value={creditOf(task.id)}
                onChange={(value) => setChosen(new Map(chosen).set(task.id, value as Credit))}
                data={[
                  { value: "done", label: "Done" },
                  { value: "noted", label: "Note it" },
                  { value: "none", label: "Leave" },
                ]}
                aria-label={`“${task.title}”`}
              />
            </div>
          ))}
        </fieldset>
        <div className={css.two}>
          <NumberInput
            label="Minutes, if you log them"
            description={of.items.length > 1 ? "Shared among those whom it was good for" : undefined}
            value={minutes}
            onChange={setMinutes}
            min={1}
            max={480}
            allowDecimal={false}
          />
          <Select
            label="Call back"
            data={outcome === "PARKED" ? backs.slice(1) : backs}
            value={wait}
            onChange={(value) => setBack(value ?? "")}
            allowDeselect={false}
          />
        </div>
        <Textarea name="note" label="Note" autosize minRows={2} maxLength={2000} />
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
          <Button type="submit" loading={busy}>
            Record the call
          </Button>
        </div>
      </form>
    </Modal>
  );
}
