import { useEffect, useRef } from "react";
import { useQuery } from "urql";
import { readFragment } from "../gql";
import { useTeam } from "../live/Team";
import { byShare, type MemberLoad, shareOf } from "./balance";
import { Load, TeamCaseload } from "./documents";

/** A burst of changes is one more reading. */
const trailing = 250;

/** The team's loads, read again soon after the feed says that work, patients or the team changed. */
export function useCaseload() {
  const { store, view } = useTeam();
  const [result, again] = useQuery({ query: TeamCaseload, variables: { team: store.teamId } });
  const { revision } = view;
  const seen = useRef(revision);

  useEffect(() => {
    if (seen.current === revision) return;
    const timer = setTimeout(() => {
      seen.current = revision;
      again({ requestPolicy: "network-only" });
    }, trailing);
    return () => clearTimeout(timer);
  }, [revision, again]);

  const team = result.data?.careTeam ?? null;
  const members: MemberLoad[] = (team?.members ?? [])
    .filter(({ staff }) => staff.active)
    .map(({ staff, caseload, workPattern: hours, timeOff, isOff }) => {
      const load = readFragment(Load, caseload);
      const { id, displayName: name, role, languages } = staff;
      const cover = team?.covers.find((one) => one.staff.id === id && !one.endedAt) ?? null;
      const credential = staff.credential ?? null;
      return {
        id,
        name,
        role,
        credential,
        languages,
        load,
        hours,
        timeOff,
        isOff,
        cover,
        share: shareOf(load),
      };
    })
    .sort(byShare);
  return {
    team,
    members,
    total: team ? readFragment(Load, team.caseload) : null,
    loading: result.fetching,
    error: result.error ?? null,
    retry: () => again({ requestPolicy: "network-only" }),
  };
}
