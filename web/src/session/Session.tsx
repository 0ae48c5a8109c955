/**
 * Who is signed in here. The session itself is an HttpOnly cookie; this holds what the server says about it, and the
 * one HTTP client and one socket that live as long as it does. Signing out throws all three away.
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
import { createApi } from "../lib/api";
import { type Failure, failureOf } from "../lib/errors";
import { openSocket, type Socket } from "../live/socket";
import * as docs from "./documents";

export type Viewer = ViewerFieldsFragment;

type Phase =
  | { is: "asking" }
  | { is: "failed"; failure: Failure }
  | { is: "out" }
  | { is: "in"; viewer: Viewer };

export type Session = {
  phase: Phase;
  api: Client;
  /** Null while nobody is signed in. */
  socket: Socket | null;
  signIn(email: string, password: string): Promise<Failure | null>;
  pair(code: string): Promise<Failure | null>;
  signOut(): Promise<void>;
  expire(): void;
  /** Asks the server again who we are. */
  ask(): void;
};

const Context = createContext<Session | null>(null);
const channel = "huddle-session";

export function SessionProvider(props: { children: ReactNode }) {
  const [phase, setPhase] = useState<Phase>({ is: "asking" });
  const [life, setLife] = useState(0);
  const out = useRef(() => {});
  // A new life is a new client with an empty cache: nothing of the last person is left.
  // biome-ignore lint/correctness/useExhaustiveDependencies: life is what makes it new.
  const api = useMemo(() => createApi(() => out.current()), [life]);
  const signedIn = phase.is === "in";
  const [socket, setSocket] = useState<Socket | null>(null);

  const expire = useCallback(() => {
    setPhase({ is: "out" });
    setLife((n) => n + 1);
  }, []);
  out.current = () => {
    if (phase.is === "in") expire();
  };

  const ask = useCallback(async () => {
    const answer = await api.query(docs.WhoAmI, {}, { requestPolicy: "network-only" }).toPromise();
    if (answer.data)
      return setPhase({ is: "in", viewer: readFragment(docs.ViewerFields, answer.data.viewer) });
    const failure = failureOf(answer.error);
    if (failure.code === "UNAUTHENTICATED") setPhase({ is: "out" });
    else setPhase((now) => (now.is === "in" ? now : { is: "failed", failure }));
  }, [api]);

  // Asked once at the start; later lives begin signed out.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once.
  useEffect(() => void ask(), []);

  useEffect(() => {
    if (!signedIn) return;
    const opened = openSocket(`${location.origin.replace(/^http/, "ws")}/graphql`);
    setSocket(opened);
    return () => {
      setSocket(null);
      opened.close();
    };
  }, [signedIn]);

  // Signing out in one tab signs out the others, which share the cookie.
  useEffect(() => {
    const others = new BroadcastChannel(channel);
    others.onmessage = () => expire();
    return () => others.close();
  }, [expire]);

  const enter = useCallback(
    async <V extends object>(
      document: TypedDocumentNode<unknown, V>,
      variables: V,
    ): Promise<Failure | null> => {
      const answer = await api.mutation(document, variables as never).toPromise();
      if (answer.error) return failureOf(answer.error);
      await ask();
      return null;
    },
    [api, ask],
  );

  const session = useMemo<Session>(
    () => ({
      phase,
      api,
      socket,
      expire,
      ask,
      signIn: (email, password) => enter(docs.SignIn, { input: { email, password } }),
      pair: (code) => enter(docs.PairDisplay, { code }),
      signOut: async () => {
        await api.mutation(docs.SignOut, {}).toPromise();
        new BroadcastChannel(channel).postMessage("out");
        expire();
      },
    }),
    [phase, api, socket, expire, ask, enter],
  );

  return (
    <Context.Provider value={session}>
      <UrqlProvider value={api}>{props.children}</UrqlProvider>
    </Context.Provider>
  );
}

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
