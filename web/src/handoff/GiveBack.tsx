/** Back to the pool, with the reason: one tap, or one key, for the usual ones. */
import { Button, Modal, TextInput } from "@mantine/core";
import { type FormEvent, useEffect } from "react";
import type { Task } from "../live/merge";
import css from "./handoff.module.css";

const reasons = [
  "No time for it today",
  "Nobody answers, somebody else may try",
  "Needs another role or language",
  "Taken by mistake",
];

type Props = { task: Task; onClose(): void; onReason(reason: string): void };

export function GiveBack(props: Props) {
  const { onClose, onReason } = props;

  function say(reason: string) {
    onReason(reason);
    onClose();
  }

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.target instanceof HTMLInputElement) return;
      const reason = reasons[Number(event.key) - 1];
      if (!reason) return;
      event.preventDefault();
      onReason(reason);
      onClose();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [onReason, onClose]);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget).get("reason")).trim();
    if (reason) say(reason);
  }

  return (
    <Modal opened onClose={onClose} title={`Give back: ${props.task.title}`} size="md">
      <form onSubmit={submit} className={css.stack}>
        <div className={css.reasons}>
          {reasons.map((reason, index) => (
            <button
              key={reason}
              type="button"
              {...(index === 0 ? { "data-autofocus": true } : {})}
              onClick={() => say(reason)}
            >
              <kbd>{index + 1}</kbd> {reason}
            </button>
          ))}
        </div>
        <div className={css.other}>
          <TextInput name="reason" aria-label="Another reason" placeholder="Another reason" maxLength={500} />
          <Button type="submit" variant="default">
            Give back
          </Button>
        </div>
      </form>
    </Modal>
  );
}
