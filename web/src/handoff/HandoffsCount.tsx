import { useTeam } from "../live/Team";
import { useHandoffs } from "./Handoffs";
import css from "./handoff.module.css";

/** How many handoffs wait for the viewer. */
export function HandoffsCount() {
  const { toMe, escalated } = useHandoffs();
  const { view } = useTeam();
  const manages = view.state.head?.viewerCanManage ?? false;
  const waiting =
    toMe.length + (manages ? escalated.filter((one) => !toMe.some((mine) => mine.id === one.id)).length : 0);
  if (waiting === 0) return null;
  return (
    <span className={css.count} role="img" aria-label={`${waiting} waiting`}>
      {waiting}
    </span>
  );
}
