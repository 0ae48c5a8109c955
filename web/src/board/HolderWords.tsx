import { ago, clock, exact, since } from "../lib/time";
import type { Task } from "../live/merge";
import { Avatar } from "../ui/Avatar";
import { useNow } from "../ui/useNow";
import css from "./board.module.css";

/** Who holds the card, or why nobody does. Counts seconds only while it is fresh news. */
export function HolderWords(props: { task: Task; mine: boolean; zone: string }) {
  const { task, mine, zone } = props;
  if (task.status === "COMPLETED" && task.completedAt) {
    const who = task.completedBy;
    return (
      <>
        {who && <Avatar id={who.id} name={who.displayName} size="1.15rem" />}
        <span className={css.holder} title={exact(task.completedAt, zone)}>
          {who ? `${who.displayName} · ` : ""}
          {clock(task.completedAt, zone)}
        </span>
      </>
    );
  }
  if (task.status === "DRAFT") return <span className={css.holder}>Draft, not open to the team yet</span>;
  if (task.status === "ON_HOLD") {
    return (
      <>
        {task.claim && <Avatar id={task.claim.by.id} name={task.claim.by.displayName} />}
        <span className={css.holder} title={task.statusReason ?? undefined}>
          {task.statusReason ?? "On hold"}
        </span>
      </>
    );
  }
  if (!task.claim) return <Waiting task={task} zone={zone} />;
  return (
    <>
      <Avatar id={task.claim.by.id} name={task.claim.by.displayName} />
      {mine ? (
        <span className={css.holder}>{task.status === "IN_PROGRESS" ? "In progress" : "Claimed"}</span>
      ) : (
        <Taken task={task} zone={zone} />
      )}
    </>
  );
}

function Waiting(props: { task: Task; zone: string }) {
  const now = useNow("slow");
  return (
    <span className={css.holder} title={`In the pool since ${exact(props.task.statusSince, props.zone)}`}>
      {since(props.task.statusSince, now)} in the pool
    </span>
  );
}

function Taken(props: { task: Task; zone: string }) {
  const { task, zone } = props;
  const slow = useNow("slow");
  const { claim } = task;
  if (!claim) return null;
  const fresh = slow - Date.parse(claim.at) < 60_000;
  return (
    <span className={css.holder} title={`Since ${exact(claim.at, zone)}`}>
      {claim.by.displayName}
      {fresh ? <JustNow at={claim.at} zone={zone} /> : task.status === "IN_PROGRESS" ? " · in progress" : ""}
    </span>
  );
}

function JustNow(props: { at: string; zone: string }) {
  const now = useNow("second");
  return <> took this {ago(props.at, now, props.zone)}</>;
}
