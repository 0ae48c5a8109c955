import { scaleLinear, scalePoint } from "@visx/scale";
import { AreaClosed, LinePath } from "@visx/shape";
import { type Group, length, type Measure, shortDate } from "./times";
import css from "./times.module.css";
import { useWidth } from "./useWidth";

type Props = { groups: readonly Group[]; total: Group; measure: Measure };

const height = 220;
const left = 66;
const right = 16;
const top = 12;
const bottom = 30;

type Point = { key: string; median: number; low: number; high: number };

/** The median of each day or week, with the middle half around it, against the median of the whole period. */
export function RunChart(props: Props) {
  const { groups, total, measure } = props;
  const [frame, width] = useWidth<HTMLDivElement>();
  const points: Point[] = groups.flatMap((group) => {
    const { p25, median, p75 } = group[measure];
    return median === null ? [] : [{ key: group.key, median, low: p25 ?? median, high: p75 ?? median }];
  });
  const overall = total[measure].median;
  const most = Math.max(60, overall ?? 0, ...points.map(({ high }) => high));
  const x = scalePoint<string>({
    domain: groups.map(({ key }) => key),
    range: [left, Math.max(width - right, left + 1)],
    padding: 0.3,
  });
  const y = scaleLinear<number>({ domain: [0, most], range: [height - bottom, top] });
  const steps = ticksOf(most);
  const at = (key: string) => x(key) ?? 0;
  const every = Math.max(1, Math.ceil((groups.length * 52) / Math.max(1, width - left)));
  return (
    <div ref={frame} className={css.plot}>
      <svg width={width} height={height} role="img" aria-label="Median over time, as a line">
        {steps.map((step) => (
          <g key={step} className={css.mark}>
            <line x1={left} x2={width - right} y1={y(step)} y2={y(step)} />
            <text x={left - 8} y={y(step)} textAnchor="end" dominantBaseline="central">
              {length(step)}
            </text>
          </g>
        ))}
        {groups.map(({ key }, i) =>
          i % every === 0 ? (
            <text key={key} className={css.tick} x={at(key)} y={height - 10} textAnchor="middle">
              {shortDate(key)}
            </text>
          ) : null,
        )}
        <AreaClosed<Point>
          data={points}
          x={({ key }) => at(key)}
          y0={({ low }) => y(low)}
          y1={({ high }) => y(high)}
          yScale={y}
          className={css.band}
        />
        {overall !== null && (
          <line className={css.overall} x1={left} x2={width - right} y1={y(overall)} y2={y(overall)} />
        )}
        <LinePath<Point> data={points} x={({ key }) => at(key)} y={({ median }) => y(median)} className={css.line} />
        {points.map(({ key, median }) => (
          <circle key={key} className={css.dot} cx={at(key)} cy={y(median)} r="4" />
        ))}
      </svg>
      <p className={css.legend}>
        <span data-key="line" /> median <span data-key="band" /> middle half <span data-key="overall" /> median of the
        whole period{overall === null ? "" : `: ${length(overall)}`}
      </p>
    </div>
  );
}

/** Four or five round steps. */
function ticksOf(most: number): number[] {
  const rounds = [60, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400, 172_800, 604_800];
  const step = rounds.find((round) => most / round <= 5) ?? Math.ceil(most / 5);
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, i) => i * step);
}
