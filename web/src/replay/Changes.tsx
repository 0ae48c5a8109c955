import { clock } from "../lib/time";
import type { Film, Projector } from "./film";
import css from "./replay.module.css";
import { whatChanged } from "./words";

type Props = { film: Film; projector: Projector; count: number; onJump(to: number): void };

const before = 12;
const after = 12;

/** What happened around the moment; each leads to its own. */
export function Changes(props: Props) {
  const { film, projector, count } = props;
  const from = Math.max(0, count - before);
  const scenes = film.scenes.slice(from, count + after);
  return (
    <aside className={css.changes} aria-label="What happened">
      <h2>What happened</h2>
      {scenes.length === 0 && <p>Nothing was changed on this day.</p>}
      <ol>
        {scenes.map((scene, i) => {
          const number = from + i + 1;
          return (
            <li key={scene.cursor}>
              <button
                type="button"
                aria-current={number === count ? "step" : undefined}
                data-later={number > count}
                onClick={() => props.onJump(number)}
              >
                <time>{clock(scene.at, film.zone)}</time>
                <span>{whatChanged(scene, projector.after(number - 1))}</span>
              </button>
            </li>
          );
        })}
      </ol>
    </aside>
  );
}
