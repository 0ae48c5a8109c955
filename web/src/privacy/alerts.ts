/** Emergency access as it happens, for the privacy officer: how many wait for review, and a notice of each new one. */
import { useEffect, useSyncExternalStore } from "react";
import type { AccessAlertsSubscription } from "../gql/graphql";
import { failureOf } from "../lib/errors";
import { asked } from "../lib/registered";
import { useSession } from "../session/Session";
import { announce, lossNotice } from "../ui/toast";
import { AccessAlerts } from "./documents";

type Alert = AccessAlertsSubscription["accessAlerts"];

const again = 10_000;
let latest: Alert | null = null;
const listeners = new Set<() => void>();
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
const hear = (alert: Alert | null) => {
  latest = alert;
  for (const listener of listeners) listener();
};

/** The latest alert; null for everybody but a privacy officer. */
export const useAlert = () => useSyncExternalStore(subscribe, () => latest);

/** Once, at the root. */
export function useAlerts() {
  const { phase, socket } = useSession();
  const officer = phase.is === "in" && phase.viewer.isPrivacyOfficer;
  useEffect(() => {
    if (!socket || !officer) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let leave = () => {};
    const payload = { operationName: "AccessAlerts", ...asked(AccessAlerts) };
    const follow = () => {
      leave = socket.subscribe<AccessAlertsSubscription>(payload, {
        next: ({ data }) => {
          if (!data) return;
          const alert = data.accessAlerts;
          if (latest && alert.newest && isNews(latest, alert)) say(alert.newest.staff.displayName);
          hear(alert);
        },
        end: (reason) => {
          const code = Array.isArray(reason) ? failureOf(reason).code : null;
          if (code !== "FORBIDDEN" && code !== "UNAUTHENTICATED") timer = setTimeout(follow, again);
        },
      });
    };
    follow();
    return () => {
      clearTimeout(timer);
      leave();
      hear(null);
    };
  }, [socket, officer]);
}

/** What is the newest only because a newer one was reviewed is no news. */
export function isNews(before: Alert, now: Alert): boolean {
  return now.newest !== null && now.newest.startedAt > (before.newest?.startedAt ?? "");
}

function say(name: string) {
  lossNotice("Emergency access", `${name} opened a patient in an emergency.`, {
    to: "/privacy/emergencies",
    words: "Review it",
  });
  announce(`${name} opened a patient in an emergency`);
}
