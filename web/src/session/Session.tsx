/**
 * Who is signed in here. The session itself is an HttpOnly cookie; this holds what the server says about it, and the
 * one HTTP client, the one socket and the actions on their way that live as long as it does. Signing out throws all of
 * them away.
 */
import type { TypedDocumentNode } from "@urql/core";
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { type Client, Provider as UrqlProvider } from "urql";
import { readFragment } from "../gql";
import type { ViewerFieldsFragment } from "../gql/graphql";
import { watchInput } from "../lib/activity";
import { createApi } from "../lib/api";
import { type Failure, failureOf } from "../lib/errors";
import { isOutage, type Loss, Outbox, pauseFor } from "../live/outbox";
import { openSocket, type Socket } from "../live/socket";
import { announce, forgetNotices, lossNotice } from "../ui/toast";
import * as docs from "./documents";
import { type News, openTabs, type Tabs } from "./tabs";
import { useAway } from "./useAway";
import { useProof } from "./useProof";

export type Viewer = ViewerFieldsFragment;

type Phase =
  | { is: "asking" }
  | { is: "failed"; failure: Failure }
  | { is: "out"; why: string | null }
  | { is: "in"; viewer: Viewer };

export type Session = {
  phase: Phase;
  api: Client;
  /** Null while nobody is signed in. */
  socket: Socket | null;
  outbox: Outbox;
  signIn(email: string, password: string): Promise<Failure | null>;
  pair(code: string): Promise<Failure | null>;
  /** Sends what signs somebody in. Null: they are. */
  enter<V extends object>(document: TypedDocumentNode<unknown, V>, variables: V): Promise<Failure | null>;
  /** The server says that somebody is signed in now. */
  entered(): Promise<void>;
  signOut(): Promise<void>;
  /** Nobody is signed in here any more; `why` is said at the sign-in, null where it needs no saying. */
  expire(why?: string | null): void;
  /** Takes everything off the screen and asks the server who is signed in. */
  renew(): void;
  /** Asks the server again who we are. */
  ask(): Promise<void>;
  /** Asks the person to prove who they are; false when they would rather not. One question at a time. */
  prove(): Promise<boolean>;
  /** While that question stands: call it with the answer. */
  proving: ((proven: boolean) => void) | null;
  tabs: Tabs | null;
};

const Context = createContext<Session | null>(null);
const ended = "You were signed out: the session ended, here or from elsewhere.";

export function SessionProvider(props: { children: ReactNode }) {
  const [phase, setPhase] = useState<Phase>({ is: "asking" });
  const [life, setLife] = useState(0);
  const out = useRef(() => {});
  const { prove, proving } = useProof();
  // A new life is a new client with an empty cache: nothing of the last person is left.
  // biome-ignore lint/correctness/useExhaustiveDependencies: life is what makes it new.
  const api = useMemo(() => createApi({ onSignedOut: () => out.current(), prove }), [life]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: life is what makes it new.
  const outbox = useMemo(() => new Outbox({ kept: sayKept, saved: saySaved, lost: sayLost }), [life]);
  const signedIn = phase.is === "in";
  const [socket, setSocket] = useState<Socket | null>(null);

  /** Takes everything that the last life knew off the screen. */
  const begin = useCallback(
    (next: Phase) => {
      const unsent = outbox.read().length;
      outbox.close();
      forgetNotices();
      if (unsent > 0)
        lossNotice("You were signed out", `${counted(unsent)} may not have been done. Look again.`);
      proving?.(false);
      setPhase(next);
      setLife((n) => n + 1);
    },
    [outbox, proving],
  );
  const expire = useCallback((why: string | null = ended) => begin({ is: "out", why }), [begin]);
  out.current = () => {
    if (phase.is === "in") expire();
  };

  const present = useRef(api);
  present.current = api;
  const ask = useCallback(async () => {
    const answer = await api.query(docs.WhoAmI, {}, { requestPolicy: "network-only" }).toPromise();
    // Asked in an earlier life: nobody's answer any more.
    if (present.current !== api) return;
    if (answer.data)
      return setPhase({ is: "in", viewer: readFragment(docs.ViewerFields, answer.data.viewer) });
    const failure = failureOf(answer.error);
    if (failure.code === "UNAUTHENTICATED")
      setPhase((now) => (now.is === "out" ? now : { is: "out", why: null }));
    else setPhase((now) => (now.is === "in" ? now : { is: "failed", failure }));
  }, [api]);

  // At the start, and whenever it is no longer sure who is signed in.
  useEffect(() => {
    if (phase.is === "asking") void ask();
  }, [phase.is, ask]);
  useEffect(watchInput, []);

  // Opened while the server is away, or is just starting: asked again until it is there.
  const asked = useRef(0);
  useEffect(() => {
    if (phase.is !== "failed" || !isOutage(phase.failure)) return;
    const timer = setTimeout(ask, pauseFor(asked.current++, phase.failure.retryAfter));
    return () => clearTimeout(timer);
  }, [phase, ask]);

  useEffect(() => {
    if (!signedIn) return;
    const opened = openSocket(`${location.origin.replace(/^http/, "ws")}/graphql`);
    opened.onOpen(outbox.wake);
    addEventListener("online", outbox.wake);
    setSocket(opened);
    return () => {
      setSocket(null);
      removeEventListener("online", outbox.wake);
      opened.close();
    };
  }, [signedIn, outbox]);

  // Whoever leaves with something unsent is asked first.
  useEffect(() => {
    const onLeave = (event: BeforeUnloadEvent) => {
      if (outbox.read().length > 0) event.preventDefault();
    };
    addEventListener("beforeunload", onLeave);
    return () => removeEventListener("beforeunload", onLeave);
  }, [outbox]);

  const renew = useCallback(() => begin({ is: "asking" }), [begin]);
  useAway(renew);

  const [tabs, setTabs] = useState<Tabs | null>(null);
  const hear = useRef((_news: News) => {});
  hear.current = (news) => {
    if (news.is === "out" && phase.is !== "out") expire(null);
    // Whoever signed in there is signed in here: the cookie is the same.
    if (news.is === "in") renew();
  };
  useEffect(() => {
    const opened = openTabs();
    opened.hear((news) => hear.current(news));
    setTabs(opened);
    return () => opened.close();
  }, []);

  const entered = useCallback(async () => {
    tabs?.tell({ is: "in" });
    // Whoever was signed in here before leaves nothing to whoever is now.
    if (signedIn) renew();
    else await ask();
  }, [ask, tabs, signedIn, renew]);

  const enter = useCallback(
    async <V extends object>(
      document: TypedDocumentNode<unknown, V>,
      variables: V,
    ): Promise<Failure | null> => {
      const answer = await api.mutation(document, variables as never).toPromise();
      if (answer.error) return failureOf(answer.error);
      await entered();
      return null;
    },
    [api, entered],
  );

  const session = useMemo<Session>(
    () => ({
      phase,
      api,
      socket,
      outbox,
      expire,
      renew,
      ask,
      enter,
      entered,
      prove,
      proving,
      tabs,
      signIn: (email, password) => enter(docs.SignIn, { input: { email, password } }),
      pair: (code) => enter(docs.PairDisplay, { code }),
      signOut: async () => {
        const unsent = outbox.read().length;
        if (unsent > 0 && !confirm(`${counted(unsent)} not sent yet. Sign out and give up on that?`)) return;
        await api.mutation(docs.SignOut, {}).toPromise();
        tabs?.tell({ is: "out" });
        expire(null);
      },
    }),
    [phase, api, socket, outbox, expire, renew, ask, enter, entered, prove, proving, tabs],
  );

  return (
    <Context.Provider value={session}>
      <UrqlProvider value={api}>{props.children}</UrqlProvider>
    </Context.Provider>
  );
}

const counted = (n: number) => (n === 1 ? "1 action" : `${n} actions`);
const sayKept = (words: string) => announce(`Not sent yet: ${words}`);
const saySaved = (words: string) => announce(`Saved: ${words}`);
const sayLost = ({ words, why, sure }: Loss) =>
  lossNotice(`${sure ? "Not done" : "Not confirmed"}: ${words}`, why);

export function useSession(): Session {
  const session = useContext(Context);
  if (!session) throw new Error("useSession outside of SessionProvider");
  return session;
}

/** The viewer, where somebody is surely signed in. */
export function useViewer(): Viewer {
  const { phase } = useSession();
  if (phase.is !== "in") throw new Error("useViewer while signed out");
  return phase.viewer;
}
