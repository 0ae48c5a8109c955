import { Button, Modal } from "@mantine/core";
import { type ReactNode, useState } from "react";
import css from "./feedback.module.css";

type Props = {
  title: string;
  action: string;
  danger?: boolean;
  /** What it tells of is still changing: it is confirmed as it then stands. */
  waits?: boolean;
  children: ReactNode;
  onClose(): void;
  /** True closes it. */
  onConfirm(): Promise<boolean>;
};

/** Says what will happen, and asks. */
export function ConfirmDialog(props: Props) {
  const [busy, setBusy] = useState(false);

  async function confirm() {
    setBusy(true);
    const close = await props.onConfirm();
    setBusy(false);
    if (close) props.onClose();
  }

  return (
    <Modal opened onClose={props.onClose} title={props.title} size="sm">
      <div className={css.ask}>{props.children}</div>
      <div className={css.answers}>
        <Button variant="default" onClick={props.onClose} data-autofocus>
          Back
        </Button>
        <Button
          onClick={confirm}
          loading={busy || props.waits === true}
          {...(props.danger ? { color: "red.8" } : {})}
        >
          {props.action}
        </Button>
      </div>
    </Modal>
  );
}
