/**
 * Watches the session's limits: says a minute before that the screen will be left, tells the server at most once a
 * minute that somebody is there, and clears the screen when the time is over, whether the server can be asked or not.
 */
import { Button, Modal } from "@mantine/core";
import { useCallback, useEffect, useRef, useState } from "react";
import { useClient } from "urql";
import { readFragment } from "../gql";
import { act, lastInputAt } from "../lib/activity";
import { countdown, serverNow } from "../lib/time";
import css from "../task/task.module.css";
import { ReadLimits, SessionLimits, SignOut } from "./documents";
import { type End, endOf, isNear, type Limits, later } from "./limits";
import { useSession, useViewer } from "./Session";

const tellEvery = 60_000;
const tick = 1_000;
/** What was read of the limits this long ago still holds. */
const fresh = 90_000;
const over: Record<End["why"], string> = {
  idle: "You were signed out because nobody did anything here for a while.",
  whole: "You were signed out: a session lasts only so long. Sign in again to go on.",
};

export function IdleWatch() {
  const viewer = useViewer();
  const api = useClient();
  const { expire, renew, signOut, tabs } = useSession();
  const limits = useRef<Limits>(readFragment(SessionLimits, viewer.session));
  const [near, setNear] = useState<End | null>(null);
  const asked = useRef<string | null>(null);
  const readAt = useRef(Date.now());

  /** Reads the limits again. Where a person did something, that is told by the same request. */
  const read = useCallback(async () => {
    readAt.current = Date.now();
    const { data } = await api.query(ReadLimits, {}, { requestPolicy: "network-only" }).toPromise();
    if (!data) return;
    limits.current = readFragment(SessionLimits, data.viewer.session);
    const { idleExpiresAt } = limits.current;
    if (idleExpiresAt) tabs?.tell({ is: "active", idleExpiresAt });
  }, [api, tabs]);

  useEffect(() => {
    limits.current = readFragment(SessionLimits, viewer.session);
  }, [viewer.session]);

  useEffect(
    () =>
      tabs?.hear((news) => {
        if (news.is === "active") limits.current = later(limits.current, news.idleExpiresAt);
      }),
    [tabs],
  );

  useEffect(() => {
    const look = () => {
      const end = endOf(limits.current, serverNow());
      if (!end) return;
      if (end.left <= 0) {
        // A tab that the browser had put to sleep may have missed what the others told: nothing is shown until it asked.
        if (Date.now() - readAt.current > fresh) return renew();
        void api.mutation(SignOut, {}).toPromise();
        return expire(over[end.why]);
      }
      const shown = isNear(end, limits.current);
      setNear(shown ? end : null);
      // Another browser tab may have told of somebody: asked once for each limit, which is no activity.
      const limit = limits.current.idleExpiresAt ?? null;
      if (shown && asked.current !== limit) {
        asked.current = limit;
        void read();
      } else if (!shown && lastInputAt() > readAt.current && Date.now() - readAt.current >= tellEvery)
        void read();
    };
    const timer = setInterval(look, tick);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [api, expire, renew, read]);

  if (!near) return null;
  const stay = () => {
    act();
    setNear(null);
    void read();
  };
  return (
    <Modal
      opened
      onClose={stay}
      title={near.why === "idle" ? "Are you still there?" : "Your session ends soon"}
      size="sm"
      zIndex={500}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={near.why === "idle"}
    >
      <p className={css.text} style={{ marginBottom: "1rem" }} data-testid="idle-warning">
        You will be signed out in <strong>{countdown(near.left)}</strong>.{" "}
        {near.why === "whole" && "Finish what you are writing, then sign in again."}
      </p>
      <div className={css.buttons}>
        <Button variant="default" onClick={signOut}>
          Sign out now
        </Button>
        {near.why === "idle" && (
          <Button onClick={stay} data-autofocus>
            Stay signed in
          </Button>
        )}
      </div>
    </Modal>
  );
}
