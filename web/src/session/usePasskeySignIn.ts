import { useCallback } from "react";
import type { Failure } from "../lib/errors";
import { askPasskey } from "../lib/passkeys";
import { useMutate } from "../lib/useMutate";
import { BeginPasskeySignIn, CompleteSignIn } from "./documents";
import { useSession } from "./Session";

/** Signs in by a passkey: alone, or as the second step of `challenge`. Null: signed in. */
export function usePasskeySignIn() {
  const mutate = useMutate();
  const { enter } = useSession();
  return useCallback(
    async (challenge: string | null = null): Promise<Failure | null> => {
      const begun = await mutate(BeginPasskeySignIn, { input: { challenge } });
      if (begun.failure) return begun.failure;
      const { challenge: named, options } = begun.data.beginPasskeySignIn;
      const passkeyResponse = await askPasskey(options);
      if (passkeyResponse === null) return notGiven;
      return enter(CompleteSignIn, { input: { challenge: named, passkeyResponse } });
    },
    [mutate, enter],
  );
}

/** The browser says no more than that there was none. */
export const notGiven: Failure = {
  code: "CONFLICT",
  message: "There was no passkey for Huddle on this device, or it was not used.",
  field: null,
  retryAfter: null,
  reason: null,
};
