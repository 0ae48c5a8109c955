/** Hands a task to somebody else, with what they have to know. */
import { Button, Modal, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { fromLocalInput, serverNow, toLocalInput } from "../lib/time";
import type { Task } from "../live/merge";
import { useTeam } from "../live/Team";
import { KeptWords } from "../live/Unsent";
import { toast } from "../ui/toast";
import css from "./handoff.module.css";
import { anybody, Receiver } from "./Receiver";
import { useHandoffActions } from "./useHandoffActions";

export function TransferDialog(props: { task: Task; onClose(): void }) {
  const { view, me, zone } = useTeam();
  const actions = useHandoffActions();
  const [to, setTo] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const members = (view.state.head?.members ?? [])
    .map((one) => one.staff)
    .filter((one) => one.active && one.id !== me?.id);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "").trim();
    const due = text("due");
    setBusy(true);
    const done = await actions.transfer(props.task, to === anybody ? null : to, {
      situation: text("situation"),
      ready: text("ready") || null,
      evidence: text("evidence") || null,
      next: text("next") || null,
      dueAt: due ? fromLocalInput(due, zone) : null,
    });
    setBusy(false);
    if (!done) return;
    const name = members.find((one) => one.id === to)?.displayName ?? "somebody of the team";
    toast("good", `It is yours until ${name} acknowledges.`);
    props.onClose();
  }

  return (
    <Modal opened onClose={props.onClose} title={`Hand over: ${props.task.title}`} size="lg">
      <form onSubmit={submit} className={css.stack}>
        <p className={css.hint}>
          It stays yours until they acknowledge. After half an hour the managers are told.
        </p>
        <Receiver label="To" members={members} value={to} onChange={setTo} orAnybody />
        <Textarea
          name="situation"
          label="What is going on"
          required
          autosize
          minRows={2}
          maxLength={2000}
          data-autofocus
        />
        <div className={css.two}>
          <Textarea name="ready" label="What is ready" autosize minRows={2} maxLength={2000} />
          <Textarea name="evidence" label="Where that can be seen" autosize minRows={2} maxLength={2000} />
        </div>
        <div className={css.two}>
          <Textarea name="next" label="What is next" autosize minRows={2} maxLength={2000} />
          <TextInput
            name="due"
            label="By when"
            type="datetime-local"
            min={toLocalInput(serverNow(), zone)}
            description="In the team’s time"
            inputWrapperOrder={["label", "input", "description", "error"]}
          />
        </div>
        <KeptWords busy={busy} />
        <div className={css.buttons}>
          <Button variant="default" onClick={props.onClose}>
            Back
          </Button>
          <Button type="submit" loading={busy} disabled={!to}>
            Hand over
          </Button>
        </div>
      </form>
    </Modal>
  );
}
