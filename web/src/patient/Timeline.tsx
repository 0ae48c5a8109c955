import { Button, Skeleton } from "@mantine/core";
import { useCallback, useEffect, useRef, useState } from "react";
import { useClient } from "urql";
import type { PatientTimelineQuery } from "../gql/graphql";
import { type Failure, failureOf } from "../lib/errors";
import { exact, moment } from "../lib/time";
import { ErrorFace } from "../ui/Face";
import { useNow } from "../ui/useNow";
import { PatientTimeline } from "./documents";
import css from "./patient.module.css";

type Page = NonNullable<PatientTimelineQuery["patient"]>["timeline"];
type Shown = { nodes: Page["nodes"]; after: string | null };

const pageSize = 25;

/** What happened, the newest first, page by page; `news` changes when there is more to tell, and it reads again. */
export function Timeline(props: { patientId: string; news: string; zone: string; onTask(id: string): void }) {
  const { patientId, news } = props;
  const api = useClient();
  const now = useNow("slow");
  const [shown, setShown] = useState<Shown | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);
  const turn = useRef(0);

  const read = useCallback(
    async (before: Shown | null, first: number) => {
      const mine = ++turn.current;
      setBusy(true);
      const { data, error } = await api
        .query(
          PatientTimeline,
          { id: patientId, first, after: before?.after ?? null },
          { requestPolicy: "network-only" },
        )
        .toPromise();
      if (mine !== turn.current) return;
      setBusy(false);
      const page = data?.patient?.timeline;
      if (!page) return setFailure(failureOf(error));
      setFailure(null);
      const after = page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? null) : null;
      setShown({ nodes: [...(before?.nodes ?? []), ...page.nodes], after });
    },
    [api, patientId],
  );

  const count = useRef(0);
  count.current = shown?.nodes.length ?? 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: news is what makes it read again.
  useEffect(() => {
    void read(null, Math.min(200, Math.max(pageSize, count.current)));
  }, [read, news]);

  if (!shown && failure)
    return <ErrorFace message={failure.message} onRetry={() => read(null, pageSize)} busy={busy} />;
  if (!shown)
    return (
      <div aria-busy="true">
        {[0, 1, 2, 3].map((i) => (
          <Skeleton key={i} height={38} mb={12} />
        ))}
      </div>
    );
  if (shown.nodes.length === 0) return <p className={css.muted}>Nothing has happened yet.</p>;
  return (
    <>
      <ol className={css.timeline}>
        {shown.nodes.map((entry) => (
          <li key={entry.id} data-kind={entry.kind}>
            <time className={css.muted} dateTime={entry.at} title={exact(entry.at, props.zone)}>
              {moment(entry.at, now, props.zone)}
            </time>{" "}
            {entry.actor && <span className={css.muted}>· {entry.actor.displayName}</span>}
            <div>{entry.summary}</div>
            {entry.note && <p className={css.note}>{entry.note}</p>}
          </li>
        ))}
      </ol>
      {shown.after && (
        <Button variant="default" size="compact-sm" loading={busy} onClick={() => read(shown, pageSize)}>
          Earlier
        </Button>
      )}
    </>
  );
}
