import type { TaskStatus } from "../gql/enums";
import type { TaskDetailsFragment } from "../gql/graphql";
import { exact, moment, span } from "../lib/time";
import { Section } from "../ui/Section";
import { useNow } from "../ui/useNow";
import css from "./task.module.css";
import { actionWords, statusWords } from "./words";

const colours: Record<TaskStatus, string> = {
  DRAFT: "var(--line-strong)",
  READY: "#7a8b94",
  ACCEPTED: "#2d8f87",
  IN_PROGRESS: "#0f6b66",
  ON_HOLD: "#c78a1b",
  COMPLETED: "#3f8f5c",
  CANCELLED: "#8a8a8a",
  FAILED: "#b3261e",
  ENTERED_IN_ERROR: "#8a8a8a",
};

/** How long the task was in each status, and every change, the newest first. */
export function History(props: { details: TaskDetailsFragment; zone: string }) {
  const { details, zone } = props;
  const now = useNow("slow");
  const spans = details.timeInStatus.filter((one) => one.seconds > 0);
  return (
    <Section title="History">
      {spans.length > 0 && (
        <>
          <div className={css.spans} aria-hidden>
            {spans.map((one) => (
              <i key={one.status} style={{ flexGrow: one.seconds, background: colours[one.status] }} />
            ))}
          </div>
          <p className={css.key}>
            {spans.map((one) => (
              <span key={one.status}>
                <i style={{ background: colours[one.status] }} aria-hidden />
                {statusWords[one.status]} {span(one.seconds * 1000)}
              </span>
            ))}
          </p>
        </>
      )}
      <ol className={css.list}>
        {details.history.nodes.map((entry) => {
          const other = entry.holder && entry.holder.id !== entry.actor?.id && entry.action === "ASSIGNED";
          return (
            <li key={entry.id} className={css.event}>
              <time className={css.when} dateTime={entry.at} title={exact(entry.at, zone)}>
                {moment(entry.at, now, zone)}
              </time>
              <span>
                {entry.actor ? `${entry.actor.displayName} ` : ""}
                {sentence(actionWords[entry.action], !entry.actor)}
                {other ? ` to ${entry.holder?.displayName}` : ""}
                {entry.reason ? `: “${entry.reason}”` : ""}
              </span>
            </li>
          );
        })}
      </ol>
    </Section>
  );
}

const sentence = (words: string, alone: boolean) =>
  alone ? words[0]?.toUpperCase() + words.slice(1) : words[0]?.toLowerCase() + words.slice(1);
