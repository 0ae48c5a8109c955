/** Everything that shows one team: only for who is signed in, with that team's feed. */

import { Button } from "@mantine/core";
import { Navigate, Outlet, useParams } from "@tanstack/react-router";
import { HandoffsProvider } from "../handoff/Handoffs";
import { TeamProvider, useTeam } from "../live/Team";
import { useSession } from "../session/Session";
import { EmptyFace, ErrorFace } from "../ui/Face";
import css from "./shell.module.css";
import { ToSignIn } from "./ToSignIn";

export function TeamLayout() {
  const { teamId } = useParams({ strict: false });
  const { phase, ask } = useSession();
  if (phase.is === "asking") return <div className={css.wait} aria-busy="true" />;
  if (phase.is === "failed") return <ErrorFace message={phase.failure.message} onRetry={ask} />;
  if (phase.is === "out") return <ToSignIn />;
  if (!teamId) return <Navigate to="/" replace />;
  return (
    <TeamProvider key={teamId} teamId={teamId}>
      <HandoffsProvider>
        <Allowed />
      </HandoffsProvider>
    </TeamProvider>
  );
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
        <Button mt="md" component="a" href="/" variant="default" onClick={() => void ask()}>
          Go to my board
        </Button>
      </EmptyFace>
    </div>
  );
}
