/** A PIN by touch or by keys. The digits are shown to nobody, and no field keeps them for the browser to remember. */
import { IconBackspace } from "@tabler/icons-react";
import { useCallback, useEffect, useRef, useState } from "react";
import css from "./act.module.css";
import { pinLength } from "./pin";

type Props = { busy: boolean; onPin(pin: string): void };

export function PinPad(props: Props) {
  const { busy, onPin } = props;
  const [pin, setPin] = useState("");
  const full = pin.length >= pinLength.least;

  const press = useCallback((digit: string) => {
    setPin((was) => (was.length < pinLength.most ? was + digit : was));
  }, []);
  const back = useCallback(() => setPin((was) => was.slice(0, -1)), []);
  const send = useCallback(() => {
    if (busy || !full) return;
    onPin(pin);
    setPin("");
  }, [busy, full, pin, onPin]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (/^\d$/.test(event.key)) press(event.key);
      else if (event.key === "Backspace") back();
      // On a button, Enter presses that button.
      else if (event.key === "Enter" && !(event.target instanceof HTMLButtonElement)) send();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [press, back, send]);

  const start = useRef<HTMLFieldSetElement>(null);
  useEffect(() => start.current?.focus(), []);

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it has the focus before any of its buttons has.
    <fieldset className={css.pad} ref={start} tabIndex={0} aria-label="PIN, six digits or more">
      <output className={css.dots} aria-label={`${pin.length} digits`} data-testid="pin">
        {pin ? "•".repeat(pin.length) : <span>Your PIN</span>}
      </output>
      {["1", "2", "3", "4", "5", "6", "7", "8", "9"].map((digit) => (
        <button key={digit} type="button" onClick={() => press(digit)} disabled={busy}>
          {digit}
        </button>
      ))}
      <button type="button" onClick={back} disabled={busy} aria-label="Take back the last digit">
        <IconBackspace size="1.1em" aria-hidden />
      </button>
      <button type="button" onClick={() => press("0")} disabled={busy}>
        0
      </button>
      <button type="button" data-main onClick={send} disabled={busy || !full}>
        OK
      </button>
    </fieldset>
  );
}
