import { Button, Modal, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { KeptWords } from "../live/Unsent";
import { begins } from "../ui/begins";
import css from "./task.module.css";

type Props = {
  title: string;
  label: string;
  action: string;
  danger?: boolean;
  onClose(): void;
  /** True when it was done. */
  onReason(reason: string): Promise<boolean>;
};

/** Asks for the reason that an action needs. */
export function ReasonDialog(props: Props) {
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget).get("reason")).trim();
    if (!reason) return;
    setBusy(true);
    const done = await props.onReason(reason);
    setBusy(false);
    if (done) props.onClose();
  }

  return (
    <Modal opened onClose={props.onClose} title={props.title} size="md">
      <form onSubmit={submit} className={css.stack}>
        <Textarea
          name="reason"
          label={props.label}
          required
          autosize
          minRows={2}
          {...begins}
          maxLength={500}
        />
        <KeptWords busy={busy} />
        <div className={css.buttons}>
          <Button variant="default" onClick={props.onClose}>
            Back
          </Button>
          <Button type="submit" loading={busy} {...(props.danger ? { color: "red.8" } : {})}>
            {props.action}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
