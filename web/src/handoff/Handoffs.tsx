/** What people of the team tell each other, for every screen of the team: read once, and again soon after the feed says so. */
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef } from "react";
import { useQuery } from "urql";
import { readFragment } from "../gql";
import type { HandoffCardFragment, RequestCardFragment } from "../gql/graphql";
import { useTeam } from "../live/Team";
import { useViewer } from "../session/Session";
import { HandoffCard, Inbox, RequestCard } from "./documents";

export type Handoff = HandoffCardFragment;
export type Request = RequestCardFragment;

export type Handoffs = {
  toMe: readonly Handoff[];
  fromMe: readonly Handoff[];
  escalated: readonly Handoff[];
  /** Open requests by the task that is asked for. */
  requests: ReadonlyMap<string, readonly Request[]>;
  loaded: boolean;
  error: Error | null;
  again(): void;
};

const nothing: Handoffs = {
  toMe: [],
  fromMe: [],
  escalated: [],
  requests: new Map(),
  loaded: false,
  error: null,
  again: () => {},
};

const Context = createContext<Handoffs>(nothing);

export const useHandoffs = () => useContext(Context);

/** A shared screen is told none of it. */
export function HandoffsProvider(props: { children: ReactNode }) {
  const { isDisplay } = useViewer();
  return isDisplay ? props.children : <Reading>{props.children}</Reading>;
}

/** A burst of news is one more reading. */
const trailing = 200;

function Reading(props: { children: ReactNode }) {
  const { store, view } = useTeam();
  const [result, read] = useQuery({ query: Inbox, variables: { team: store.teamId } });
  const { told } = view;
  const seen = useRef(told);

  useEffect(() => {
    if (seen.current === told) return;
    const timer = setTimeout(() => {
      seen.current = told;
      read({ requestPolicy: "network-only" });
    }, trailing);
    return () => clearTimeout(timer);
  }, [told, read]);

  const { data, error } = result;
  const again = useCallback(() => read({ requestPolicy: "network-only" }), [read]);
  const value = useMemo<Handoffs>(() => {
    const cards = (list: typeof data extends infer D ? D : never, name: "toMe" | "fromMe" | "escalated") =>
      (list?.[name].nodes ?? []).map((node) => readFragment(HandoffCard, node));
    const requests = new Map<string, Request[]>();
    for (const ref of data?.claimRequests ?? []) {
      const request = readFragment(RequestCard, ref);
      // One that was just answered stays in what was read until it is read again.
      if (request.state !== "OPEN" || !request.task) continue;
      requests.set(request.task.id, [...(requests.get(request.task.id) ?? []), request]);
    }
    const open = (one: Handoff) => one.state === "OPEN" || one.state === "ESCALATED";
    const waits = (one: Handoff) => open(one) || one.state === "DECLINED";
    return {
      toMe: cards(data, "toMe").filter(open),
      fromMe: cards(data, "fromMe").filter(waits),
      escalated: cards(data, "escalated").filter((one) => waits(one) && one.state !== "OPEN"),
      requests,
      loaded: data !== undefined,
      error: data ? null : (error ?? null),
      again,
    };
  }, [data, error, again]);
  return <Context.Provider value={value}>{props.children}</Context.Provider>;
}
