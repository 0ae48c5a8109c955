import { Anchor, Button, PasswordInput, TextInput } from "@mantine/core";
import { IconBolt, IconClockExclamation, IconShieldCheck } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useState } from "react";
import { Logo } from "../ui/Logo";
import css from "./entry.module.css";
import { useSession } from "./Session";

export function SignInPage() {
  const { signIn } = useSession();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setFailure(null);
    const refused = await signIn(String(form.get("email")).trim(), String(form.get("password")));
    setBusy(false);
    if (!refused) return;
    const wrong = refused.code === "UNAUTHENTICATED" || refused.code === "BAD_USER_INPUT";
    setFailure(wrong ? "That e-mail and password do not go together. Try again." : refused.message);
  }

  return (
    <Entry>
      <form className={css.form} onSubmit={submit}>
        <h2>Sign in</h2>
        <p className={css.lead}>Use the account of your practice.</p>
        <TextInput
          name="email"
          label="E-mail"
          type="email"
          autoComplete="username"
          required
          autoFocus
          size="md"
        />
        <PasswordInput name="password" label="Password" autoComplete="current-password" required size="md" />
        <p className={css.failure} role="alert">
          {failure}
        </p>
        <Button type="submit" size="md" loading={busy}>
          Sign in
        </Button>
        <p className={css.small}>
          Setting up a shared screen?{" "}
          <Anchor component={Link} to="/pair" underline="always" inherit>
            Pair a wall display
          </Anchor>
        </p>
      </form>
    </Entry>
  );
}

export function Entry(props: { children: ReactNode }) {
  return (
    <main className={css.page}>
      <div className={css.story}>
        <div className={css.brand}>
          <Logo size={34} /> Huddle
        </div>
        <h1>Who needs care now, who holds it, and by when.</h1>
        <ul>
          <li>
            <IconBolt size={20} aria-hidden /> Every screen shows the same board, at the same moment.
          </li>
          <li>
            <IconClockExclamation size={20} aria-hidden /> What falls due turns red by itself.
          </li>
          <li>
            <IconShieldCheck size={20} aria-hidden /> You see the patients of your teams, and nobody else’s.
          </li>
        </ul>
      </div>
      <div className={css.side}>{props.children}</div>
    </main>
  );
}
