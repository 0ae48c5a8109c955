import { IconAlertTriangleFilled } from "@tabler/icons-react";
import { Avatar } from "../ui/Avatar";
import { amount, extent, isOver, type MemberLoad, percent, roleWords } from "./balance";
import css from "./caseload.module.css";
import { Explain } from "./Explain";

type Props = {
  members: readonly MemberLoad[];
  median: number | null;
  chosen: string | null;
  onChoose(id: string): void;
};

/** A bar for each member, as a share of what they can carry this week. What is over is hatched, marked and said in words. */
export function LoadBars(props: Props) {
  const scale = 100 / extent(props.members);
  return (
    <>
      {props.median !== null && (
        <p className={css.key}>
          <span className={css.limitKey} aria-hidden /> what each can carry this week
          <span className={css.medianKey} aria-hidden /> the team's median, {percent(props.median)}
        </p>
      )}
      <ul className={css.bars}>
        {props.members.map((member) => (
          <li key={member.id} className={css.barRow}>
            <button
              type="button"
              className={css.row}
              aria-pressed={props.chosen === member.id}
              onClick={() => props.onChoose(member.id)}
            >
              <Avatar id={member.id} name={member.name} size="2.25rem" />
              <span className={css.who}>
                <strong>{member.name}</strong>
                <span>
                  {roleWords[member.role]}
                  {member.credential ? `, ${member.credential}` : ""}
                </span>
                {member.isOff && (
                  <span className={css.away}>{member.cover ? "Away, covered" : "Away today"}</span>
                )}
              </span>
              <span className={css.figure}>
                <Words member={member} />
                <Bar member={member} scale={scale} median={props.median} />
              </span>
              <Numbers member={member} />
            </button>
            <Explain name={member.name} load={member.load} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Words(props: { member: MemberLoad }) {
  const { load, share } = props.member;
  const over = isOver(props.member);
  const room = load.effectiveCapacity;
  return (
    <span className={css.words} data-over={over}>
      {over && <IconAlertTriangleFilled size={14} aria-hidden />}
      <b>{amount(load.weightedLoad)}</b>
      {room === null && " load, no capacity set"}
      {room === 0 && load.capacity !== 0 && " load, away this week"}
      {room !== null && room > 0 && ` of ${amount(room)}`}
      {share !== null && <span> · {percent(share)}</span>}
      {over && room !== null && <span> · {amount(load.weightedLoad - room)} over capacity</span>}
    </span>
  );
}

function Bar(props: { member: MemberLoad; scale: number; median: number | null }) {
  const { id, share } = props.member;
  const { scale, median } = props;
  if (share === null) return <span className={css.bar} style={{ height: 16 }} />;
  const within = Math.min(share, 1);
  const over = share - within;
  const hatch = `hatch-${id}`;
  return (
    <svg className={css.bar} height="16" width="100%" aria-hidden="true">
      <defs>
        <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="6" height="6" className={css.hatchGround} />
          <line x1="0" y1="0" x2="0" y2="6" className={css.hatchLine} />
        </pattern>
      </defs>
      <rect className={css.track} y="3" width={`${scale}%`} height="10" rx="3" />
      <rect className={css.fill} data-full={over > 0} y="3" width={`${within * scale}%`} height="10" rx="3" />
      {over > 0 && (
        <rect x={`${scale}%`} y="3" width={`${over * scale}%`} height="10" rx="2" fill={`url(#${hatch})`} />
      )}
      <line className={css.limit} x1={`${scale}%`} x2={`${scale}%`} y1="0" y2="16" />
      {median !== null && (
        <line className={css.median} x1={`${median * scale}%`} x2={`${median * scale}%`} y1="0" y2="16" />
      )}
    </svg>
  );
}

function Numbers(props: { member: MemberLoad }) {
  const { load } = props.member;
  const numbers: [number, string, boolean][] = [
    [load.patients, "patients", false],
    [load.highRiskPatients, "high risk", false],
    [load.openTasks, "open", false],
    [load.overdueTasks, "overdue", load.overdueTasks > 0],
  ];
  return (
    <span className={css.numbers}>
      {numbers.map(([value, name, loud]) => (
        <span key={name} data-loud={loud}>
          <b>{value}</b> {name}
        </span>
      ))}
    </span>
  );
}
