import type { TypedDocumentNode } from "@urql/core";
import { useCallback } from "react";
import { useClient } from "urql";
import { type Failure, failureOf } from "./errors";

/** Sends a mutation once. For secrets, of which nothing is kept to send again; everything else goes by `useSend`. */
export function useMutate() {
  const api = useClient();
  return useCallback(
    async <A extends object, V extends object>(
      document: TypedDocumentNode<A, V>,
      variables: V,
    ): Promise<{ data: A; failure: null } | { data: null; failure: Failure }> => {
      const { data, error } = await api.mutation(document, variables as never).toPromise();
      return data ? { data, failure: null } : { data: null, failure: failureOf(error) };
    },
    [api],
  );
}
