import { useEffect, useRef } from "react";

/** Reads again when the feed knows a newer version than what was read; once for each version, whatever comes of it. */
export function useReadAgain(read: number | null, known: number | null, again: () => void) {
  const tried = useRef(0);
  useEffect(() => {
    if (read === null || known === null || known <= Math.max(read, tried.current)) return;
    tried.current = known;
    again();
  }, [read, known, again]);
}

/** Reads again when something else than a version says so: it left the team's view, or the team was read anew. */
export function useReadAgainAfter(mark: unknown, again: () => void) {
  const last = useRef(mark);
  useEffect(() => {
    if (last.current === mark) return;
    const first = last.current === null;
    last.current = mark;
    if (!first) again();
  }, [mark, again]);
}
