/** The team's huddle: before it, while it runs, after it. All screens of the team follow the same one. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import { plainDate } from "../lib/time";
import { EmptyFace, ErrorFace } from "../ui/Face";
import { Before } from "./Before";
import { Ended } from "./Ended";
import css from "./huddle.module.css";
import { Running } from "./Running";
import { useHuddle } from "./useHuddle";
import { slotWords } from "./words";

export function HuddlePage() {
  const { huddle, actions, busy, failure, refused, reload } = useHuddle();
  const search = useSearch({ from: "/team/huddle/$teamId" });
  const navigate = useNavigate({ from: "/huddle/$teamId" });
  const onPatient = useCallback((patient: string) => navigate({ search: { patient } }), [navigate]);
  const onTask = useCallback((task: string) => navigate({ search: { task } }), [navigate]);
  const beside = Boolean(search.task || search.patient);

  if (!huddle && failure) return <ErrorFace message={failure.message} onRetry={() => void reload()} />;
  if (!huddle || huddle.state === "MISSED")
    return refused ? (
      <EmptyFace title="No huddle right now">
        Somebody of the team opens it by looking at this page.
      </EmptyFace>
    ) : (
      <div aria-busy="true" />
    );
  const shared = { huddle, actions, busy, onPatient, onTask };
  return (
    <div className={css.page} data-state={huddle.state}>
      <header className={css.head}>
        <h1>{slotWords[huddle.slot]}</h1>
        <span className={css.quiet}>{plainDate(huddle.date)}</span>
      </header>
      {huddle.state === "PLANNED" && <Before {...shared} />}
      {huddle.state === "RUNNING" && <Running {...shared} beside={beside} />}
      {huddle.state === "ENDED" && <Ended {...shared} />}
    </div>
  );
}
