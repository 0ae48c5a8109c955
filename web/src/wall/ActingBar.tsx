import { countdown } from "../lib/time";
import { Avatar } from "../ui/Avatar";
import { useNow } from "../ui/useNow";
import css from "./act.module.css";
import type { Acting } from "./useActing";

/** Says to the whole room who acts here, for how long yet, and lets them end it. */
export function ActingBar(props: { acting: Acting; onMine(): void; onEnd(): void }) {
  const { me, until } = props.acting;
  const now = useNow("second");
  return (
    <section className={css.bar} aria-label="Acting" data-testid="acting">
      <Avatar id={me.id} name={me.displayName} size="2.2em" />
      <span role="status">Acting as {me.displayName}</span>
      <time>{countdown(until - now)}</time>
      <button type="button" onClick={props.onMine}>
        My work
      </button>
      <button type="button" onClick={props.onEnd}>
        End
      </button>
    </section>
  );
}
