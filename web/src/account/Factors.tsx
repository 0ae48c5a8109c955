/** What proves who I am besides the password. */
import { Button, Modal } from "@mantine/core";
import { IconDeviceMobile, IconFingerprint } from "@tabler/icons-react";
import { useState } from "react";
import type { FactorLineFragment } from "../gql/graphql";
import { passkeysHere } from "../lib/passkeys";
import { exact } from "../lib/time";
import { useSend } from "../live/useSend";
import { PasskeySetup } from "../session/PasskeySetup";
import { RecoveryCodes } from "../session/RecoveryCodes";
import { TotpSetup } from "../session/TotpSetup";
import { useZone } from "../session/useZone";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { toast } from "../ui/toast";
import css from "./account.module.css";
import { RemoveFactor, RenewRecoveryCodes } from "./documents";

type Props = {
  factors: readonly FactorLineFragment[];
  codesLeft: number;
  /** The last one cannot be removed. */
  required: boolean;
  onChanged(): void;
};

type Open =
  | { is: "app" }
  | { is: "passkey" }
  | { is: "codes"; codes: readonly string[] }
  | { is: "renew" }
  | { is: "remove"; factor: FactorLineFragment };

export function Factors(props: Props) {
  const { factors, required } = props;
  const send = useSend();
  const zone = useZone();
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);

  const done = (codes: readonly string[]) => {
    props.onChanged();
    if (codes.length > 0) return setOpen({ is: "codes", codes });
    close();
    toast("good", "It is set up. Huddle asks for it when you sign in.");
  };

  async function renew(): Promise<boolean> {
    const { data, failure, told } = await send({
      document: RenewRecoveryCodes,
      input: {},
      about: "recovery-codes",
      words: "make new recovery codes",
    });
    if (!data) {
      if (!told) toast("bad", failure.message);
      return true;
    }
    props.onChanged();
    setOpen({ is: "codes", codes: data.renewRecoveryCodes.recoveryCodes });
    return false;
  }

  async function remove(factor: FactorLineFragment): Promise<boolean> {
    const { failure, told } = await send({
      document: RemoveFactor,
      input: { factorId: factor.id },
      about: factor.id,
      words: `remove “${factor.label}”`,
    });
    if (failure && !told) toast("bad", failure.message);
    props.onChanged();
    return true;
  }

  return (
    <section className={css.card} aria-labelledby="factors">
      <h2 id="factors">Second factor</h2>
      <p className={css.quiet}>
        {factors.length === 0
          ? required
            ? "Your role asks for one: set it up now."
            : "None yet. With one, a stolen password alone opens nothing."
          : "Asked for when you sign in, besides your password."}
      </p>
      {factors.length > 0 && (
        <ul className={css.list}>
          {factors.map((factor) => (
            <li key={factor.id}>
              {factor.kind === "PASSKEY" ? <IconFingerprint size={20} /> : <IconDeviceMobile size={20} />}
              <span className={css.what}>
                <strong>{factor.label}</strong>
                <span>
                  Since {exact(factor.createdAt, zone)}
                  {factor.lastUsedAt && `, last used ${exact(factor.lastUsedAt, zone)}`}
                </span>
              </span>
              {!(required && factors.length === 1) && (
                <Button
                  size="xs"
                  variant="default"
                  aria-label={`Remove ${factor.label}`}
                  onClick={() => setOpen({ is: "remove", factor })}
                >
                  Remove
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      <div className={css.row}>
        <Button variant="default" onClick={() => setOpen({ is: "app" })}>
          Add an authenticator app
        </Button>
        {passkeysHere() && (
          <Button variant="default" onClick={() => setOpen({ is: "passkey" })}>
            Add a passkey
          </Button>
        )}
        {factors.length > 0 && (
          <Button variant="default" onClick={() => setOpen({ is: "renew" })}>
            New recovery codes
          </Button>
        )}
      </div>
      {factors.length > 0 && <p className={css.quiet}>{codesWords(props.codesLeft)}</p>}

      {open?.is === "app" && (
        <Modal opened onClose={close} title="Add an authenticator app" size="md">
          <TotpSetup challenge={null} onDone={done} onFailed={() => false} />
        </Modal>
      )}
      {open?.is === "passkey" && (
        <Modal opened onClose={close} title="Add a passkey" size="md">
          <PasskeySetup challenge={null} onDone={done} onFailed={() => false} />
        </Modal>
      )}
      {open?.is === "codes" && (
        <Modal opened onClose={close} title="Keep these codes" size="md" closeOnClickOutside={false}>
          <RecoveryCodes codes={open.codes} action="Done" onKept={close} />
        </Modal>
      )}
      {open?.is === "renew" && (
        <ConfirmDialog title="Make new recovery codes?" action="Make them" onClose={close} onConfirm={renew}>
          The old ones open nothing any more.
        </ConfirmDialog>
      )}
      {open?.is === "remove" && (
        <ConfirmDialog
          title={`Remove “${open.factor.label}”?`}
          action="Remove"
          danger
          onClose={close}
          onConfirm={() => remove(open.factor)}
        >
          You cannot sign in with it any more.
        </ConfirmDialog>
      )}
    </section>
  );
}

const codesWords = (left: number) =>
  left === 0
    ? "No recovery codes are left: make new ones, for the day without your phone."
    : `${left === 1 ? "One recovery code is" : `${left} recovery codes are`} left.`;
