/** A connection, page after page, read anew when what is asked for changes or `again` is called. */
import type { TypedDocumentNode } from "@urql/core";
import { useCallback, useEffect, useRef, useState } from "react";
import { useClient } from "urql";
import { type Failure, failureOf } from "../lib/errors";

type Connection<N> = {
  nodes: N[];
  totalCount: number;
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
};
type Paging = { first: number; after?: string | null };
export type Pages<N> = {
  nodes: readonly N[] | null;
  total: number;
  failure: Failure | null;
  busy: boolean;
  /** Null where there is no more. */
  more: (() => void) | null;
  again(): void;
};

export function usePages<Q, V extends object, N>(
  document: TypedDocumentNode<Q, V & Paging>,
  variables: V,
  pick: (answer: Q) => Connection<N>,
  first = 50,
): Pages<N> {
  const api = useClient();
  const [shown, setShown] = useState<{ nodes: readonly N[]; total: number; after: string | null } | null>(
    null,
  );
  const [failure, setFailure] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);
  const turn = useRef(0);
  const key = JSON.stringify(variables);
  const asked = useRef({ document, variables, pick, first });
  asked.current = { document, variables, pick, first };

  const read = useCallback(
    async (before: { nodes: readonly N[]; after: string | null } | null) => {
      const mine = ++turn.current;
      const { document, variables, pick, first } = asked.current;
      setBusy(true);
      const { data, error } = await api
        .query(
          document,
          { ...variables, first, after: before?.after ?? null },
          { requestPolicy: "network-only" },
        )
        .toPromise();
      if (mine !== turn.current) return;
      setBusy(false);
      if (!data) return setFailure(failureOf(error));
      setFailure(null);
      const page = pick(data);
      const { hasNextPage, endCursor } = page.pageInfo;
      setShown({
        nodes: [...(before?.nodes ?? []), ...page.nodes],
        total: page.totalCount,
        after: hasNextPage ? endCursor : null,
      });
    },
    [api],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: the key is what is asked for.
  useEffect(() => {
    void read(null);
  }, [read, key]);

  const again = useCallback(() => void read(null), [read]);
  return {
    nodes: shown?.nodes ?? null,
    total: shown?.total ?? 0,
    failure,
    busy,
    more: shown?.after ? () => void read(shown) : null,
    again,
  };
}
