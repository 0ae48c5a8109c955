/** Emergency access, and what was found when it was looked at afterwards. */
import { Button, Radio, SegmentedControl, Textarea } from "@mantine/core";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { readFragment } from "../gql";
import type { BreakGlassOutcome } from "../gql/enums";
import type { EmergencyFragment } from "../gql/graphql";
import type { Failure } from "../lib/errors";
import { exact } from "../lib/time";
import { KeptWords } from "../live/Unsent";
import { useSend } from "../live/useSend";
import { EmptyFace, ErrorFace } from "../ui/Face";
import { useNow } from "../ui/useNow";
import { useAlert } from "./alerts";
import { Emergency, Review, Reviews } from "./documents";
import { LogTable, Waiting } from "./LogTable";
import css from "./privacy.module.css";
import { usePages } from "./usePages";
import { useZone } from "./useZone";
import { outcomeWords } from "./words";

export function ReviewTab() {
  const [open, setOpen] = useState(true);
  const list = usePages(Reviews, { open }, (answer) => answer.breakGlassReviews, 20);
  const alert = useAlert();
  const { again } = list;

  // Told live that there is one more, or one less.
  const news = alert ? `${alert.openReviews} ${alert.newest?.id}` : null;
  const known = useRef(news);
  useEffect(() => {
    if (news === known.current) return;
    known.current = news;
    again();
  }, [news, again]);

  return (
    <>
      <SegmentedControl
        mb="md"
        value={open ? "open" : "done"}
        onChange={(value) => setOpen(value === "open")}
        data={[
          { value: "open", label: "To review" },
          { value: "done", label: "Reviewed" },
        ]}
        aria-label="Which"
      />
      {!list.nodes && list.failure ? (
        <ErrorFace message={list.failure.message} onRetry={again} busy={list.busy} />
      ) : !list.nodes ? (
        <Waiting />
      ) : list.nodes.length === 0 ? (
        <EmptyFace title={open ? "Nothing waits for review" : "Nothing was reviewed yet"}>
          Each emergency access shows here at once.
        </EmptyFace>
      ) : (
        <ul className={css.cards}>
          {readFragment(Emergency, list.nodes).map((one) => (
            <Case key={one.id} of={one} onDone={again} />
          ))}
        </ul>
      )}
      {list.more && (
        <Button variant="default" size="compact-sm" loading={list.busy} onClick={list.more}>
          More
        </Button>
      )}
    </>
  );
}

function Case(props: { of: EmergencyFragment; onDone(): void }) {
  const { of } = props;
  const zone = useZone();
  const now = useNow("slow");
  const [looks, setLooks] = useState(false);
  const end = of.endedAt ?? (Date.parse(of.until) <= now ? of.until : null);
  return (
    <li className={css.card} data-emergency={of.id}>
      <h2>
        {of.staff.displayName} opened {of.patientName}
      </h2>
      <p className={css.small}>
        {exact(of.startedAt, zone)} ·{" "}
        {end ? `ended ${exact(end, zone)}` : `still open, until ${exact(of.until, zone)}`}
      </p>
      <blockquote>{of.reason}</blockquote>
      {of.review && (
        <p className={css.outcome} data-outcome={of.review.outcome}>
          <strong>{outcomeWords[of.review.outcome]}</strong>, {of.review.by.displayName},{" "}
          {exact(of.review.at, zone)}
          {of.review.note && <span> · {of.review.note}</span>}
        </p>
      )}
      <Button size="compact-sm" variant="subtle" onClick={() => setLooks(!looks)} aria-expanded={looks}>
        {looks ? "Hide what was looked at" : "What was looked at"}
      </Button>
      {looks && (
        <LogTable
          caption="What was looked at"
          unnamed
          filter={{
            patientId: of.patientId,
            staffId: of.staff.id,
            from: of.startedAt,
            ...(end ? { to: end } : {}),
          }}
          orderBy={{ field: "AT", direction: "ASC" }}
        />
      )}
      {of.viewerCanReview && <ReviewForm id={of.id} onDone={props.onDone} />}
      {!of.review && !of.viewerCanReview && (
        <p className={css.small}>Somebody else reviews it: nobody reviews their own.</p>
      )}
    </li>
  );
}

function ReviewForm(props: { id: string; onDone(): void }) {
  const send = useSend();
  const [outcome, setOutcome] = useState<BreakGlassOutcome | null>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (!outcome) return;
    const note = String(new FormData(event.currentTarget).get("note")).trim() || null;
    setBusy(true);
    const answer = await send({
      document: Review,
      input: { breakGlassId: props.id, outcome, note },
      about: props.id,
      words: "review an emergency access",
    });
    setBusy(false);
    setFailure(answer.failure);
    if (answer.data) props.onDone();
  }

  return (
    <form onSubmit={submit} className={css.review}>
      <Radio.Group
        label="Was it right?"
        value={outcome}
        onChange={(value) => setOutcome(value as BreakGlassOutcome)}
      >
        <div className={css.radios}>
          <Radio value="APPROPRIATE" label="Appropriate" />
          <Radio value="INAPPROPRIATE" label="Not appropriate: ends it at once if it is still open" />
        </div>
      </Radio.Group>
      <Textarea name="note" label="Note" autosize minRows={1} maxLength={500} />
      {failure && (
        <p className={css.failure} role="alert">
          {failure.message}
        </p>
      )}
      <KeptWords busy={busy} />
      <div className={css.buttons}>
        <Button type="submit" size="sm" loading={busy} disabled={!outcome}>
          Save the review
        </Button>
      </div>
    </form>
  );
}
