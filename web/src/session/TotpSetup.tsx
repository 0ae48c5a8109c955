/** An authenticator app is shown the secret and answers with its first code. The QR is drawn here: nobody else sees it. */
import { Button, Skeleton } from "@mantine/core";
import { type FormEvent, useEffect, useRef, useState } from "react";
import type { BeginTotpEnrolmentMutation } from "../gql/graphql";
import type { Failure } from "../lib/errors";
import { useMutate } from "../lib/useMutate";
import { CopyText } from "../ui/CopyText";
import { QrCode } from "../ui/QrCode";
import { CodeInput } from "./CodeInput";
import { BeginTotpEnrolment, ConfirmTotpEnrolment } from "./documents";
import css from "./entry.module.css";

type Props = {
  /** Of the sign-in; null for who is signed in. */
  challenge: string | null;
  /** With the recovery codes, if there are new ones. */
  onDone(codes: readonly string[]): void;
  /** True when whoever uses this has dealt with it. */
  onFailed(failure: Failure): boolean;
};

export function TotpSetup(props: Props) {
  const mutate = useMutate();
  const [begun, setBegun] = useState<BeginTotpEnrolmentMutation["beginTotpEnrolment"] | null>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  const asked = useRef(false);
  const say = (refused: Failure) => {
    if (!props.onFailed(refused)) setFailure(refused.message);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: one secret for each time this opens.
  useEffect(() => {
    if (asked.current) return;
    asked.current = true;
    void mutate(BeginTotpEnrolment, { input: { challenge: props.challenge } }).then((answer) => {
      if (answer.failure) say(answer.failure);
      else setBegun(answer.data.beginTotpEnrolment);
    });
  }, []);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (!begun) return;
    const code = String(new FormData(event.currentTarget).get("code")).replace(/\s/g, "");
    setBusy(true);
    setFailure(null);
    const { data, failure: refused } = await mutate(ConfirmTotpEnrolment, {
      input: { challenge: begun.challenge, code },
    });
    setBusy(false);
    if (data) return props.onDone(data.confirmTotpEnrolment.recoveryCodes);
    if (refused.code === "BAD_USER_INPUT")
      setFailure("That code did not match. Wait for the next one, and look at the clock of your phone.");
    else say(refused);
  }

  return (
    <form className={css.setup} onSubmit={submit}>
      <p className={css.step}>1. Scan this with an authenticator app on your phone.</p>
      {begun ? (
        <>
          <QrCode text={begun.uri} label="QR code for your authenticator app" size={184} />
          <details className={css.small}>
            <summary>Type it instead</summary>
            <CopyText text={begun.secret.replace(/(.{4})(?=.)/g, "$1 ")} label="Secret for your app" />
          </details>
        </>
      ) : (
        <Skeleton height={184} width={184} />
      )}
      <p className={css.step}>2. Type the six digits that it shows.</p>
      <CodeInput name="code" label="Code from your app" small />
      <p className={css.failure} role="alert">
        {failure}
      </p>
      <Button type="submit" loading={busy} disabled={!begun}>
        Confirm
      </Button>
    </form>
  );
}
