/** Everything that shows one team: only for who is signed in, with that team's feed. */

import { Button } from "@mantine/core";
import { Navigate, Outlet, useLocation, useNavigate, useParams } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { TeamProvider, useTeam } from "../live/Team";
import { useSession } from "../session/Session";
import { EmptyFace, ErrorFace } from "../ui/Face";
import { wasWall } from "../wall/screen";
import css from "./shell.module.css";

export function TeamLayout() {
  const { teamId } = useParams({ strict: false });
  const { phase, ask } = useSession();
  if (phase.is === "asking") return <div className={css.wait} aria-busy="true" />;
  if (phase.is === "failed") return <ErrorFace message={phase.failure.message} onRetry={ask} />;
  if (phase.is === "out") return <ToSignIn />;
  if (!teamId) return <Navigate to="/" replace />;
  return (
    <TeamProvider key={teamId} teamId={teamId}>
      <Allowed />
    </TeamProvider>
  );
}

/** A wall that was unpaired goes to its pairing. Once only: the address changes while this is still here, and must not become its own way back. */
function ToSignIn() {
  const navigate = useNavigate();
  const [next] = useState(useLocation().href);
  useEffect(() => {
    if (wasWall()) void navigate({ to: "/pair", replace: true });
    else void navigate({ to: "/signin", search: { next }, replace: true });
  }, [navigate, next]);
  return null;
}

/** Stays out of the way until access to the team has ended. */
function Allowed() {
  const { view } = useTeam();
  const { ask } = useSession();
  const code = view.failure?.code;
  const refused = view.connection.phase === "ended" || code === "NOT_FOUND" || code === "FORBIDDEN";
  if (!refused) return <Outlet />;
  return (
    <div className={css.wait}>
      <EmptyFace title="This team is not yours to see">
        Your access to it has ended, or the address is another team’s.
        <br />
        <Button
          mt="md"
          component="a"
          href="/"
          variant="default"
          onClick={() => {
            ask();
          }}
        >
          Go to my board
        </Button>
      </EmptyFace>
    </div>
  );
}
