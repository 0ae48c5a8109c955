/** Asks again who is there, before something that matters. What was asked for goes on by itself afterwards. */
import { Anchor, Button, Modal, PasswordInput } from "@mantine/core";
import { IconFingerprint } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { useQuery } from "urql";
import type { Failure } from "../lib/errors";
import { askPasskey, passkeysHere } from "../lib/passkeys";
import { useMutate } from "../lib/useMutate";
import css from "../task/task.module.css";
import { CodeInput } from "./CodeInput";
import { BeginPasskeySignIn, MyProofs, Reauthenticate } from "./documents";
import { notGiven } from "./usePasskeySignIn";
import { useWait } from "./useWait";

export function ProveDialog(props: { onAnswer(proven: boolean): void }) {
  const mutate = useMutate();
  const [{ data }] = useQuery({ query: MyProofs, requestPolicy: "network-only" });
  const wait = useWait();
  const [by, setBy] = useState<"password" | "code">("password");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const kinds = new Set(data?.viewer.factors.map((one) => one.kind));

  async function go(way: () => Promise<Failure | null>) {
    setBusy(true);
    setFailure(null);
    const refused = await way();
    setBusy(false);
    if (!refused) return props.onAnswer(true);
    if (!wait.heed(refused)) setFailure(refused.code === "BAD_USER_INPUT" ? wrong[by] : refused.message);
  }

  const prove = async (input: object) => (await mutate(Reauthenticate, { input })).failure;

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const given =
      by === "password"
        ? { password: String(form.get("password")) }
        : { totpCode: String(form.get("code")).replace(/\s/g, "") };
    void go(() => prove(given));
  }

  async function passkey(): Promise<Failure | null> {
    const begun = await mutate(BeginPasskeySignIn, { input: {} });
    if (begun.failure) return begun.failure;
    const { challenge, options } = begun.data.beginPasskeySignIn;
    const passkeyResponse = await askPasskey(options);
    return passkeyResponse === null ? notGiven : prove({ challenge, passkeyResponse });
  }

  return (
    <Modal
      opened
      onClose={() => props.onAnswer(false)}
      title="Is it you?"
      size="sm"
      zIndex={400}
      data-testid="prove"
    >
      <form onSubmit={submit} className={css.stack}>
        <p className={css.text}>This is something that only you should do. Say once more who you are.</p>
        {by === "password" ? (
          <PasswordInput
            key="password"
            name="password"
            label="Your password"
            autoComplete="current-password"
            required
            data-autofocus
          />
        ) : (
          <CodeInput key="code" name="code" label="Code from your app" small />
        )}
        {(wait.words ?? failure) && (
          <p className={css.failure} role="alert">
            {wait.words ?? failure}
          </p>
        )}
        {kinds.has("TOTP") && (
          <Anchor
            component="button"
            type="button"
            size="sm"
            underline="always"
            ta="left"
            onClick={() => setBy(by === "password" ? "code" : "password")}
          >
            {by === "password" ? "Use a code from your app" : "Use your password"}
          </Anchor>
        )}
        <div className={css.buttons}>
          {kinds.has("PASSKEY") && passkeysHere() && (
            <Button
              variant="default"
              leftSection={<IconFingerprint size={16} aria-hidden />}
              onClick={() => go(passkey)}
              mr="auto"
            >
              Passkey
            </Button>
          )}
          <Button variant="default" onClick={() => props.onAnswer(false)}>
            Back
          </Button>
          <Button type="submit" loading={busy} disabled={wait.words !== null}>
            Confirm
          </Button>
        </div>
      </form>
    </Modal>
  );
}

const wrong = { password: "That is not your password.", code: "That code did not match." };
