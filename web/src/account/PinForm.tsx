import { Button, PasswordInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { sentence } from "../lib/errors";
import { useSend } from "../live/useSend";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { toast } from "../ui/toast";
import css from "./account.module.css";
import { RemovePin, SetPin } from "./documents";

/** The PIN with which one acts at the shared screen for a minute. */
export function PinForm(props: { hasPin: boolean; onDone(): void }) {
  const send = useSend();
  const [open, setOpen] = useState(false);
  const [removing, setRemoving] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const pin = String(given.get("pin"));
    if (pin !== given.get("again")) return setFailure("The two are not the same.");
    setBusy(true);
    setFailure(null);
    const { failure: refused, told } = await send({
      document: SetPin,
      input: { pin },
      about: "pin",
      words: "set your PIN",
    });
    setBusy(false);
    if (refused) return told ? undefined : setFailure(sentence("The PIN", refused));
    setOpen(false);
    props.onDone();
    toast("good", "Your PIN is set.");
  }

  async function remove(): Promise<boolean> {
    const { failure: refused, told } = await send({
      document: RemovePin,
      input: {},
      about: "pin",
      words: "remove your PIN",
    });
    if (refused) {
      if (!told) toast("bad", refused.message);
      return true;
    }
    props.onDone();
    toast("good", "Your PIN is removed.");
    return true;
  }

  return (
    <section className={css.card} aria-labelledby="pin">
      <h2 id="pin">PIN for the wall</h2>
      <p className={css.quiet}>
        {props.hasPin
          ? "You have one. With it you claim and finish work at the shared screen, for a minute at a time."
          : "With a PIN you claim and finish work at the shared screen, for a minute at a time."}
      </p>
      {!open ? (
        <div className={css.row}>
          <Button variant="default" onClick={() => setOpen(true)}>
            {props.hasPin ? "Change my PIN" : "Set a PIN"}
          </Button>
          {props.hasPin && (
            <Button variant="default" onClick={() => setRemoving(true)}>
              Remove my PIN
            </Button>
          )}
        </div>
      ) : (
        <form className={css.form} onSubmit={submit}>
          <PasswordInput
            name="pin"
            label="New PIN"
            description="Six to twelve digits; nothing that is easy to guess."
            inputMode="numeric"
            pattern="[0-9]{6,12}"
            title="Six to twelve digits"
            autoComplete="off"
            required
            autoFocus
          />
          <PasswordInput
            name="again"
            label="The same again"
            inputMode="numeric"
            autoComplete="off"
            required
          />
          {failure && (
            <p className={css.failure} role="alert">
              {failure}
            </p>
          )}
          <div className={css.row}>
            <Button type="submit" loading={busy}>
              Set it
            </Button>
            <Button variant="default" onClick={() => setOpen(false)}>
              Back
            </Button>
          </div>
        </form>
      )}
      {removing && (
        <ConfirmDialog
          title="Remove your PIN?"
          action="Remove"
          danger
          onClose={() => setRemoving(false)}
          onConfirm={remove}
        >
          At the shared screen you can still say who you are by your phone.
        </ConfirmDialog>
      )}
    </section>
  );
}
