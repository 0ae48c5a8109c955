import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { clock } from "../lib/time";
import { useTeam } from "../live/Team";
import { summaryOf } from "./EndDialog";
import css from "./huddle.module.css";
import { Past } from "./Past";
import { TeamSince } from "./Since";
import type { Huddle } from "./useHuddle";
import { slotWords } from "./words";

/** Until the next part of the day: what was, and what happened since. */
export function Ended(props: { huddle: Huddle; onPatient(id: string): void; onTask(id: string): void }) {
  const { huddle } = props;
  const { store, zone } = useTeam();
  return (
    <div className={css.before}>
      <div className={css.main}>
        <section className={css.panel} aria-label="The huddle has ended">
          <h2>
            {slotWords[huddle.slot]} ended{huddle.endedAt && ` at ${clock(huddle.endedAt, zone)}`}
          </h2>
          <p>{summaryOf(huddle)}</p>
          <Button
            renderRoot={(rest) => (
              <Link
                to="/huddle/$teamId/record/$id"
                params={{ teamId: store.teamId, id: huddle.id }}
                {...rest}
              />
            )}
          >
            Open the record
          </Button>
        </section>
        <TeamSince onPatient={props.onPatient} onTask={props.onTask} />
      </div>
      <aside className={css.side} aria-label="Past">
        <Past />
      </aside>
    </div>
  );
}
