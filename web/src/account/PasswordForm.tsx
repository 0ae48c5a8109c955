import { Button, PasswordInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { sentence } from "../lib/errors";
import { useMutate } from "../lib/useMutate";
import { passwordAdvice } from "../session/EnterPage";
import { useWait } from "../session/useWait";
import { toast } from "../ui/toast";
import css from "./account.module.css";
import { ChangePassword } from "./documents";

export function PasswordForm(props: { onDone(): void }) {
  const mutate = useMutate();
  const wait = useWait();
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const [oldPassword, newPassword] = [String(given.get("old")), String(given.get("new"))];
    if (newPassword !== given.get("again")) return setFailure("The two new ones are not the same.");
    setBusy(true);
    setFailure(null);
    const { failure: refused } = await mutate(ChangePassword, { input: { oldPassword, newPassword } });
    setBusy(false);
    if (!refused) {
      setOpen(false);
      props.onDone();
      return toast("good", "Your password is changed. You are signed out everywhere else.");
    }
    if (wait.heed(refused)) return;
    const wrongOld = refused.code === "BAD_USER_INPUT" && refused.field === "input.oldPassword";
    setFailure(wrongOld ? "That is not your present password." : sentence("The new password", refused));
  }

  return (
    <section className={css.card} aria-labelledby="password">
      <h2 id="password">Password</h2>
      {!open ? (
        <div className={css.row}>
          <Button variant="default" onClick={() => setOpen(true)}>
            Change my password
          </Button>
        </div>
      ) : (
        <form className={css.form} onSubmit={submit}>
          <PasswordInput
            name="old"
            label="Present password"
            autoComplete="current-password"
            required
            autoFocus
          />
          <PasswordInput
            name="new"
            label="New password"
            description={passwordAdvice}
            autoComplete="new-password"
            minLength={8}
            required
          />
          <PasswordInput name="again" label="The new one again" autoComplete="new-password" required />
          {(wait.words ?? failure) && (
            <p className={css.failure} role="alert">
              {wait.words ?? failure}
            </p>
          )}
          <div className={css.row}>
            <Button type="submit" loading={busy} disabled={wait.words !== null}>
              Change it
            </Button>
            <Button variant="default" onClick={() => setOpen(false)}>
              Back
            </Button>
          </div>
        </form>
      )}
    </section>
  );
}
