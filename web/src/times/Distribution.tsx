import { scaleBand, scaleLog } from "@visx/scale";
import { domain, type Group, length, marks, type Measure } from "./times";
import css from "./times.module.css";
import { useWidth } from "./useWidth";

type Props = { groups: readonly Group[]; measure: Measure };

const row = 34;
const top = 8;
const foot = 30;

/** Half of the tasks lie in the bar, the line is the median, the whisker reaches to nine of ten. */
export function Distribution(props: Props) {
  const { groups, measure } = props;
  const [frame, width] = useWidth<HTMLDivElement>();
  const left = Math.min(190, width * 0.34);
  const height = groups.length * row;
  const values = groups.flatMap((group) => {
    const { p25, median, p75, p90 } = group[measure];
    return [p25, median, p75, p90].filter((value) => value !== null);
  });
  const x = scaleLog<number>({ domain: domain(values), range: [left, Math.max(width - 14, left + 10)], clamp: true });
  const y = scaleBand<string>({ domain: groups.map(({ key }) => key), range: [top, top + height], padding: 0.32 });
  const [least = 0, most = 0] = x.domain();
  const shown = marks.filter((mark) => mark >= least && mark <= most);
  return (
    <div ref={frame} className={css.plot}>
      <svg width={width} height={top + height + foot} role="img" aria-label="Times by kind, as bars">
        {shown.map((mark) => (
          <g key={mark} className={css.mark}>
            <line x1={x(mark)} x2={x(mark)} y1={top} y2={top + height} />
            <text x={x(mark)} y={top + height + 18} textAnchor="middle">
              {length(mark)}
            </text>
          </g>
        ))}
        {groups.map((group) => {
          const { p25, median, p75, p90, tooFew } = group[measure];
          const at = y(group.key) ?? 0;
          const middle = at + y.bandwidth() / 2;
          // Not so many have come so far: the bar is open to the right.
          const end = p75 === null ? x.range()[1] : x(p75);
          return (
            <g key={group.key} className={css.bar}>
              <text x={left - 10} y={middle} dominantBaseline="central" textAnchor="end">
                {shorten(group.name, left)}
              </text>
              {p25 === null ? (
                <text className={css.none} x={left + 6} y={middle} dominantBaseline="central">
                  {tooFew ? "fewer than five tasks" : "not so many have come so far"}
                </text>
              ) : (
                <>
                  {p90 !== null && p75 !== null && (
                    <g className={css.whisker}>
                      <line x1={x(p75)} x2={x(p90)} y1={middle} y2={middle} />
                      <line x1={x(p90)} x2={x(p90)} y1={middle - 5} y2={middle + 5} />
                    </g>
                  )}
                  <rect
                    x={x(p25)}
                    y={at}
                    width={Math.max(3, (end ?? 0) - x(p25))}
                    height={y.bandwidth()}
                    rx="3"
                    data-open={p75 === null}
                  />
                  {median !== null && (
                    <line className={css.median} x1={x(median)} x2={x(median)} y1={at - 2} y2={at + y.bandwidth() + 2} />
                  )}
                </>
              )}
            </g>
          );
        })}
      </svg>
      <p className={css.legend}>
        <span data-key="bar" /> middle half of the tasks <span data-key="median" /> median{" "}
        <span data-key="whisker" /> to nine of ten. Times grow tenfold at a time, not evenly.
      </p>
    </div>
  );
}

const shorten = (name: string, width: number) => {
  const most = Math.max(8, Math.floor(width / 7.4));
  return name.length > most ? `${name.slice(0, most - 1)}…` : name;
};
