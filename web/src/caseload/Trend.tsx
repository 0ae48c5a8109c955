import { useQuery } from "urql";
import { plainDate } from "../lib/time";
import { useTeam } from "../live/Team";
import { amount } from "./balance";
import css from "./caseload.module.css";
import { LoadTrend } from "./documents";

const [width, height, left, bottom] = [720, 180, 40, 22];

/** What the team, or one member, carried over eight weeks against what they could. */
export function Trend(props: { member: { id: string; name: string } | null }) {
  const { store } = useTeam();
  const [result] = useQuery({ query: LoadTrend, variables: { team: store.teamId, weeks: 8 } });
  const { member } = props;
  const points = (result.data?.careTeam?.loadTrend ?? []).filter(
    ({ staff }) => !member || staff.id === member.id,
  );
  const days = new Map<string, { load: number; capacity: number }>();
  for (const { date, load, capacity } of points) {
    const day = days.get(date) ?? { load: 0, capacity: 0 };
    days.set(date, { load: day.load + load, capacity: day.capacity + (capacity ?? 0) });
  }
  const all = [...days].sort(([a], [b]) => a.localeCompare(b));
  const [first, last] = [all[0], all[all.length - 1]];
  if (!first || !last || all.length < 2) {
    return (
      <p className={css.muted}>The trend begins to show tomorrow: each day is written down as it begins.</p>
    );
  }
  const from = Date.parse(first[0]);
  const span = Date.parse(last[0]) - from;
  const most = Math.max(1, ...all.flatMap(([, day]) => [day.load, day.capacity])) * 1.08;
  const x = (date: string) => left + ((width - left - 8) * (Date.parse(date) - from)) / span;
  const y = (value: number) => height - bottom - ((height - bottom - 6) * value) / most;
  const line = (of: "load" | "capacity") => all.map(([date, day]) => `${x(date)},${y(day[of])}`).join(" ");
  const middle = most / 1.08 / 2;
  return (
    <figure className={css.trend}>
      <figcaption>
        {member ? member.name : "The team"}: load since {plainDate(first[0])}, from {amount(first[1].load)} to{" "}
        {amount(last[1].load)}
        <span className={css.muted}> · confidential patients left out</span>
      </figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} width="100%" aria-hidden="true">
        {[0, middle, 2 * middle].map((value) => (
          <g key={value}>
            <line className={css.grid} x1={left} x2={width - 8} y1={y(value)} y2={y(value)} />
            <text className={css.tick} x={left - 6} y={y(value) + 4} textAnchor="end">
              {Math.round(value)}
            </text>
          </g>
        ))}
        <polyline className={css.capacityLine} points={line("capacity")} />
        <polyline className={css.loadLine} points={line("load")} />
        <text className={css.tick} x={left} y={height - 4}>
          {plainDate(first[0])}
        </text>
        <text className={css.tick} x={width - 8} y={height - 4} textAnchor="end">
          {plainDate(last[0])}
        </text>
      </svg>
      <p className={css.key}>
        <span className={css.loadKey} aria-hidden /> load
        <span className={css.capacityKey} aria-hidden /> what could be carried
      </p>
    </figure>
  );
}
