import { useCallback, useEffect, useRef, useState } from "react";
import type { MyDayQuery } from "../gql/graphql";
import { useTeam } from "../live/Team";
import { useBells } from "../live/useBells";
import { useFollow } from "../live/useFollow";
import { useViewer } from "../session/Session";
import { MyDay } from "./documents";

/** A burst of changes is one more reading. */
const trailing = 250;

/** A day has no version: what was read last is what is shown. */
const pick = ({ myDay }: MyDayQuery) => ({ id: "day", version: 0, day: myDay });

/** One's day, read again soon after the feed of one of one's teams brought something, or work here was answered. */
export function useDay() {
  const { store, view } = useTeam();
  const { careTeams } = useViewer();
  const [news, setNews] = useState(0);
  const { revision, told } = view;
  const seen = useRef({ revision, told });
  const waits = useRef<ReturnType<typeof setTimeout> | null>(null);

  const ring = useCallback(() => {
    waits.current ??= setTimeout(() => {
      waits.current = null;
      setNews((was) => was + 1);
    }, trailing);
  }, []);
  useEffect(
    () => () => {
      if (waits.current !== null) clearTimeout(waits.current);
      waits.current = null;
    },
    [],
  );

  useEffect(() => {
    if (seen.current.revision === revision && seen.current.told === told) return;
    seen.current = { revision, told };
    ring();
  }, [revision, told, ring]);
  useBells(
    careTeams.filter(({ id }) => id !== store.teamId).map(({ id }) => id),
    ring,
  );

  const { value, failure, reload } = useFollow(MyDay, {}, pick, news);
  const read = useCallback(() => void reload(), [reload]);
  return { day: value?.day ?? null, failure, read };
}
