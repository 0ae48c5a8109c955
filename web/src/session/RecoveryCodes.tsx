/** Shown once: what opens the account when the phone is lost. */
import { Button, Checkbox } from "@mantine/core";
import { IconPrinter } from "@tabler/icons-react";
import { useState } from "react";
import { CopyText } from "../ui/CopyText";
import css from "./entry.module.css";

type Props = { codes: readonly string[]; action: string; onKept(): void };

export function RecoveryCodes(props: Props) {
  const [kept, setKept] = useState(false);
  return (
    <div className={css.setup}>
      <p className={css.step}>
        Each of these codes signs you in once, should you be without your phone or passkey. They are not shown
        again: print them, or keep them where you keep passwords.
      </p>
      <div className={css.printed}>
        <p className={css.onlyPrinted}>Huddle: recovery codes. Each works once.</p>
        <CopyText text={props.codes.join("\n")} label="Recovery codes" lines />
      </div>
      <Button
        variant="default"
        size="sm"
        leftSection={<IconPrinter size={16} aria-hidden />}
        onClick={() => print()}
      >
        Print
      </Button>
      <Checkbox
        label="I have kept these codes"
        checked={kept}
        onChange={(event) => setKept(event.currentTarget.checked)}
      />
      <Button size="md" disabled={!kept} onClick={props.onKept}>
        {props.action}
      </Button>
    </div>
  );
}
