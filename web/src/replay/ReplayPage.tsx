/** A team's board at any moment that is kept, played like a film. To look at, and nothing else. */
import { Button, Loader, TextInput } from "@mantine/core";
import { IconArrowBackUp, IconHistory } from "@tabler/icons-react";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { fromLocalInput, localDate, serverNow } from "../lib/time";
import { useTeam } from "../live/Team";
import { EmptyFace, ErrorFace } from "../ui/Face";
import { PastBoard } from "./PastBoard";
import { type Film, Projector } from "./film";
import css from "./replay.module.css";
import { useFilm, useKeptSince } from "./useFilm";

const length = 24 * 3_600_000;

export function ReplayPage() {
  const { store, view } = useTeam();
  const search = useSearch({ from: "/team/replay/$teamId" });
  const navigate = useNavigate({ from: "/replay/$teamId" });
  const zone = view.state.head?.timeZone;
  const keptSince = useKeptSince(store.teamId);
  const [opened] = useState(serverNow);
  const [again, setAgain] = useState(0);
  if (!zone || keptSince === null) return <Waiting />;

  const today = localDate(opened, zone);
  const first = localDate(keptSince, zone);
  const day = search.day && search.day >= first && search.day <= today ? search.day : today;
  const midnight = Date.parse(fromLocalInput(`${day}T00:00`, zone));
  const go = (to: string) => {
    if (to >= first && to <= today) navigate({ search: { day: to }, replace: true });
  };
  return (
    <Day
      key={`${store.teamId} ${day} ${again}`}
      team={store.teamId}
      from={Math.max(midnight, keptSince)}
      until={Math.min(midnight + length, opened)}
      again={again}
      onAgain={() => setAgain(again + 1)}
      picker={
        <TextInput
          type="date"
          size="sm"
          aria-label="Day"
          min={first}
          max={today}
          value={day}
          onChange={(event) => go(event.currentTarget.value)}
        />
      }
    />
  );
}

type DayProps = {
  team: string;
  from: number;
  until: number;
  again: number;
  onAgain(): void;
  picker: React.ReactNode;
};

function Day(props: DayProps) {
  const loading = useFilm(props.team, props.from, props.until, props.again);
  if (loading.is === "failed")
    return <ErrorFace message={loading.failure.message} onRetry={props.onAgain} />;
  if (!loading.film) return <Waiting />;
  return <Screen {...props} film={loading.film} whole={loading.is === "ready"} />;
}

function Waiting() {
  return (
    <div className={css.waiting} aria-busy="true">
      <Loader size="sm" /> Looking for the past
    </div>
  );
}

function Screen(props: DayProps & { film: Film; whole: boolean }) {
  const { film } = props;
  const projector = useMemo(() => new Projector(film), [film]);
  // The morning shows most: what was there, and what then happened.
  const [at, setAt] = useState(() => film.scenes[0]?.at ?? film.from);
  const [announced, setAnnounced] = useState(false);
  useEffect(() => setAnnounced(true), []);
  return (
    <div className={css.page} data-ready={props.whole && announced}>
      {film.start.tasks.size === 0 && film.scenes.length === 0 ? (
        <EmptyFace icon={<IconHistory />} title="Nothing happened on this day">
          <div className={css.empty}>
            {props.picker}
            <ToNow team={props.team} />
          </div>
        </EmptyFace>
      ) : (
        <PastBoard
          film={film}
          whole={props.whole}
          projector={projector}
          at={at}
          onMove={setAt}
          picker={props.picker}
          toNow={<ToNow team={props.team} />}
        />
      )}
    </div>
  );
}

function ToNow(props: { team: string }) {
  return (
    <Button
      size="sm"
      color="dark"
      leftSection={<IconArrowBackUp size={16} />}
      renderRoot={(root) => <Link to="/board/$teamId" params={{ teamId: props.team }} {...root} />}
    >
      Back to now
    </Button>
  );
}
