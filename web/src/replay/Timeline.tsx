import type { Film } from "./film";
import { clock } from "../lib/time";
import css from "./replay.module.css";

type Props = { film: Film; at: number; onMove(at: number): void };

const bars = 96;

/** The slider over the day, with how much happened when above it. */
export function Timeline(props: Props) {
  const { film, at } = props;
  const length = Math.max(film.until - film.from, 1);
  const counts = new Array<number>(bars).fill(0);
  for (const scene of film.scenes) {
    const bar = Math.min(bars - 1, Math.floor(((scene.at - film.from) / length) * bars));
    counts[bar] = (counts[bar] ?? 0) + 1;
  }
  const most = Math.max(1, ...counts);
  return (
    <div className={css.timeline}>
      <svg className={css.activity} viewBox={`0 0 ${bars} 20`} preserveAspectRatio="none" aria-hidden="true">
        {counts.map((count, i) => {
          const height = count === 0 ? 0 : 2 + (count / most) * 18;
          const past = film.from + (i / bars) * length <= at;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place.
            <rect key={i} x={i + 0.12} width={0.76} y={20 - height} height={height} data-past={past} />
          );
        })}
      </svg>
      <input
        type="range"
        className={css.slider}
        min={film.from}
        max={film.until}
        step={1_000}
        value={at}
        aria-label="Moment of the day"
        aria-valuetext={clock(at, film.zone)}
        onChange={(event) => props.onMove(Number(event.currentTarget.value))}
      />
      <div className={css.ends} aria-hidden="true">
        <span>{clock(film.from, film.zone)}</span>
        <span>{clock(film.until, film.zone)}</span>
      </div>
    </div>
  );
}
