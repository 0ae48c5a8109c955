/** Tells somebody about a task. Nothing else changes. */
import { Button, Modal, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { Task } from "../live/merge";
import { useTeam } from "../live/Team";
import { KeptWords } from "../live/Unsent";
import { toast } from "../ui/toast";
import css from "./handoff.module.css";
import { Receiver } from "./Receiver";
import { useHandoffActions } from "./useHandoffActions";

export function NotifyDialog(props: { task: Task; onClose(): void }) {
  const { view, me } = useTeam();
  const actions = useHandoffActions();
  const [to, setTo] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const members = (view.state.head?.members ?? [])
    .map((one) => one.staff)
    .filter((one) => one.active && one.id !== me?.id);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const message = String(new FormData(event.currentTarget).get("message")).trim();
    if (!to || !message) return;
    setBusy(true);
    const done = await actions.notify(props.task, to, message);
    setBusy(false);
    if (!done) return;
    toast("good", `${members.find((one) => one.id === to)?.displayName ?? "They"} will see it.`);
    props.onClose();
  }

  return (
    <Modal opened onClose={props.onClose} title={`Tell somebody about: ${props.task.title}`} size="md">
      <form onSubmit={submit} className={css.stack}>
        <Receiver label="Whom" members={members} value={to} onChange={setTo} orAnybody={false} />
        <Textarea
          name="message"
          label="What they should know"
          required
          autosize
          minRows={2}
          maxLength={2000}
        />
        <KeptWords busy={busy} />
        <div className={css.buttons}>
          <Button variant="default" onClick={props.onClose}>
            Back
          </Button>
          <Button type="submit" loading={busy} disabled={!to}>
            Tell
          </Button>
        </div>
      </form>
    </Modal>
  );
}
