/** The ways in: a password and what comes after it, a passkey, the practice's own sign-on. */
import { Anchor, Button, PasswordInput, TextInput } from "@mantine/core";
import { IconBolt, IconClockExclamation, IconFingerprint, IconShieldCheck } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useState } from "react";
import { useQuery } from "urql";
import type { Failure, SecondFactor } from "../lib/errors";
import { passkeysHere } from "../lib/passkeys";
import { Logo } from "../ui/Logo";
import { SignInOptions } from "./documents";
import css from "./entry.module.css";
import { SecondStep } from "./SecondStep";
import { useSession } from "./Session";
import { usePasskeySignIn } from "./usePasskeySignIn";
import { useWait } from "./useWait";
import { failedWords } from "./words";

export function SignInPage(props: { next: string | null; failed: string | null }) {
  const { phase } = useSession();
  const [need, setNeed] = useState<SecondFactor | null>(null);
  const [said, setSaid] = useState(props.failed ? failedWords(props.failed) : null);
  const why = phase.is === "out" ? phase.why : null;

  return (
    <Entry>
      {need ? (
        <SecondStep
          need={need}
          onBack={(words) => {
            setNeed(null);
            setSaid(words);
          }}
        />
      ) : (
        <FirstStep said={said} why={why} next={props.next} onNeed={setNeed} />
      )}
    </Entry>
  );
}

type First = {
  said: string | null;
  why: string | null;
  next: string | null;
  onNeed(need: SecondFactor): void;
};

function FirstStep(props: First) {
  const { signIn } = useSession();
  const [{ data }] = useQuery({ query: SignInOptions });
  const passkey = usePasskeySignIn();
  const wait = useWait();
  const [busy, setBusy] = useState<"password" | "passkey" | null>(null);
  const [failure, setFailure] = useState(props.said);
  const [lost, setLost] = useState(false);
  const options = data?.signInOptions;

  async function go(by: "password" | "passkey", way: () => Promise<Failure | null>) {
    setBusy(by);
    setFailure(null);
    const refused = await way();
    setBusy(null);
    if (!refused) return;
    if (refused.secondFactor) return props.onNeed(refused.secondFactor);
    if (wait.heed(refused)) return;
    const wrong = refused.code === "UNAUTHENTICATED" || refused.code === "BAD_USER_INPUT";
    setFailure(wrong ? wrongWords[by] : refused.message);
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    void go("password", () => signIn(String(form.get("email")).trim(), String(form.get("password"))));
  }

  return (
    <form className={css.form} onSubmit={submit}>
      <h2>Sign in</h2>
      {props.why ? (
        <p className={css.why} role="status">
          {props.why}
        </p>
      ) : (
        <p className={css.lead}>Use the account of your practice.</p>
      )}
      {options?.oidc && (
        <Button
          component="a"
          href={`${options.oidc.startPath}?next=${encodeURIComponent(props.next ?? "/")}`}
          size="md"
          variant={options.password ? "default" : "filled"}
        >
          Sign in with {options.oidc.name}
        </Button>
      )}
      {options?.password !== false && (
        <>
          <TextInput
            name="email"
            label="E-mail"
            type="email"
            autoComplete="username"
            required
            autoFocus
            size="md"
          />
          <PasswordInput
            name="password"
            label="Password"
            autoComplete="current-password"
            required
            size="md"
          />
        </>
      )}
      <p className={css.failure} role="alert">
        {wait.words ?? failure}
      </p>
      {options?.password !== false && (
        <Button type="submit" size="md" loading={busy === "password"} disabled={wait.words !== null}>
          Sign in
        </Button>
      )}
      {options?.passkeys && passkeysHere() && (
        <Button
          size="md"
          variant="default"
          leftSection={<IconFingerprint size={18} aria-hidden />}
          loading={busy === "passkey"}
          onClick={() => go("passkey", passkey)}
        >
          Sign in with a passkey
        </Button>
      )}
      <p className={css.small}>
        {lost ? (
          "Ask your practice’s administrator: they make you a link with which you choose a new one."
        ) : (
          <Anchor component="button" type="button" underline="always" inherit onClick={() => setLost(true)}>
            Password lost?
          </Anchor>
        )}
      </p>
      <p className={css.small}>
        Setting up a shared screen?{" "}
        <Anchor component={Link} to="/pair" underline="always" inherit>
          Pair a wall display
        </Anchor>
      </p>
    </form>
  );
}

const wrongWords = {
  password: "That e-mail and password do not go together. Try again.",
  passkey: "That passkey is not known here. Use your password.",
};

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
