/** The frame around screens that show no team: only for who is signed in. Where am I, what else is here, my menu. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ReviewMark } from "../privacy/ReviewMark";
import { useSession } from "../session/Session";
import { ErrorFace } from "../ui/Face";
import { Logo } from "../ui/Logo";
import css from "./frame.module.css";
import { MyMenu } from "./MyMenu";
import shell from "./shell.module.css";
import { ToSignIn } from "./ToSignIn";

type Props = { title: string; nav?: ReactNode; children: ReactNode };

export function Frame(props: Props) {
  const { phase, ask } = useSession();
  if (phase.is === "asking") return <div className={shell.wait} aria-busy="true" />;
  if (phase.is === "failed") return <ErrorFace message={phase.failure.message} onRetry={ask} />;
  if (phase.is === "out") return <ToSignIn />;
  const hasBoard = phase.viewer.careTeams.length > 0;
  return (
    <div className={shell.shell}>
      <a className={shell.skip} href="#main">
        To the page
      </a>
      <header className={shell.header}>
        <Link to="/" className={shell.home} aria-label="Huddle, home">
          <Logo /> <span>Huddle</span>
        </Link>
        {props.nav && (
          <nav className={shell.nav} aria-label="Screens">
            {props.nav}
          </nav>
        )}
        <span className={shell.spacer} />
        {(hasBoard || !props.nav) && (
          <Link to="/" className={css.back}>
            {hasBoard ? "To my board" : "To the administration"}
          </Link>
        )}
        <ReviewMark />
        <MyMenu />
      </header>
      <main id="main" className={css.main} tabIndex={-1}>
        <div className={css.page}>
          <h1 className={css.title}>{props.title}</h1>
          {props.children}
        </div>
      </main>
    </div>
  );
}
