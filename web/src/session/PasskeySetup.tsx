/** A passkey is made by this device: its fingerprint, face or PIN, or a key that is plugged in. */
import { Button } from "@mantine/core";
import { IconFingerprint } from "@tabler/icons-react";
import { useState } from "react";
import type { Failure } from "../lib/errors";
import { makePasskey } from "../lib/passkeys";
import { useMutate } from "../lib/useMutate";
import { BeginPasskeyRegistration, FinishPasskeyRegistration } from "./documents";
import css from "./entry.module.css";

type Props = {
  challenge: string | null;
  onDone(codes: readonly string[]): void;
  onFailed(failure: Failure): boolean;
};

export function PasskeySetup(props: Props) {
  const mutate = useMutate();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  async function make() {
    setBusy(true);
    setFailure(null);
    const refused = await attempt();
    setBusy(false);
    if (refused && !props.onFailed(refused)) setFailure(refused.message);
  }

  async function attempt(): Promise<Failure | null> {
    const begun = await mutate(BeginPasskeyRegistration, { input: { challenge: props.challenge } });
    if (begun.failure) return begun.failure;
    const { challenge, options } = begun.data.beginPasskeyRegistration;
    const passkeyResponse = await makePasskey(options);
    if (passkeyResponse === null) {
      setFailure("No passkey was made. Try again, or use an authenticator app.");
      return null;
    }
    const done = await mutate(FinishPasskeyRegistration, { input: { challenge, passkeyResponse } });
    if (done.failure) return done.failure;
    props.onDone(done.data.finishPasskeyRegistration.recoveryCodes);
    return null;
  }

  return (
    <div className={css.setup}>
      <p className={css.step}>
        Your device keeps a passkey and asks for your finger, face or PIN when it is used. It works only for
        Huddle.
      </p>
      <p className={css.failure} role="alert">
        {failure}
      </p>
      <Button leftSection={<IconFingerprint size={18} aria-hidden />} onClick={make} loading={busy}>
        Make a passkey
      </Button>
    </div>
  );
}
