/** Setting up the first second factor, before there is a session. */
import { Anchor } from "@mantine/core";
import { useState } from "react";
import type { Failure, SecondFactor } from "../lib/errors";
import { passkeysHere } from "../lib/passkeys";
import css from "./entry.module.css";
import { PasskeySetup } from "./PasskeySetup";
import { RecoveryCodes } from "./RecoveryCodes";
import { tooLate } from "./SecondStep";
import { useSession } from "./Session";
import { TotpSetup } from "./TotpSetup";

export function EnrolStep(props: { need: SecondFactor; onBack(words: string | null): void }) {
  const { challenge } = props.need;
  const { entered } = useSession();
  const [by, setBy] = useState<"app" | "passkey">("app");
  const [codes, setCodes] = useState<readonly string[] | null>(null);

  if (codes)
    return (
      <div className={css.form}>
        <h2>Keep these codes</h2>
        <RecoveryCodes codes={codes} action="Go on to Huddle" onKept={entered} />
      </div>
    );

  const done = (given: readonly string[]) => (given.length > 0 ? setCodes(given) : void entered());
  const failed = (failure: Failure) => {
    if (failure.code !== "UNAUTHENTICATED") return false;
    props.onBack(tooLate);
    return true;
  };
  return (
    <div className={css.form}>
      <h2>Set up a second factor</h2>
      <p className={css.lead}>Your role asks for more than a password. This is done once, in a minute.</p>
      {by === "app" ? (
        <TotpSetup challenge={challenge} onDone={done} onFailed={failed} />
      ) : (
        <PasskeySetup challenge={challenge} onDone={done} onFailed={failed} />
      )}
      <p className={css.choices}>
        {passkeysHere() && (
          <Anchor
            component="button"
            type="button"
            underline="always"
            inherit
            onClick={() => setBy(by === "app" ? "passkey" : "app")}
          >
            {by === "app" ? "Use a passkey instead" : "Use an authenticator app instead"}
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
    </div>
  );
}
