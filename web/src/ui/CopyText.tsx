import { Button } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useRef, useState } from "react";
import css from "./feedback.module.css";

/** A text to take along: selected by one click, copied by the button. */
export function CopyText(props: { text: string; label: string; lines?: boolean }) {
  const { text, label } = props;
  const [copied, setCopied] = useState(false);
  const shown = useRef<HTMLElement>(null);

  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      // A page without TLS may not write there: select it, so that the keys for copying work.
      if (shown.current) getSelection()?.selectAllChildren(shown.current);
    }
  }

  return (
    <div className={css.copy}>
      <code ref={shown} className={css.copyText} data-lines={props.lines} data-copy={label}>
        {text}
      </code>
      <Button
        variant="default"
        size="sm"
        leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
        onClick={copy}
      >
        {copied ? "Copied" : "Copy"}
        <span className="visually-hidden">: {label}</span>
      </Button>
    </div>
  );
}
