import { useNow } from "../ui/useNow";
import css from "./huddle.module.css";
import { currentOf, type Huddle } from "./useHuddle";
import { againstMeasure, digits, paceOf } from "./words";

/** How long this one, how long all of it: by the server's clock, with words beside the colour. */
export function Timers(props: { huddle: Huddle }) {
  const { huddle } = props;
  const now = useNow("second");
  const gone = (from: string | null | undefined) => (from ? Math.max(0, now - Date.parse(from)) / 1000 : 0);
  const current = currentOf(huddle);
  return (
    <div className={css.timers}>
      {current && (
        <Timer
          name="This one"
          seconds={current.seconds + gone(huddle.currentSince)}
          measure={huddle.itemSeconds}
        />
      )}
      <Timer name="Whole huddle" seconds={gone(huddle.startedAt)} measure={huddle.lengthMinutes * 60} />
    </div>
  );
}

export function Timer(props: { name: string; seconds: number; measure: number }) {
  const { name, seconds, measure } = props;
  return (
    <div className={css.timer} data-pace={paceOf(seconds, measure)} data-timer={name}>
      <span>{name}</span>
      <b role="timer" aria-label={name}>
        {digits(seconds)}
      </b>
      <span>{againstMeasure(seconds, measure)}</span>
    </div>
  );
}
