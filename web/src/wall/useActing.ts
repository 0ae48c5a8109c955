/** Who acts at this wall for the next seconds. The server's word; counted down here by its clock. */
import { useCallback, useEffect, useMemo, useState } from "react";
import { useClient } from "urql";
import { type FragmentType, readFragment } from "../gql";
import { serverNow } from "../lib/time";
import type { Me } from "../live/pending";
import { ActingFields, EndActing, WhoActs } from "./documents";

export type Acting = { me: Me; until: number };

export function useActing(isDisplay: boolean) {
  const api = useClient();
  const [acting, setActing] = useState<Acting | null>(null);

  const take = useCallback((viewer: FragmentType<typeof ActingFields>) => {
    const said = readFragment(ActingFields, viewer).acting;
    const until = said ? Date.parse(said.until) : 0;
    setActing(said && until > serverNow() ? { me: said.staff, until } : null);
  }, []);

  const ask = useCallback(async () => {
    const { data } = await api.query(WhoActs, {}, { requestPolicy: "network-only" }).toPromise();
    if (data) take(data.viewer);
  }, [api, take]);

  const end = useCallback(async () => {
    setActing(null);
    const { data } = await api.mutation(EndActing, {}).toPromise();
    // Without an answer it may go on: then the screen says so, and the server ends it in time.
    if (data) take(data.endActing.viewer);
    else await ask();
  }, [api, take, ask]);

  useEffect(() => {
    if (isDisplay) void ask();
  }, [isDisplay, ask]);

  useEffect(() => {
    if (!acting) return;
    const timer = setTimeout(() => setActing(null), Math.max(0, acting.until - serverNow()));
    return () => clearTimeout(timer);
  }, [acting]);

  return useMemo(() => ({ acting, take, ask, end }), [acting, take, ask, end]);
}
