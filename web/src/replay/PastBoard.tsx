import { IconHistory } from "@tabler/icons-react";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import board from "../board/board.module.css";
import { Column } from "../board/Column";
import { type ColumnName, columnsOf } from "../board/columns";
import { clock, longDay } from "../lib/time";
import { EmptyFace } from "../ui/Face";
import { Changes } from "./Changes";
import { Controls } from "./Controls";
import { type Film, type Projector, scenesUntil } from "./film";
import { PastCard } from "./PastCard";
import css from "./replay.module.css";
import { Timeline } from "./Timeline";
import { usePlayer } from "./usePlayer";
import { whatChanged } from "./words";

const nothing = { kind: null, priority: null, overdue: false, of: null, holder: null };
const columns: ColumnName[] = ["pool", "team", "waiting", "done"];
const empty: Partial<Record<ColumnName, string>> = {
  pool: "Nothing was in the pool.",
  team: "Nobody held work.",
  waiting: "Nothing waited.",
  done: "Nothing was done yet.",
};

type Props = {
  film: Film;
  whole: boolean;
  projector: Projector;
  at: number;
  onMove(at: number): void;
  picker: ReactNode;
  toNow: ReactNode;
};

export function PastBoard(props: Props) {
  const { film, projector, at } = props;
  const seen = scenesUntil(film.scenes, at);
  // One of several that happened at the same moment.
  const [chosen, setChosen] = useState<number | null>(null);
  const count = chosen !== null && film.scenes[chosen - 1]?.at === at ? chosen : seen;
  const frame = useMemo(() => projector.after(count), [projector, count]);
  const scene = film.scenes[count - 1] ?? null;
  const words = scene ? whatChanged(scene, projector.after(count - 1)) : null;
  const cards = columnsOf(frame.tasks.values(), null, film.dayStartedAt, nothing);

  const move = (to: number) => {
    setChosen(null);
    props.onMove(Math.min(Math.max(to, film.from), film.until));
  };
  const jump = (to: number) => {
    if (to < 1) return move(film.from);
    const wanted = Math.min(to, film.scenes.length);
    setChosen(wanted);
    props.onMove(film.scenes[wanted - 1]?.at ?? film.from);
  };
  const player = usePlayer({ at, until: film.until, onMove: move });
  useKeys({ back: () => jump(count - 1), on: () => jump(count + 1), jump, count, toggle: player.toggle });

  return (
    <>
      <div className={css.banner} role="status">
        <IconHistory size={20} aria-hidden />
        <strong>
          This is the past: {longDay(at, film.zone)} {clock(at, film.zone)}
        </strong>
        <span className={css.spacer} />
        {props.picker}
        {props.toNow}
      </div>
      <div className={css.deck}>
        <Controls player={player} count={count} of={film.scenes.length} onJump={jump} whole={props.whole} />
        <Timeline film={film} at={at} onMove={move} />
        <output className={css.words} aria-live="polite">
          {words ?? "The day begins."}
        </output>
      </div>
      <div className={css.stage}>
        <div className={css.columns}>
          {columns.map((name) => (
            <Column
              key={name}
              name={name}
              tasks={cards[name]}
              loading={false}
              tab={null}
              empty={<EmptyFace>{empty[name]}</EmptyFace>}
              card={(task) => (
                <PastCard
                  task={task}
                  patient={frame.patients.get(task.patientId ?? "") ?? null}
                  now={at}
                  zone={film.zone}
                  changed={scene?.task?.id === task.id}
                />
              )}
            />
          ))}
        </div>
        <Changes film={film} projector={projector} count={count} onJump={jump} />
      </div>
    </>
  );
}

type Keys = {
  back(): void;
  on(): void;
  toggle(): void;
  jump(to: number): void;
  count: number;
};

/** Arrows from change to change, with shift by ten; space plays. The slider keeps its own arrows. */
function useKeys(keys: Keys) {
  const now = useRef(keys);
  now.current = keys;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { target } = event;
      const typing = target instanceof HTMLElement && target.matches("input, textarea, select, [role=dialog] *");
      const pressing = target instanceof HTMLElement && target.matches("button, a");
      if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
      const { back, on, jump, toggle, count } = now.current;
      if (event.key === "ArrowLeft") event.shiftKey ? jump(count - 10) : back();
      else if (event.key === "ArrowRight") event.shiftKey ? jump(count + 10) : on();
      else if (event.key === "Home") jump(0);
      else if (event.key === "End") jump(Number.MAX_SAFE_INTEGER);
      else if (event.key === " " && !pressing) toggle();
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}
