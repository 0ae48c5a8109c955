/** Where a link leads that an administrator made: choose a password, and be in. */
import { Button, PasswordInput, Skeleton } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useEffect, useRef, useState } from "react";
import type { OpenLinkMutation } from "../gql/graphql";
import { type Failure, type SecondFactor, sentence } from "../lib/errors";
import { useMutate } from "../lib/useMutate";
import { AcceptLink, OpenLink } from "./documents";
import css from "./entry.module.css";
import { forgetToken, takeToken } from "./linkToken";
import { SecondStep } from "./SecondStep";
import { useSession } from "./Session";
import { Entry } from "./SignInPage";
import { useWait } from "./useWait";

type Opened = OpenLinkMutation["openLink"];

export function EnterPage() {
  const mutate = useMutate();
  const navigate = useNavigate();
  const { phase } = useSession();
  const [opened, setOpened] = useState<Opened | null>(null);
  const [refused, setRefused] = useState<Failure | null>(null);
  const [need, setNeed] = useState<SecondFactor | null>(null);
  const [accepted, setAccepted] = useState(false);

  const asked = useRef(false);
  useEffect(() => {
    if (asked.current) return;
    asked.current = true;
    void mutate(OpenLink, { input: { token: takeToken() } }).then((answer) => {
      if (answer.failure) setRefused(answer.failure);
      else setOpened(answer.data.openLink);
    });
  }, [mutate]);

  // A second link in the same tab changes nothing but the part after the #.
  useEffect(() => {
    const again = () => location.hash.length > 1 && location.reload();
    addEventListener("hashchange", again);
    return () => removeEventListener("hashchange", again);
  }, []);

  const done = accepted && phase.is === "in";
  useEffect(() => {
    if (done) void navigate({ to: "/", replace: true });
  }, [done, navigate]);

  return (
    <Entry>
      {need ? (
        <SecondStep need={need} onBack={() => navigate({ to: "/signin", replace: true })} />
      ) : refused ? (
        <Refused failure={refused} />
      ) : opened ? (
        <Choose
          opened={opened}
          onAccepted={(then) => {
            forgetToken();
            setAccepted(true);
            setNeed(then);
          }}
          onRefused={setRefused}
        />
      ) : (
        <div className={css.form} aria-busy="true">
          <Skeleton height={30} width="60%" />
          <Skeleton height={42} />
          <Skeleton height={42} />
        </div>
      )}
    </Entry>
  );
}

function Refused(props: { failure: Failure }) {
  const { code, message } = props.failure;
  return (
    <div className={css.form}>
      <h2>This link does not work</h2>
      <p className={css.lead}>
        {code === "NOT_FOUND" || code === "BAD_USER_INPUT"
          ? "It was used already, it is too old, or a newer one took its place. Ask your practice’s administrator for another."
          : message}
      </p>
      <Button component={Link} to="/signin" variant="default" size="md">
        To the sign-in
      </Button>
    </div>
  );
}

type ChooseProps = {
  opened: Opened;
  onAccepted(need: SecondFactor | null): void;
  onRefused(failure: Failure): void;
};

function Choose(props: ChooseProps) {
  const { enter } = useSession();
  const wait = useWait();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const { opened } = props;

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const password = String(form.get("password"));
    if (password !== form.get("again")) return setFailure("The two are not the same.");
    setBusy(true);
    setFailure(null);
    const refused = await enter(AcceptLink, { input: { token: takeToken(), password } });
    setBusy(false);
    if (!refused) return props.onAccepted(null);
    if (refused.secondFactor) return props.onAccepted(refused.secondFactor);
    if (wait.heed(refused)) return;
    if (refused.code === "NOT_FOUND") return props.onRefused(refused);
    setFailure(sentence("The password", refused));
  }

  return (
    <form className={css.form} onSubmit={submit}>
      <h2>{opened.kind === "INVITATION" ? `Welcome, ${opened.displayName}` : "Choose a new password"}</h2>
      <p className={css.lead}>
        {opened.kind === "INVITATION"
          ? `You are invited to Huddle at ${opened.organization}. Choose a password; you sign in with ${opened.email}.`
          : `For ${opened.email} at ${opened.organization}. You are signed out everywhere else then.`}
      </p>
      <input type="email" name="email" autoComplete="username" value={opened.email} readOnly hidden />
      <PasswordInput
        name="password"
        label="New password"
        description={passwordAdvice}
        autoComplete="new-password"
        minLength={8}
        required
        autoFocus
        size="md"
      />
      <PasswordInput name="again" label="The same again" autoComplete="new-password" required size="md" />
      <p className={css.failure} role="alert">
        {wait.words ?? failure}
      </p>
      <Button type="submit" size="md" loading={busy} disabled={wait.words !== null}>
        Set the password and sign in
      </Button>
    </form>
  );
}

export const passwordAdvice = "At least 8 signs; a few words in a row are easy to keep. No names.";
