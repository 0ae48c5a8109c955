import { Link } from "@tanstack/react-router";
import { useTeam } from "../live/Team";
import { useHandoffs } from "./Handoffs";
import css from "./handoff.module.css";

/** The way to the handoffs, with how many wait for the viewer. */
export function HandoffsLink(props: { teamId: string }) {
  const { toMe, escalated } = useHandoffs();
  const { view } = useTeam();
  const manages = view.state.head?.viewerCanManage ?? false;
  const waiting =
    toMe.length + (manages ? escalated.filter((one) => !toMe.some((mine) => mine.id === one.id)).length : 0);
  return (
    <Link to="/handoffs/$teamId" params={{ teamId: props.teamId }} activeOptions={{ includeSearch: false }}>
      Handoffs
      {waiting > 0 && (
        <span className={css.count} role="img" aria-label={`${waiting} waiting`}>
          {waiting}
        </span>
      )}
    </Link>
  );
}
