/** A dialog over the wall, in the wall's colours and sizes. It goes by itself: a wall nobody stands at shows the wall. */
import { IconX } from "@tabler/icons-react";
import { type ReactNode, useEffect, useRef } from "react";
import css from "./act.module.css";

const leftAlone = 45_000;

export function WallDialog(props: { title: string; stays?: boolean; onClose(): void; children: ReactNode }) {
  const { stays = false } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const close = useRef(props.onClose);
  close.current = props.onClose;

  useEffect(() => {
    dialog.current?.showModal();
  }, []);

  useEffect(() => {
    if (stays) return;
    let timer = setTimeout(() => close.current(), leftAlone);
    const again = () => {
      clearTimeout(timer);
      timer = setTimeout(() => close.current(), leftAlone);
    };
    const signs = ["pointerdown", "pointermove", "keydown"] as const;
    for (const sign of signs) addEventListener(sign, again);
    return () => {
      clearTimeout(timer);
      for (const sign of signs) removeEventListener(sign, again);
    };
  }, [stays]);

  return (
    <dialog
      ref={dialog}
      className={css.dialog}
      aria-label={props.title}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
    >
      <header className={css.head}>
        <h2>{props.title}</h2>
        <button type="button" className={css.close} onClick={props.onClose} aria-label="Close">
          <IconX size="1.4em" aria-hidden />
        </button>
      </header>
      {props.children}
    </dialog>
  );
}
