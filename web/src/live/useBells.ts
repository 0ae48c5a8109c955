/**
 * Rings when something happened in one of the teams, or may have while it was not followed. Each is followed as the open
 * team is, over the same socket, but nothing of it is kept: who hears the bell reads what they show.
 */
import { useEffect, useRef } from "react";
import { useClient } from "urql";
import { readFragment } from "../gql";
import type { TeamBellSubscription } from "../gql/graphql";
import { asked } from "../lib/registered";
import { useSession } from "../session/Session";
import { BellStart, TeamBell, TeamHead } from "./documents";
import { type Snapshot, type Sources, TeamLink } from "./link";
import { lineOf } from "./socket";
import { TeamStore } from "./store";

type Item = TeamBellSubscription["teamFeed"];

export function useBells(teams: readonly string[], ring: () => void) {
  const api = useClient();
  const { socket, expire, ask } = useSession();
  const latest = useRef(ring);
  latest.current = ring;
  const key = teams.join();

  useEffect(() => {
    if (!socket || !key) return;
    const links = key.split(",").map((team) => {
      const sources: Sources<Item> = {
        readSnapshot: async (): Promise<Snapshot> => {
          const { data, error } = await api
            .query(BellStart, { team }, { requestPolicy: "network-only" })
            .toPromise();
          if (error) throw error;
          if (!data?.careTeam) throw [{ message: "no such team", extensions: { code: "NOT_FOUND" } }];
          const head = readFragment(TeamHead, data.careTeam);
          const nothing = { tasks: [], patients: [], huddle: null };
          return { cursor: data.careTeam.feedCursor, change: { kind: "snapshot", head, ...nothing } };
        },
        follow(after, item, ended) {
          const payload = {
            operationName: "TeamBell",
            ...asked(TeamBell),
            get variables() {
              return { team, after: after() };
            },
          };
          return socket.subscribe<TeamBellSubscription>(payload, {
            next: (result) => (result.data ? item(result.data.teamFeed) : ended(result.errors ?? null)),
            end: ended,
          });
        },
        ...lineOf(socket),
        changeOf: () => null,
      };
      return new TeamLink(new TeamStore(team), sources, {
        onItem: ({ __typename }) => {
          if (__typename !== "FeedHeartbeat") latest.current();
        },
        onSignedOut: () => expire(),
        onRefused: ask,
      });
    });
    for (const link of links) link.start();
    return () => {
      for (const link of links) link.stop();
    };
  }, [api, socket, expire, ask, key]);
}
