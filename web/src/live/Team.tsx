/** The open team for everything below: one store, one feed, however many parts look at it. */
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from "react";
import { type Client, useClient } from "urql";
import { readFragment } from "../gql";
import type { TeamFeedSubscription, TeamSnapshotQuery } from "../gql/graphql";
import { asked } from "../lib/registered";
import { learnServerTime, localDate, serverNow } from "../lib/time";
import { useSession, useViewer } from "../session/Session";
import { announce } from "../ui/toast";
import { describe } from "./announce";
import { HuddleMark, PatientCard, TeamFeed, TeamHead, TeamSnapshot } from "./documents";
import { type FeedItem, type Snapshot, TeamLink } from "./link";
import { type Change, newsOf } from "./merge";
import type { Me } from "./pending";
import { lineOf, type Socket } from "./socket";
import { TeamStore, type TeamView } from "./store";

type Team = { store: TeamStore; reload(): void; me: Me | null };

const Context = createContext<Team | null>(null);

/** Handoffs and requests changed; or they may have meanwhile, or may be nothing for this viewer any more. */
const told = new Set(["HandoffChanged", "ClaimRequestChanged", "NodeRemoved", "FeedOpened"]);

export function TeamProvider(props: { teamId: string; children: ReactNode }) {
  const { teamId } = props;
  const { socket, expire, ask } = useSession();
  const viewer = useViewer();
  const api = useClient();
  const store = useMemo(() => new TeamStore(teamId), [teamId]);
  const [link, setLink] = useState<TeamLink | null>(null);
  const me = viewer.staff ?? null;
  const daySince = viewer.careTeams.find((team) => team.id === teamId)?.dayStartedAt;

  useEffect(() => {
    if (!socket) return;
    const made = new TeamLink(store, sourcesFor(store, api, socket, daySince ?? dayAgo()), {
      onItem: (item) => {
        // Other items say when something happened, which may be long ago.
        if (item.__typename === "FeedHeartbeat" || item.__typename === "FeedOpened") learnServerTime(item.at);
        if (told.has(item.__typename)) store.hear();
        // The wall is for eyes, and the words hold what only people of the team may read.
        const words = viewer.isDisplay ? null : describe(store.read().state, item, me?.id ?? null);
        if (words) announce(words);
      },
      onSignedOut: () => expire(),
      onRefused: ask,
    });
    setLink(made);
    made.start();
    const stopDays = atNewDay(store, () => void made.load());
    return () => {
      stopDays();
      made.stop();
    };
    // `ask` and `expire` change with the session's life, which changes `api` as well.
  }, [store, api, socket, daySince, me?.id, viewer.isDisplay, expire, ask]);

  const team = useMemo<Team>(() => ({ store, me, reload: () => void link?.load() }), [store, me, link]);
  return <Context.Provider value={team}>{props.children}</Context.Provider>;
}

export function useTeamStore(): Team {
  const team = useContext(Context);
  if (!team) throw new Error("useTeam outside of TeamProvider");
  return team;
}

export function useTeam(): Team & { view: TeamView; zone: string } {
  const team = useTeamStore();
  const view = useSyncExternalStore(team.store.subscribe, team.store.read);
  return { ...team, view, zone: view.state.head?.timeZone ?? "UTC" };
}

const dayAgo = () => new Date(serverNow() - 24 * 3_600_000).toISOString();

/** Done today is another list after the team's midnight: read again once. */
function atNewDay(store: TeamStore, load: () => void): () => void {
  let loadedFor = "";
  const timer = setInterval(() => {
    const head = store.read().state.head;
    if (!head) return;
    const today = localDate(serverNow(), head.timeZone);
    const known = localDate(Date.parse(head.dayStartedAt), head.timeZone);
    if (today === known || today === loadedFor) return;
    loadedFor = today;
    load();
  }, 30_000);
  return () => clearInterval(timer);
}

function sourcesFor(store: TeamStore, api: Client, socket: Socket, daySince: string) {
  const team = store.teamId;
  return {
    readSnapshot: () => readSnapshot(api, team, store.read().state.head?.dayStartedAt ?? daySince),
    follow(after: () => string | null, item: (item: FeedItem) => void, ended: (reason: unknown) => void) {
      const payload = {
        operationName: "TeamFeed",
        ...asked(TeamFeed),
        get variables() {
          return { team, after: after() };
        },
      };
      return socket.subscribe<TeamFeedSubscription>(payload, {
        next: (result) => (result.data ? item(result.data.teamFeed) : ended(result.errors ?? null)),
        end: ended,
      });
    },
    ...lineOf(socket),
    changeOf,
  };
}

/**
 * All open work and what was done today, page by page. The cursor is the first page's: what changes between the
 * pages comes again by the feed.
 */
async function readSnapshot(api: Client, team: string, daySince: string): Promise<Snapshot> {
  type Page = NonNullable<TeamSnapshotQuery["careTeam"]>;
  const pages: Page[] = [];
  let openAfter: string | null = null;
  let doneAfter: string | null = null;
  for (;;) {
    const variables: Record<string, unknown> = { team, daySince, openAfter, doneAfter };
    const { data, error }: { data?: TeamSnapshotQuery | undefined; error?: unknown } = await api
      .query(TeamSnapshot, variables as never, { requestPolicy: "network-only" })
      .toPromise();
    if (error) throw error;
    if (!data?.careTeam) throw [{ message: "no such team", extensions: { code: "NOT_FOUND" } }];
    const page: Page = data.careTeam;
    pages.push(page);
    if (!page.open.pageInfo.hasNextPage && !page.done.pageInfo.hasNextPage) break;
    openAfter = page.open.pageInfo.endCursor ?? openAfter;
    doneAfter = page.done.pageInfo.endCursor ?? doneAfter;
  }
  const first = pages[0] as Page;
  return {
    cursor: first.feedCursor,
    change: {
      kind: "snapshot",
      head: readFragment(TeamHead, first),
      tasks: pages.flatMap((page) => [...page.open.nodes, ...page.done.nodes].map(newsOf)),
      patients: first.attention.nodes.map((node) => readFragment(PatientCard, node)),
      huddle: readFragment(HuddleMark, first.huddle ?? null),
    },
  };
}

function changeOf(item: FeedItem): Change | null {
  switch (item.__typename) {
    case "TaskChanged":
      return { kind: "task", from: "feed", news: newsOf(item.task) };
    case "PatientChanged":
      return { kind: "patient", from: "feed", patient: readFragment(PatientCard, item.patient) };
    case "CareTeamChanged":
      return { kind: "head", head: readFragment(TeamHead, item.careTeam) };
    case "HuddleChanged":
      return { kind: "huddle", huddle: readFragment(HuddleMark, item.huddle) };
    case "NodeRemoved":
      return { kind: "removed", id: item.nodeId };
    case "HandoffChanged":
    case "ClaimRequestChanged":
    case "FeedOpened":
    case "FeedHeartbeat":
      return null;
  }
}
