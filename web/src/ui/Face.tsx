/** The faces of a view that has nothing to show: an error to try again, or a friendly emptiness. */
import { Button } from "@mantine/core";
import { IconCloudOff } from "@tabler/icons-react";
import type { ReactNode } from "react";
import css from "./feedback.module.css";

export function ErrorFace(props: { message: string; onRetry?: () => void; busy?: boolean }) {
  return (
    <div className={css.face} role="alert">
      <IconCloudOff size={28} aria-hidden />
      <p className={css.title}>This could not be loaded</p>
      <p className={css.text}>{props.message}</p>
      {props.onRetry && (
        <Button variant="default" size="sm" onClick={props.onRetry} loading={props.busy ?? false}>
          Try again
        </Button>
      )}
    </div>
  );
}

export function EmptyFace(props: { icon?: ReactNode; title?: string; children?: ReactNode }) {
  return (
    <div className={css.face}>
      {props.icon}
      {props.title && <p className={css.title}>{props.title}</p>}
      {props.children && <div className={css.text}>{props.children}</div>}
    </div>
  );
}
