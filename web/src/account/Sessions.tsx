/** Where somebody is signed in, and how to end it. */
import { Button } from "@mantine/core";
import { IconDeviceLaptop } from "@tabler/icons-react";
import { useState } from "react";
import type { SessionLineFragment } from "../gql/graphql";
import { exact } from "../lib/time";
import { useSend } from "../live/useSend";
import { useZone } from "../session/useZone";
import { toast } from "../ui/toast";
import css from "./account.module.css";
import { RevokeOtherSessions, RevokeSession } from "./documents";

export function Sessions(props: { sessions: readonly SessionLineFragment[]; onChanged(): void }) {
  const send = useSend();
  const [busy, setBusy] = useState<string | null>(null);
  const others = props.sessions.filter((one) => !one.current);

  async function end(session: SessionLineFragment) {
    setBusy(session.id);
    const { failure, told } = await send({
      document: RevokeSession,
      input: { sessionId: session.id },
      about: session.id,
      words: `end the session “${nameOf(session)}”`,
    });
    setBusy(null);
    if (failure && !told) toast("bad", failure.message);
    props.onChanged();
  }

  async function endOthers() {
    setBusy("others");
    const { failure, told } = await send({
      document: RevokeOtherSessions,
      input: {},
      about: "sessions",
      words: "end your other sessions",
    });
    setBusy(null);
    if (failure && !told) toast("bad", failure.message);
    if (!failure) toast("good", "You are signed out everywhere else.");
    props.onChanged();
  }

  return (
    <section className={css.card} aria-labelledby="sessions">
      <h2 id="sessions">Where I am signed in</h2>
      <ul className={css.list}>
        {props.sessions.map((session) => (
          <li key={session.id}>
            <SessionWords session={session} />
            {!session.current && (
              <Button
                size="xs"
                variant="default"
                loading={busy === session.id}
                aria-label={`End ${nameOf(session)}`}
                onClick={() => end(session)}
              >
                End
              </Button>
            )}
          </li>
        ))}
      </ul>
      {others.length > 0 && (
        <div className={css.row}>
          <Button variant="default" loading={busy === "others"} onClick={endOthers}>
            End all others
          </Button>
        </div>
      )}
    </section>
  );
}

const nameOf = (session: SessionLineFragment) => session.label ?? "A browser";

export function SessionWords(props: { session: SessionLineFragment }) {
  const { session } = props;
  const zone = useZone();
  return (
    <>
      <IconDeviceLaptop size={20} aria-hidden />
      <span className={css.what}>
        <strong>{session.current ? "This browser, now" : nameOf(session)}</strong>
        <span>
          {session.current && session.label ? `${session.label}, signed in` : "Signed in"}{" "}
          {exact(session.createdAt, zone)}
          {!session.current && session.lastActiveAt && `, last used ${exact(session.lastActiveAt, zone)}`}
          {session.address && `, from ${session.address}`}
        </span>
      </span>
    </>
  );
}
