import type { TypedDocumentNode } from "@urql/core";
import { useCallback, useEffect, useRef } from "react";
import { useClient } from "urql";
import { fetchWithin } from "../lib/api";
import { failureOf } from "../lib/errors";
import { useSession } from "../session/Session";
import { toast } from "../ui/toast";
import type { Action, Outcome } from "./outbox";

type Doing<A, I> = Omit<Action<A>, "attempt"> & {
  document: TypedDocumentNode<A, { input: I & { clientMutationId?: string | null } }>;
  input: I;
};

/** After this long it is sent again, which does no harm. */
const hurried = fetchWithin(10_000);

/**
 * Sends a mutation, under one name, until there is an answer or it is lost. A refusal is the caller's to say; when the
 * caller is gone from the screen, it is said here.
 */
export function useSend() {
  const here = useRef(false);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
    };
  }, []);
  const api = useClient();
  const { outbox } = useSession();
  return useCallback(
    async <A extends object, I extends object>(doing: Doing<A, I>): Promise<Outcome<A>> => {
      const { document, input, ...action } = doing;
      const attempt = async (clientMutationId: string) => {
        const variables = { input: { ...input, clientMutationId } };
        const { data, error } = await api
          .mutation(document, variables as never, { fetch: hurried })
          .toPromise();
        return data ? { data, failure: null } : { data: null, failure: failureOf(error) };
      };
      const outcome = await outbox.send({ ...action, attempt });
      if (!outcome.failure || outcome.told || here.current) return outcome;
      toast("bad", `Not done: ${action.words}. ${outcome.failure.message}`);
      return { ...outcome, told: true };
    },
    [api, outbox],
  );
}
