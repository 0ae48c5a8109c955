/** The addresses of Huddle and what stands behind each. */
import { createRootRoute, createRoute, createRouter, Navigate, Outlet } from "@tanstack/react-router";
import { useEffect } from "react";
import { BoardPage } from "../board/BoardPage";
import { readSearch } from "../board/filters";
import { CaseloadPage } from "../caseload/CaseloadPage";
import { useAlerts } from "../privacy/alerts";
import { PrivacyPage } from "../privacy/PrivacyPage";
import { readLogSearch } from "../privacy/search";
import { NoTeam } from "../session/NoTeam";
import { useSession, useViewer } from "../session/Session";
import { SignInPage } from "../session/SignInPage";
import { ErrorFace } from "../ui/Face";
import { Toasts } from "../ui/toast";
import { PairPage } from "../wall/PairPage";
import { useScreenMemory, wasWall } from "../wall/screen";
import { WallPage } from "../wall/WallPage";
import { Shell } from "./Shell";
import css from "./shell.module.css";
import { TeamLayout } from "./TeamLayout";

const root = createRootRoute({
  component: function Root() {
    useScreenMemory();
    useAlerts();
    return (
      <>
        <Outlet />
        <Toasts />
      </>
    );
  },
  notFoundComponent: () => <Home />,
});

const home = createRoute({ getParentRoute: () => root, path: "/", component: Home });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/signin",
  validateSearch: (raw: Record<string, unknown>): { next?: string } =>
    typeof raw.next === "string" && /^\/(?!\/)/.test(raw.next) ? { next: raw.next } : {},
  component: function SignInRoute() {
    const { phase } = useSession();
    const { next } = signIn.useSearch();
    if (phase.is === "in") return next ? <Back to={next} /> : <Home />;
    return <SignInPage />;
  },
});

const pair = createRoute({
  getParentRoute: () => root,
  path: "/pair",
  component: function PairRoute() {
    const { phase } = useSession();
    const mayBeOne = phase.is === "asking" || (phase.is === "in" && phase.viewer.isDisplay);
    return mayBeOne ? <Home /> : <PairPage />;
  },
});

const team = createRoute({ getParentRoute: () => root, id: "team", component: TeamLayout });

const board = createRoute({
  getParentRoute: () => team,
  path: "/board/$teamId",
  validateSearch: readSearch,
  component: () => (
    <Shell>
      <BoardPage />
    </Shell>
  ),
});

const caseload = createRoute({
  getParentRoute: () => team,
  path: "/caseload/$teamId",
  validateSearch: (raw: Record<string, unknown>) => {
    const { patient, task } = readSearch(raw);
    const member = typeof raw.member === "string" ? { member: raw.member } : {};
    return { ...(patient ? { patient } : {}), ...(task ? { task } : {}), ...member } as {
      patient?: string;
      task?: string;
      member?: string;
    };
  },
  component: () => (
    <Shell>
      <CaseloadPage />
    </Shell>
  ),
});

const wall = createRoute({ getParentRoute: () => team, path: "/wall/$teamId", component: WallPage });

const privacy = createRoute({
  getParentRoute: () => root,
  path: "/privacy/$tab",
  validateSearch: readLogSearch,
  component: PrivacyPage,
});

/** To the address that asked for the sign-in. */
function Back(props: { to: string }) {
  const { to } = props;
  useEffect(() => router.history.replace(to), [to]);
  return null;
}

/** Sends everybody where they belong: a screen to its wall, a person to the first team's board. */
function Home() {
  const { phase, ask } = useSession();
  if (phase.is === "asking") return <div className={css.wait} aria-busy="true" />;
  if (phase.is === "failed") return <ErrorFace message={phase.failure.message} onRetry={ask} />;
  if (phase.is === "out") return <Navigate to={wasWall() ? "/pair" : "/signin"} replace />;
  return <FirstTeam />;
}

function FirstTeam() {
  const viewer = useViewer();
  const first = viewer.careTeams[0];
  if (!first) return <NoTeam />;
  return (
    <Navigate
      to={viewer.isDisplay ? "/wall/$teamId" : "/board/$teamId"}
      params={{ teamId: first.id }}
      replace
    />
  );
}

export const router = createRouter({
  routeTree: root.addChildren([home, signIn, pair, privacy, team.addChildren([board, caseload, wall])]),
  defaultPreload: false,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
