/** While the team's huddle runs the wall shows it: who by initials, why, how long, who is next, what was decided. */
import { readFragment } from "../gql";
import type { WallHuddleItemFragment, WallHuddleQuery } from "../gql/graphql";
import { againstMeasure, count, digits, paceOf, sectionWords, toneOf } from "../huddle/words";
import { due, moment, since } from "../lib/time";
import { useTeam } from "../live/Team";
import { useFollow } from "../live/useFollow";
import { StatusChip } from "../patient/StatusChip";
import { Avatar } from "../ui/Avatar";
import { useNow } from "../ui/useNow";
import { WallHuddle, WallHuddleFields, WallHuddleItem } from "./documents";
import css from "./huddle.module.css";

type Item = WallHuddleItemFragment;
type Props = {
  /** A display gets initials from the server; a person's screen makes them itself. */
  initials(name: string): string;
};

const pick = (answer: WallHuddleQuery) => readFragment(WallHuddleFields, answer.careTeam?.huddle ?? null);

export function HuddleWall(props: Props) {
  const { store, view } = useTeam();
  const { value: huddle } = useFollow(WallHuddle, { team: store.teamId }, pick, view.state.huddles);
  if (!huddle) return <div className={css.huddle} aria-busy="true" />;
  const current = readFragment(WallHuddleItem, huddle.currentItem);
  const next = readFragment(WallHuddleItem, huddle.nextItems);
  const left = huddle.items.filter((item) => item.state === "OPEN").length;
  const nameOf = (item: Item) =>
    item.patient ? props.initials(item.patient.displayName) : (item.task?.kindName ?? "Work of the team");
  return (
    <div className={css.huddle} data-testid="wall-huddle">
      <section className={css.current} aria-label="Now" data-item={current?.id}>
        <p className={css.place}>
          {huddle.facilitator ? `Huddle · ${huddle.facilitator.displayName} leads` : "Huddle"} ·{" "}
          {count(huddle.attendance.length, "person", "people")} here · {left} left
        </p>
        {current ? <Current item={current} name={nameOf(current)} /> : <Nobody left={left} />}
      </section>
      <aside className={css.side}>
        {current && (
          <Clock
            name="This one"
            from={huddle.currentSince}
            before={current.seconds}
            measure={huddle.itemSeconds}
          />
        )}
        <Clock name="Whole huddle" from={huddle.startedAt} before={0} measure={huddle.lengthMinutes * 60} />
        <section className={css.next} aria-label="Next">
          <h2>Next</h2>
          <ol>
            {next.map((item) => (
              <li key={item.id}>
                <b>{nameOf(item)}</b>
                <span>{sectionWords[item.section]}</span>
              </li>
            ))}
          </ol>
          {next.length === 0 && <p className={css.none}>Nobody after this.</p>}
        </section>
      </aside>
    </div>
  );
}

const Nobody = (props: { left: number }) => (
  <p className={css.initials}>{props.left > 0 ? "Between two" : "That is everything"}</p>
);

function Current(props: { item: Item; name: string }) {
  const { item } = props;
  const { zone } = useTeam();
  const now = useNow("slow");
  return (
    <>
      <h2 className={css.initials}>
        {props.name}
        {item.patient && <StatusChip status={item.patient.status} quiet />}
      </h2>
      <p className={css.section}>{sectionWords[item.section]}</p>
      <ul className={css.reasons}>
        {item.reasons.slice(0, 5).map((reason, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: several may say the same.
          <li key={`${reason.code} ${index}`} data-tone={toneOf[reason.code]}>
            {reason.words}
            <span>
              {reason.dueAt
                ? `due ${moment(reason.dueAt, now, zone)}`
                : reason.since && since(reason.since, now)}
            </span>
          </li>
        ))}
      </ul>
      {item.decisions.length > 0 && <h3>Decided</h3>}
      <ul className={css.decisions}>
        {item.decisions.map(({ task, at }) => {
          if (!task) return null;
          const owner = task.claim?.by ?? null;
          return (
            <li key={`${at} ${task.id}`} data-task={task.id}>
              {owner && <Avatar id={owner.id} name={owner.displayName} size="2.4em" />}
              <b>{task.kindName}</b>
              <span>{owner?.displayName ?? "Nobody yet"}</span>
              <span>{task.dueAt && due(task.dueAt, task.isOverdue, now, zone)}</span>
            </li>
          );
        })}
      </ul>
    </>
  );
}

function Clock(props: { name: string; from: string | null; before: number; measure: number }) {
  const now = useNow("second");
  const seconds = props.before + (props.from ? Math.max(0, now - Date.parse(props.from)) / 1000 : 0);
  return (
    <div className={css.clock} data-pace={paceOf(seconds, props.measure)}>
      <span>{props.name}</span>
      <b role="timer" aria-label={props.name}>
        {digits(seconds)}
      </b>
      <span>{againstMeasure(seconds, props.measure)}</span>
    </div>
  );
}
