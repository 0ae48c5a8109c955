/** After the password: the second factor, or setting one up where there is none yet. */
import { Anchor, Button, TextInput } from "@mantine/core";
import { IconFingerprint } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import type { Failure, SecondFactor } from "../lib/errors";
import { passkeysHere } from "../lib/passkeys";
import { CodeInput } from "./CodeInput";
import { CompleteSignIn } from "./documents";
import { EnrolStep } from "./EnrolStep";
import css from "./entry.module.css";
import { useSession } from "./Session";
import { usePasskeySignIn } from "./usePasskeySignIn";
import { useWait } from "./useWait";

/** `onBack` says why where there is something to say. */
type Props = { need: SecondFactor; onBack(words: string | null): void };

export function SecondStep(props: Props) {
  return props.need.mustEnrol ? <EnrolStep {...props} /> : <ProofStep {...props} />;
}

export const tooLate =
  "That took too long, or there were too many wrong codes. Begin again with your password.";

function ProofStep(props: Props) {
  const { challenge, methods } = props.need;
  const { enter } = useSession();
  const passkey = usePasskeySignIn();
  const wait = useWait();
  const hasCode = methods.includes("TOTP");
  const hasPasskey = methods.includes("PASSKEY") && passkeysHere();
  const [recovering, setRecovering] = useState(!hasCode && !hasPasskey);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  async function go(way: () => Promise<Failure | null>) {
    setBusy(true);
    setFailure(null);
    const refused = await way();
    setBusy(false);
    if (!refused || wait.heed(refused)) return;
    if (refused.code === "UNAUTHENTICATED") return props.onBack(tooLate);
    setFailure(refused.code === "BAD_USER_INPUT" ? "That did not match. Try again." : refused.message);
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const code = String(new FormData(event.currentTarget).get("code")).trim();
    const proof = recovering ? { recoveryCode: code } : { totpCode: code.replace(/\s/g, "") };
    void go(() => enter(CompleteSignIn, { input: { challenge, ...proof } }));
  }

  const asksForCode = hasCode || recovering;
  return (
    <form className={css.form} onSubmit={submit}>
      <h2>One more step</h2>
      <p className={css.lead}>
        {recovering
          ? "Type one of the recovery codes that you kept. Each works once."
          : hasCode
            ? "Type the six digits that your authenticator app shows now."
            : "Use the passkey that you set up for Huddle."}
      </p>
      {recovering ? (
        <TextInput
          key="recovery"
          name="code"
          label="Recovery code"
          autoComplete="off"
          spellCheck={false}
          required
          autoFocus
          size="md"
        />
      ) : (
        hasCode && <CodeInput key="code" name="code" label="Code from your app" />
      )}
      <p className={css.failure} role="alert">
        {wait.words ?? failure}
      </p>
      {asksForCode && (
        <Button type="submit" size="md" loading={busy} disabled={wait.words !== null}>
          Sign in
        </Button>
      )}
      {hasPasskey && (
        <Button
          size="md"
          variant={asksForCode ? "default" : "filled"}
          leftSection={<IconFingerprint size={18} aria-hidden />}
          loading={busy && !asksForCode}
          autoFocus={!asksForCode}
          onClick={() => go(() => passkey(challenge))}
        >
          Use a passkey
        </Button>
      )}
      <p className={css.choices}>
        {methods.includes("RECOVERY_CODE") && (hasCode || hasPasskey) && (
          <Anchor
            component="button"
            type="button"
            underline="always"
            inherit
            onClick={() => setRecovering(!recovering)}
          >
            {recovering ? "Back to the code or passkey" : "Use a recovery code"}
          </Anchor>
        )}
        <Anchor
          component="button"
          type="button"
          underline="always"
          inherit
          onClick={() => props.onBack(null)}
        >
          Sign in as somebody else
        </Anchor>
      </p>
    </form>
  );
}
