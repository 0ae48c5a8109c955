/** Huddles that were: each with its record. */
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { localDate, plainDate, serverNow } from "../lib/time";
import { useTeam } from "../live/Team";
import { usePages } from "../privacy/usePages";
import { PastHuddles } from "./documents";
import css from "./huddle.module.css";
import { useHuddleExport } from "./useHuddleExport";
import { digits } from "./words";

const quarter = 90 * 24 * 3_600_000;

export function Past() {
  const { store, view, zone } = useTeam();
  const { save, busy } = useHuddleExport();
  const pages = usePages(
    PastHuddles,
    { team: store.teamId },
    (answer) => answer.careTeam?.huddles ?? nothing,
    20,
  );
  const ended = pages.nodes?.filter((one) => one.state === "ENDED") ?? [];
  const from = localDate(serverNow() - quarter, zone);
  return (
    <section className={css.panel} aria-label="Past huddles">
      <h2>Past huddles</h2>
      {pages.failure && <p role="alert">{pages.failure.message}</p>}
      {pages.nodes && ended.length === 0 && <p className={css.quiet}>None has ended yet.</p>}
      <ul className={css.past}>
        {ended.map((one) => (
          <li key={one.id}>
            <Link to="/huddle/$teamId/record/$id" params={{ teamId: store.teamId, id: one.id }}>
              {plainDate(one.date)}, {one.slot === "AM" ? "morning" : "afternoon"}
            </Link>
            <span className={css.quiet}>
              {one.facilitator?.displayName}
              {one.startedAt && one.endedAt && ` · ${digits(secondsBetween(one.startedAt, one.endedAt))}`}
            </span>
          </li>
        ))}
      </ul>
      <div className={css.buttons}>
        {pages.more && (
          <Button size="compact-sm" variant="subtle" loading={pages.busy} onClick={pages.more}>
            Show more
          </Button>
        )}
        {ended.length > 0 && view.state.head?.viewerCanManage && (
          <Button
            size="compact-sm"
            variant="default"
            loading={busy}
            onClick={() => save(store.teamId, from, localDate(serverNow(), zone))}
          >
            Last 90 days as CSV
          </Button>
        )}
      </div>
    </section>
  );
}

const nothing = { nodes: [], totalCount: 0, pageInfo: { hasNextPage: false, endCursor: null } };

export const secondsBetween = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / 1000;
