/** What changed since the team last stood together. */
import { useEffect, useState } from "react";
import { useQuery } from "urql";
import { type FragmentType, readFragment } from "../gql";
import { ago, exact, moment } from "../lib/time";
import { useTeam } from "../live/Team";
import { useNow } from "../ui/useNow";
import { HuddleNewsFields, PatientSinceHuddle, TeamSinceHuddle } from "./documents";
import css from "./huddle.module.css";

type Told = {
  since: string;
  huddle: { id: string } | null;
  news: readonly FragmentType<typeof HuddleNewsFields>[];
};
type To = { onPatient?: (id: string) => void; onTask(id: string): void };

export function TeamSince(props: To) {
  const { store, view } = useTeam();
  const [first, setFirst] = useState(8);
  const [result, again] = useQuery({ query: TeamSinceHuddle, variables: { team: store.teamId, first } });
  useAgain(view.revision, again);
  const told = result.data?.careTeam?.sinceLastHuddle as Told | undefined;
  return (
    <section className={css.panel} aria-label="Since the last huddle">
      <h2>Since the last huddle</h2>
      {told && <News told={told} {...props} />}
      {told && told.news.length >= first && first < 200 && (
        <button type="button" className={css.soon} onClick={() => setFirst(200)}>
          Show more
        </button>
      )}
    </section>
  );
}

/** Nothing at all where there is no team to have a huddle. */
export function PatientSince(props: To & { patientId: string; news: string }) {
  const [result, again] = useQuery({
    query: PatientSinceHuddle,
    variables: { id: props.patientId, first: 6 },
  });
  useAgain(props.news, again);
  const told = result.data?.patient?.sinceLastHuddle as Told | null | undefined;
  if (!told) return null;
  return (
    <section className={css.since} aria-label="Since the last huddle">
      <h3>Since the last huddle</h3>
      <News told={told} onTask={props.onTask} />
    </section>
  );
}

/** Soon after news; a burst of it is one more reading. */
function useAgain(news: unknown, again: (options: { requestPolicy: "network-only" }) => void) {
  const [seen, setSeen] = useState(news);
  useEffect(() => {
    if (seen === news) return;
    const timer = setTimeout(() => {
      setSeen(news);
      again({ requestPolicy: "network-only" });
    }, 1_000);
    return () => clearTimeout(timer);
  }, [seen, news, again]);
}

function News(props: To & { told: Told }) {
  const { told } = props;
  const { zone } = useTeam();
  const now = useNow("slow");
  const words = told.huddle ? `Since ${moment(told.since, now, zone)}` : "No huddle yet: since yesterday";
  if (told.news.length === 0) return <p className={css.quiet}>{words}: nothing changed.</p>;
  return (
    <>
      <p className={css.quiet}>{words}</p>
      <ul className={css.news}>
        {told.news.map((ref) => {
          const one = readFragment(HuddleNewsFields, ref);
          const { patient, task } = one;
          return (
            <li key={`${one.at} ${one.kind} ${task?.id} ${patient?.id}`} data-kind={one.kind}>
              <time dateTime={one.at} title={exact(one.at, zone)}>
                {ago(one.at, now, zone)}
              </time>
              <span>
                {patient && props.onPatient && (
                  <button type="button" className={css.name} onClick={() => props.onPatient?.(patient.id)}>
                    {patient.displayName}
                  </button>
                )}{" "}
                {task ? (
                  <button type="button" className={css.link} onClick={() => props.onTask(task.id)}>
                    {one.words}
                  </button>
                ) : (
                  one.words
                )}
                {one.actor && <span className={css.quiet}> · {one.actor.displayName}</span>}
              </span>
            </li>
          );
        })}
      </ul>
    </>
  );
}
