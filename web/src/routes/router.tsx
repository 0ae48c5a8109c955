/** The addresses of Huddle and what stands behind each. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Navigate,
  Outlet,
} from "@tanstack/react-router";
import { useEffect } from "react";
import { BoardPage } from "../board/BoardPage";
import { readSearch } from "../board/filters";
import { CaseloadPage } from "../caseload/CaseloadPage";
import { DayPage } from "../day/DayPage";
import { HuddlePage } from "../huddle/HuddlePage";
import { useAlerts } from "../privacy/alerts";
import { readLogSearch } from "../privacy/search";
import { EnterPage } from "../session/EnterPage";
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

// What few people open is loaded when they do.
const AccountPage = lazyRouteComponent(() => import("../account/AccountPage"), "AccountPage");
const ConfirmPage = lazyRouteComponent(() => import("../account/ConfirmPage"), "ConfirmPage");
const AdminLayout = lazyRouteComponent(() => import("../admin/AdminLayout"), "AdminLayout");
const PeoplePage = lazyRouteComponent(() => import("../admin/PeoplePage"), "PeoplePage");
const DisplaysPage = lazyRouteComponent(() => import("../admin/DisplaysPage"), "DisplaysPage");
const HandoffsPage = lazyRouteComponent(() => import("../handoff/HandoffsPage"), "HandoffsPage");
const PrivacyPage = lazyRouteComponent(() => import("../privacy/PrivacyPage"), "PrivacyPage");
const ReplayPage = lazyRouteComponent(() => import("../replay/ReplayPage"), "ReplayPage");
const TimesPage = lazyRouteComponent(() => import("../times/TimesPage"), "TimesPage");
const IntegrationsPage = lazyRouteComponent(() => import("../admin/IntegrationsPage"), "IntegrationsPage");

const RecordPage = lazyRouteComponent(() => import("../huddle/RecordPage"), "RecordPage");

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
  validateSearch: (raw: Record<string, unknown>): { next?: string; failed?: string } => ({
    ...(typeof raw.next === "string" && /^\/(?![/\\])/.test(raw.next) ? { next: raw.next } : {}),
    ...(typeof raw.failed === "string" ? { failed: raw.failed } : {}),
  }),
  component: function SignInRoute() {
    const { phase } = useSession();
    const { next, failed } = signIn.useSearch();
    if (phase.is === "in") return next ? <Back to={next} /> : <Home />;
    return <SignInPage next={next ?? null} failed={failed ?? null} />;
  },
});

const enter = createRoute({ getParentRoute: () => root, path: "/enter", component: EnterPage });

const account = createRoute({ getParentRoute: () => root, path: "/account", component: AccountPage });

const readCode = (raw: Record<string, unknown>): { code?: string } =>
  typeof raw.code === "string" ? { code: raw.code } : {};

const confirm = createRoute({
  getParentRoute: () => root,
  path: "/confirm",
  validateSearch: readCode,
  component: ConfirmPage,
});

const admin = createRoute({ getParentRoute: () => root, path: "/admin", component: AdminLayout });

const adminHome = createRoute({
  getParentRoute: () => admin,
  path: "/",
  component: () => <Navigate to="/admin/people" replace />,
});

const people = createRoute({
  getParentRoute: () => admin,
  path: "/people",
  validateSearch: (raw: Record<string, unknown>): { person?: string } =>
    typeof raw.person === "string" ? { person: raw.person } : {},
  component: PeoplePage,
});

const displays = createRoute({
  getParentRoute: () => admin,
  path: "/displays",
  validateSearch: readCode,
  component: DisplaysPage,
});

const integrations = createRoute({
  getParentRoute: () => admin,
  path: "/integrations",
  component: IntegrationsPage,
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

const readBeside = (raw: Record<string, unknown>): { patient?: string; task?: string } => {
  const { patient, task } = readSearch(raw);
  return { ...(patient ? { patient } : {}), ...(task ? { task } : {}) };
};

const day = createRoute({
  getParentRoute: () => team,
  path: "/day/$teamId",
  validateSearch: readBeside,
  component: () => (
    <Shell>
      <DayPage />
    </Shell>
  ),
});

const times = createRoute({
  getParentRoute: () => team,
  path: "/times/$teamId",
  component: () => (
    <Shell>
      <TimesPage />
    </Shell>
  ),
});

const replay = createRoute({
  getParentRoute: () => team,
  path: "/replay/$teamId",
  validateSearch: (raw: Record<string, unknown>): { day?: string } =>
    typeof raw.day === "string" && /^\d{4}-\d{2}-\d{2}$/.test(raw.day) ? { day: raw.day } : {},
  component: () => (
    <Shell>
      <ReplayPage />
    </Shell>
  ),
});

const huddle = createRoute({
  getParentRoute: () => team,
  path: "/huddle/$teamId",
  validateSearch: readBeside,
  component: () => (
    <Shell>
      <HuddlePage />
    </Shell>
  ),
});

const handoffs = createRoute({
  getParentRoute: () => team,
  path: "/handoffs/$teamId",
  validateSearch: (raw: Record<string, unknown>): ReturnType<typeof readBeside> & { leaving?: true } => ({
    ...readBeside(raw),
    ...(raw.leaving ? { leaving: true } : {}),
  }),
  component: () => (
    <Shell>
      <HandoffsPage />
    </Shell>
  ),
});

const record = createRoute({
  getParentRoute: () => team,
  path: "/huddle/$teamId/record/$id",
  validateSearch: readBeside,
  component: () => (
    <Shell>
      <RecordPage />
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
  if (!first && viewer.canManageStaff) return <Navigate to="/admin/people" replace />;
  if (!first && viewer.mayReviewAccess)
    return <Navigate to="/privacy/$tab" params={{ tab: "log" }} replace />;
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
  routeTree: root.addChildren([
    home,
    signIn,
    enter,
    pair,
    account,
    confirm,
    privacy,
    admin.addChildren([adminHome, people, displays, integrations]),
    team.addChildren([board, day, huddle, record, caseload, handoffs, times, replay, wall]),
  ]),
  defaultPreload: false,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
