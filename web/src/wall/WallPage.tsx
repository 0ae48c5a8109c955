/**
 * The wall: read from five metres, by everybody in the room. Initials only, nothing to scroll. Whoever wants to act on a shared
 * screen touches a row and says who they are.
 */
import { IconArrowLeft, IconMoon, IconSun } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { clock, longDay } from "../lib/time";
import { ConnectionMark } from "../live/ConnectionMark";
import { useTeam } from "../live/Team";
import { awayPatients } from "../patient/attention";
import { useViewer } from "../session/Session";
import { useTaskActions } from "../task/useTaskActions";
import { ErrorFace } from "../ui/Face";
import { useNow } from "../ui/useNow";
import { ActDialog, type Chosen } from "./ActDialog";
import { ActingBar } from "./ActingBar";
import { Holders } from "./Holders";
import { HuddleWall } from "./HuddleWall";
import { patientInitials, summarise } from "./summary";
import { Urgent } from "./Urgent";
import { useActing } from "./useActing";
import { useAwake } from "./useAwake";
import css from "./wall.module.css";

export function WallPage() {
  const { store, view, zone, reload } = useTeam();
  const { isDisplay } = useViewer();
  const [light, setLight] = useState(false);
  useAwake();
  const wall = useMemo(() => summarise(view.tasks.values()), [view.tasks]);
  const { patients, gone, head, huddles } = view.state;
  const inHuddle = [...huddles.values()].some((one) => one.state === "RUNNING");
  const away = useMemo(() => awayPatients(patients, gone, store.teamId), [patients, gone, store.teamId]);
  // A display gets initials from the server; a person's screen makes them itself.
  const initials = (name: string) => (isDisplay ? name : patientInitials(name));
  const nameOf = (id: string | null) => {
    const name = patients.get(id ?? "")?.displayName;
    return name ? initials(name) : "–";
  };
  const acts = useActing(isDisplay);
  const me = acts.acting?.me ?? null;
  const actions = useTaskActions(useMemo(() => ({ me, call: (task) => task.kindName }), [me]));
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const onTask = isDisplay ? (task: string) => setChosen({ task }) : null;
  const onHolder = isDisplay ? (holder: string) => setChosen({ holder }) : null;

  return (
    <main className={css.wall} data-scheme={light ? "light" : "dark"} data-testid="wall">
      <header className={css.head}>
        <h1>{head?.name ?? ""}</h1>
        <ConnectionMark big />
        <Clock zone={zone} />
      </header>
      {view.failure && !head ? (
        <ErrorFace message={view.failure.message} onRetry={reload} />
      ) : inHuddle ? (
        <HuddleWall initials={initials} />
      ) : (
        <>
          <dl className={css.counts}>
            <Count
              kind="ed"
              name="in ED"
              value={away.IN_ED.length}
              who={away.IN_ED.map((one) => nameOf(one.id))}
            />
            <Count
              kind="inpatient"
              name="inpatient"
              value={away.INPATIENT.length}
              who={away.INPATIENT.map((one) => nameOf(one.id))}
            />
            <Count
              kind="transition"
              name="in transition"
              value={away.TRANSITION.length}
              who={away.TRANSITION.map((one) => nameOf(one.id))}
            />
            <Count kind="overdue" name="overdue" value={wall.overdue} />
            <Count kind="unclaimed" name="unclaimed" value={wall.unclaimed} />
          </dl>
          <div className={css.body} aria-busy={!head}>
            <Urgent
              tasks={wall.urgent}
              patients={patients}
              nameOf={nameOf}
              zone={zone}
              ready={head !== null}
              onTask={onTask}
            />
            <Holders holders={wall.holders} nameOf={nameOf} ready={head !== null} onHolder={onHolder} />
          </div>
        </>
      )}
      <footer className={css.foot}>
        {acts.acting && (
          <ActingBar
            acting={acts.acting}
            onMine={() => me && setChosen({ holder: me.id })}
            onEnd={acts.end}
          />
        )}
        {!isDisplay && (
          <Link to="/board/$teamId" params={{ teamId: store.teamId }} className={css.tool}>
            <IconArrowLeft size="1.2em" aria-hidden /> Board
          </Link>
        )}
        <button type="button" className={css.tool} onClick={() => setLight(!light)}>
          {light ? <IconMoon size="1.2em" aria-hidden /> : <IconSun size="1.2em" aria-hidden />}
          {light ? "Dark" : "Light"}
        </button>
      </footer>
      {chosen && (
        <ActDialog
          chosen={chosen}
          acts={acts}
          actions={actions}
          nameOf={nameOf}
          onChoose={setChosen}
          onClose={() => setChosen(null)}
        />
      )}
    </main>
  );
}

function Clock(props: { zone: string }) {
  const now = useNow("second");
  return (
    <div className={css.clock}>
      <time>{clock(now, props.zone)}</time>
      <span>{longDay(now, props.zone)}</span>
    </div>
  );
}

function Count(props: { kind: string; name: string; value: number; who?: string[] }) {
  const who = props.who ?? [];
  return (
    <div className={css.count} data-kind={props.kind} data-some={props.value > 0}>
      <dt>{props.name}</dt>
      <dd>{props.value}</dd>
      {who.length > 0 && (
        <dd className={css.whoAway}>
          {who.slice(0, 3).join(" · ")}
          {who.length > 3 ? ` +${who.length - 3}` : ""}
        </dd>
      )}
    </div>
  );
}
