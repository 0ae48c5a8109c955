/** Loads a day of a team's past: its first board, then everything that happened, page by page. */
import { useEffect, useState } from "react";
import { useClient } from "urql";
import { type Failure, failureOf } from "../lib/errors";
import { type Film, frameOf, type RawScene, type Scene, sceneOf } from "./film";
import { ReplayBoard, ReplayKept, ReplayStretch } from "./documents";

export type Loading =
  | { is: "loading"; film: Film | null }
  | { is: "ready"; film: Film }
  | { is: "failed"; failure: Failure };

/** `until` is not after now. */
export function useFilm(team: string, from: number, until: number, again: number): Loading {
  const api = useClient();
  const [loading, setLoading] = useState<Loading>({ is: "loading", film: null });

  // biome-ignore lint/correctness/useExhaustiveDependencies: `again` is the wish to try once more.
  useEffect(() => {
    let left = false;
    const tell = (next: Loading) => {
      if (!left) setLoading(next);
    };
    const fresh = { requestPolicy: "network-only" } as const;

    async function load() {
      tell({ is: "loading", film: null });
      const first = await api
        .query(ReplayBoard, { team, at: new Date(from).toISOString() }, fresh)
        .toPromise();
      const board = first.data?.replay;
      if (!board) return tell({ is: "failed", failure: failureOf(first.error ?? null) });
      const scenes: Scene[] = [];
      const film = (): Film => ({
        from: Date.parse(board.at),
        until,
        keptSince: Date.parse(board.keptSince),
        dayStartedAt: board.dayStartedAt,
        zone: board.timeZone,
        start: frameOf(board.tasks, board.patients),
        scenes: [...scenes],
      });
      let after = board.cursor;
      for (;;) {
        const answer = await api
          .query(ReplayStretch, { team, after, until: new Date(until).toISOString() }, fresh)
          .toPromise();
        if (left) return;
        const stretch = answer.data?.replayItems;
        if (!stretch) return tell({ is: "failed", failure: failureOf(answer.error ?? null) });
        scenes.push(...stretch.items.map((item) => sceneOf(item as RawScene)));
        after = stretch.cursor;
        if (!stretch.hasMore) return tell({ is: "ready", film: film() });
        tell({ is: "loading", film: film() });
      }
    }

    void load();
    return () => {
      left = true;
    };
  }, [api, team, from, until, again]);

  return loading;
}

/** The first moment that is kept, which every board of the past tells. */
export function useKeptSince(team: string): number | null {
  const api = useClient();
  const [since, setSince] = useState<number | null>(null);
  useEffect(() => {
    let left = false;
    const at = new Date().toISOString();
    void api
      .query(ReplayKept, { team, at }, { requestPolicy: "network-only" })
      .toPromise()
      .then(({ data }) => {
        if (!left && data?.replay) setSince(Date.parse(data.replay.keptSince));
      });
    return () => {
      left = true;
    };
  }, [api, team]);
  return since;
}
