/** What a shared screen shows once: type the code, and it becomes the team's wall. */
import { Anchor, Button, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import css from "../session/entry.module.css";
import { useSession } from "../session/Session";
import { Entry } from "../session/SignInPage";

export function PairPage() {
  const { pair } = useSession();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const code = String(new FormData(event.currentTarget).get("code")).trim().toUpperCase();
    setBusy(true);
    setFailure(null);
    const refused = await pair(code);
    setBusy(false);
    if (refused)
      setFailure(
        refused.code === "NETWORK" || refused.code === "RATE_LIMITED" ? refused.message : refusedCode,
      );
  }

  return (
    <Entry>
      <form className={css.form} onSubmit={submit}>
        <h2>Pair this screen</h2>
        <p className={css.lead}>
          Somebody on the team opens their menu in Huddle, chooses “Pair a wall display”, and reads you the
          code.
        </p>
        <TextInput
          className={css.code}
          name="code"
          label="Pairing code"
          required
          autoFocus
          autoComplete="off"
          spellCheck={false}
          size="xl"
        />
        <p className={css.failure} role="alert">
          {failure}
        </p>
        <Button type="submit" size="md" loading={busy}>
          Show the wall
        </Button>
        <p className={css.small}>
          A person, not a screen?{" "}
          <Anchor component={Link} to="/signin" underline="always" inherit>
            Sign in
          </Anchor>
        </p>
      </form>
    </Entry>
  );
}

const refusedCode = "This code does not work. Codes work once, for 15 minutes: ask for a new one.";
