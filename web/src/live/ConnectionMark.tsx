import { IconBolt, IconCloudOff, IconLoader2, IconLock } from "@tabler/icons-react";
import { useSyncExternalStore } from "react";
import { clock } from "../lib/time";
import { useNow } from "../ui/useNow";
import { type Mark, markOf } from "./connection";
import css from "./live.module.css";
import { waiting } from "./outbox";
import { useTeam } from "./Team";
import { useUnsent } from "./Unsent";

const subscribeOnline = (listener: () => void) => {
  addEventListener("online", listener);
  addEventListener("offline", listener);
  return () => {
    removeEventListener("online", listener);
    removeEventListener("offline", listener);
  };
};

const icons: Record<Mark["is"], typeof IconBolt> = {
  live: IconBolt,
  connecting: IconLoader2,
  "catching-up": IconLoader2,
  stale: IconCloudOff,
  ended: IconLock,
};

/** Says in words whether this screen can be trusted: live, catching up, or stale since when. */
export function ConnectionMark(props: { big?: boolean }) {
  const { view, zone } = useTeam();
  useNow("second");
  const online = useSyncExternalStore(subscribeOnline, () => navigator.onLine);
  const mark = markOf(view.connection, Date.now(), online);
  const Icon = icons[mark.is];
  const kept = waiting(useUnsent()).length;
  return (
    <output className={css.mark} data-is={mark.is} data-big={props.big ?? false} data-testid="connection">
      <Icon size={props.big ? "1.1em" : 16} aria-hidden />
      {words(mark, zone)}
      {kept > 0 && (
        <span>
          · {kept} <span className={css.noun}>{kept === 1 ? "action " : "actions "}</span>waiting
        </span>
      )}
    </output>
  );
}

function words(mark: Mark, zone: string): string {
  switch (mark.is) {
    case "live":
      return "Live";
    case "connecting":
      return "Connecting";
    case "catching-up":
      return "Catching up";
    case "stale":
      return `Stale since ${clock(mark.since, zone)}`;
    case "ended":
      return "No access";
  }
}
