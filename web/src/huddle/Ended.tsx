import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { clock } from "../lib/time";
import { useTeam } from "../live/Team";
import { summaryOf } from "./EndDialog";
import css from "./huddle.module.css";
import { Past } from "./Past";
import { TeamSince } from "./Since";
import type { Actions, Huddle } from "./useHuddle";
import { slotWords } from "./words";

type Props = {
  huddle: Huddle;
  actions: Actions;
  busy: boolean;
  onPatient(id: string): void;
  onTask(id: string): void;
};

function ToRecord(props: { id: string }) {
  const { store } = useTeam();
  const params = { teamId: store.teamId, id: props.id };
  return (
    <Button renderRoot={(rest) => <Link to="/huddle/$teamId/record/$id" params={params} {...rest} />}>
      Open the record
    </Button>
  );
}

/** Until the next part of the day: what was, and what happened since. */
export function Ended(props: Props) {
  const { huddle } = props;
  const { zone } = useTeam();
  return (
    <div className={css.before}>
      <div className={css.main}>
        <section className={css.panel} aria-label="The huddle has ended">
          <h2>
            {slotWords[huddle.slot]} ended{huddle.endedAt && ` at ${clock(huddle.endedAt, zone)}`}
          </h2>
          <p>{summaryOf(huddle)}</p>
          {!huddle.record && (
            <>
              <p>Nobody ended it, so it ended by itself. Its record waits for somebody who was there.</p>
              {huddle.viewerCanLead && (
                <Button loading={props.busy} onClick={() => props.actions.end()}>
                  Sign the record
                </Button>
              )}
            </>
          )}
          {huddle.record && <ToRecord id={huddle.id} />}
        </section>
        <TeamSince onPatient={props.onPatient} onTask={props.onTask} />
      </div>
      <aside className={css.side} aria-label="Past">
        <Past />
      </aside>
    </div>
  );
}
