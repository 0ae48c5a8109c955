import { useCallback, useEffect, useRef } from "react";
import { useQuery } from "urql";
import { useTeam } from "../live/Team";
import { MyDay } from "./documents";

/** A burst of changes is one more reading. */
const trailing = 250;
/** What other teams of the viewer changed is seen by then. */
const pace = 30_000;

/** One's day, read again soon after the feed brought something, or work here was answered. */
export function useDay() {
  const { view } = useTeam();
  const [result, again] = useQuery({ query: MyDay, requestPolicy: "cache-and-network" });
  const { revision } = view;
  const seen = useRef(revision);
  const waits = useRef<ReturnType<typeof setTimeout> | null>(null);
  const read = useCallback(() => again({ requestPolicy: "network-only" }), [again]);

  useEffect(() => {
    if (seen.current === revision) return;
    seen.current = revision;
    // One reading is on its way already: it sees this as well.
    waits.current ??= setTimeout(() => {
      waits.current = null;
      read();
    }, trailing);
  }, [revision, read]);

  useEffect(
    () => () => {
      if (waits.current !== null) clearTimeout(waits.current);
      waits.current = null;
    },
    [],
  );

  useEffect(() => {
    const timer = setInterval(read, pace);
    return () => clearInterval(timer);
  }, [read]);

  return { day: result.data?.myDay ?? null, loading: result.fetching, error: result.error ?? null, read };
}
