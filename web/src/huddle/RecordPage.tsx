/** The signed record of one huddle: evidence, to read, to print, and to take along. */
import { Button } from "@mantine/core";
import { IconDownload, IconPrinter } from "@tabler/icons-react";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useCallback } from "react";
import { useQuery } from "urql";
import { readFragment } from "../gql";
import type { RecordFieldsFragment } from "../gql/graphql";
import { failureOf } from "../lib/errors";
import { exact, plainDate } from "../lib/time";
import { useReadAgainAfter } from "../lib/useReadAgain";
import { useTeam } from "../live/Team";
import { EmptyFace, ErrorFace } from "../ui/Face";
import { Addenda } from "./Addenda";
import { OpenRecord, RecordFields } from "./documents";
import { secondsBetween } from "./Past";
import { RecordItems } from "./RecordItems";
import css from "./record.module.css";
import { useHuddleExport } from "./useHuddleExport";
import { count, digits, slotWords } from "./words";

export function RecordPage() {
  const { teamId = "", id = "" } = useParams({ strict: false });
  const [result, again] = useQuery({ query: OpenRecord, variables: { id } });
  const huddle = readFragment(RecordFields, result.data?.huddle ?? null);
  const readAgain = useCallback(() => again({ requestPolicy: "network-only" }), [again]);
  // Somebody adds to it while it is read.
  const { view } = useTeam();
  useReadAgainAfter(view.state.huddles.get(id), readAgain);
  useReadAgainAfter(view.state.head, readAgain);

  if (!huddle && result.error)
    return <ErrorFace message={failureOf(result.error).message} onRetry={readAgain} busy={result.fetching} />;
  if (!huddle && result.fetching) return <div aria-busy="true" />;
  if (!huddle?.record)
    return (
      <EmptyFace title="There is no record here">
        The huddle has not ended, or it is not yours to see.
        <br />
        <Link to="/huddle/$teamId" params={{ teamId }}>
          To the huddle
        </Link>
      </EmptyFace>
    );
  return <Full huddle={huddle} record={huddle.record} />;
}

type Record = NonNullable<RecordFieldsFragment["record"]>;

function Full(props: { huddle: RecordFieldsFragment; record: Record }) {
  const { huddle, record } = props;
  const { view, zone } = useTeam();
  const { save, busy } = useHuddleExport();
  const navigate = useNavigate({ from: "/huddle/$teamId/record/$id" });
  const decisions = record.items.reduce((sum, item) => sum + item.decisions.length, 0);
  return (
    <article className={css.record} data-testid="record">
      <header className={css.head}>
        <div>
          <p className={css.evidence}>{record.evidence}</p>
          <h1>
            {slotWords[huddle.slot]}, {huddle.careTeam.name}
          </h1>
          <p>{plainDate(huddle.date)}</p>
        </div>
        <div className={css.tools}>
          <Link to="/huddle/$teamId" params={{ teamId: huddle.careTeam.id }}>
            To the huddle
          </Link>
          <Button variant="default" leftSection={<IconPrinter size={16} />} onClick={() => print()}>
            Print
          </Button>
          {view.state.head?.viewerCanManage && (
            <Button
              variant="default"
              loading={busy}
              leftSection={<IconDownload size={16} />}
              onClick={() => save(huddle.careTeam.id, huddle.date, huddle.date)}
            >
              CSV
            </Button>
          )}
        </div>
      </header>
      <dl className={css.facts}>
        <dt>Led by</dt>
        <dd>{huddle.facilitator?.displayName ?? "Nobody"}</dd>
        <dt>From, to</dt>
        <dd>
          {huddle.startedAt && huddle.endedAt
            ? `${exact(huddle.startedAt, zone)} to ${exact(huddle.endedAt, zone)}: ${digits(
                secondsBetween(huddle.startedAt, huddle.endedAt),
              )} of ${digits(huddle.lengthMinutes * 60)}`
            : "Not known"}
        </dd>
        <dt>There</dt>
        <dd>
          {record.attendance
            .map((one) => (one.credential ? `${one.displayName}, ${one.credential}` : one.displayName))
            .join(" · ") || "Nobody was noted"}
        </dd>
        <dt>Agenda</dt>
        <dd>
          {count(record.items.length, "item")}, {count(decisions, "decision")}
        </dd>
      </dl>
      <RecordItems items={record.items} onTask={(task) => navigate({ search: { task } })} />
      <Addenda huddleId={huddle.id} addenda={record.addenda} />
      <footer className={css.signature} data-verified={record.verified}>
        <p>
          Signed by <b>{record.signedBy.displayName}</b>, {exact(record.signedAt, zone)}.{" "}
          {record.verified ? (
            <b>Unchanged since it was signed.</b>
          ) : (
            <b role="alert">
              This is not what was signed: somebody changed it in the store. Tell your administrator.
            </b>
          )}
        </p>
        <p className={css.hash}>SHA-256 {record.sha256}</p>
      </footer>
    </article>
  );
}
