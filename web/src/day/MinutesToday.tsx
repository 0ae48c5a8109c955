/** What was logged for today. Nothing is deleted: what was wrong is taken back, with a reason. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { readFragment } from "../gql";
import type { MinutesFragment } from "../gql/graphql";
import { clock, exact } from "../lib/time";
import { useTeam } from "../live/Team";
import { ReasonDialog } from "../task/ReasonDialog";
import { toast } from "../ui/toast";
import css from "./day.module.css";
import { Minutes } from "./documents";
import type { Day } from "./queue";
import type { useDayActions } from "./useDayActions";

type Props = { day: Day; actions: ReturnType<typeof useDayActions> };

export function MinutesToday(props: Props) {
  const { day } = props;
  const { zone } = useTeam();
  const [taking, setTaking] = useState<MinutesFragment | null>(null);
  const entries = readFragment(Minutes, day.minuteEntries);
  return (
    <>
      <p className={css.sum}>
        <output data-testid="minutes-today">{day.minutesToday} min</output> logged today
      </p>
      <ul className={css.list} aria-label="Minutes of today">
        {entries.map((entry) => (
          <li key={entry.id} className={css.entry} data-wrong={entry.enteredInErrorAt !== null || undefined}>
            <time dateTime={entry.at} title={exact(entry.at, zone)}>
              {entry.date === day.date ? clock(entry.at, zone) : entry.date}
            </time>
            <span>
              <strong>{entry.minutes} min</strong>{" "}
              {entry.patient?.displayName ?? "Somebody you no longer see"}
              <span className={css.about}>
                {entry.enteredInErrorAt
                  ? "Taken back, not counted"
                  : [entry.task?.title, entry.note].filter(Boolean).join(" · ")}
              </span>
            </span>
            {entry.viewerCanCorrect && (
              <Button size="compact-xs" variant="subtle" onClick={() => setTaking(entry)}>
                Take back
              </Button>
            )}
          </li>
        ))}
      </ul>
      {taking && (
        <ReasonDialog
          title={`Take back ${taking.minutes} min`}
          label="What was wrong?"
          action="Take back"
          onClose={() => setTaking(null)}
          onReason={async (reason) => {
            const failure = await props.actions.takeBack(taking, reason);
            if (failure) toast("bad", failure.message);
            return !failure;
          }}
        />
      )}
    </>
  );
}
