/** The end of a day: each task that one holds goes to somebody, back to the pool, or waits with a reason. All at once. */
import { Button, Modal, SegmentedControl, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useQuery } from "urql";
import type { HoldingQuery } from "../gql/graphql";
import { failureOf } from "../lib/errors";
import { useTeam } from "../live/Team";
import { KeptWords } from "../live/Unsent";
import { useSession } from "../session/Session";
import { EmptyFace, ErrorFace } from "../ui/Face";
import { Holding } from "./documents";
import { useHandoffs } from "./Handoffs";
import css from "./handoff.module.css";
import { anybody, Receiver } from "./Receiver";
import { type LeavingLine, useHandoffActions } from "./useHandoffActions";

type Held = HoldingQuery["tasks"]["nodes"][number];
type Choice = LeavingLine["choice"];
type Said = { choice: Choice; to: string | null; reason: string };

const usual: Record<Choice, string> = {
  HAND_OVER: "Leaving for the day",
  RETURN: "Leaving for the day",
  KEEP: "Goes on tomorrow",
};

export function LeaveDialog(props: { onClose(): void }) {
  const { me } = useTeam();
  const [result, read] = useQuery({
    query: Holding,
    variables: { me: me?.id ?? "" },
    requestPolicy: "network-only",
  });
  const [done, setDone] = useState(false);
  const { fromMe } = useHandoffs();
  const { signOut } = useSession();
  const held = result.data?.tasks.nodes ?? [];
  const going = new Set(
    fromMe
      .filter((one) => one.kind === "TRANSFER" && one.state !== "DECLINED")
      .flatMap((one) => one.items.map((item) => item.task?.id)),
  );
  const left = held.filter((task) => !going.has(task.id));
  return (
    <Modal opened onClose={props.onClose} title="Leave for the day" size="xl">
      {done || (result.data && left.length === 0) ? (
        <>
          <EmptyFace title={done ? "All of it is seen to" : "Nothing is in your hands"}>
            {going.size > 0 && !done
              ? "What you hand over is yours until it is acknowledged; if that takes too long, the managers are told."
              : done
                ? "What you handed over is yours until it is acknowledged; if that takes too long, the managers are told."
                : "You can go."}
          </EmptyFace>
          <div className={css.buttons}>
            <Button variant="default" onClick={props.onClose}>
              Stay signed in
            </Button>
            <Button onClick={signOut}>Sign out</Button>
          </div>
        </>
      ) : !result.data && result.error ? (
        <ErrorFace message={failureOf(result.error).message} onRetry={read} />
      ) : !result.data ? (
        <div aria-busy="true" className={css.hint}>
          Looking what you hold…
        </div>
      ) : (
        <Form
          held={left}
          teams={result.data.viewer.careTeams}
          meId={me?.id ?? ""}
          onClose={props.onClose}
          onDone={() => setDone(true)}
          onChanged={() => read({ requestPolicy: "network-only" })}
        />
      )}
    </Modal>
  );
}

type Teams = HoldingQuery["viewer"]["careTeams"];
type FormProps = {
  teams: Teams;
  held: Held[];
  meId: string;
  onClose(): void;
  onDone(): void;
  onChanged(): void;
};

function Form(props: FormProps) {
  const actions = useHandoffActions();
  const [said, setSaid] = useState<Record<string, Said>>({});
  const [busy, setBusy] = useState(false);
  const first = (task: Held): Said => {
    const choice = task.status === "ON_HOLD" ? "KEEP" : "RETURN";
    return { choice, to: null, reason: (choice === "KEEP" && task.statusReason) || usual[choice] };
  };
  const of = (task: Held) => said[task.id] ?? first(task);
  const say = (task: Held, part: Partial<Said>) =>
    setSaid((was) => ({ ...was, [task.id]: { ...of(task), ...part } }));
  const ready = props.held.every((task) => {
    const { choice, to, reason } = of(task);
    return reason.trim() && (choice !== "HAND_OVER" || to);
  });

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setBusy(true);
    const lines = props.held.map((task) => {
      const { choice, to, reason } = of(task);
      const toStaffId = choice === "HAND_OVER" && to !== anybody ? to : null;
      return { taskId: task.id, choice, toStaffId, reason: reason.trim() };
    });
    const data = await actions.leave(lines);
    setBusy(false);
    if (data) props.onDone();
    else props.onChanged();
  }

  return (
    <form onSubmit={submit} className={css.stack}>
      <p className={css.hint}>
        You hold {props.held.length}. Say what becomes of each; it is done all at once.
      </p>
      <ul className={css.leaving}>
        {props.held.map((task) => {
          const { choice, to, reason } = of(task);
          const team = props.teams.find((one) => one.id === task.careTeam.id);
          const others = (team?.members ?? [])
            .map((one) => one.staff)
            .filter((one) => one.active && one.id !== props.meId);
          return (
            <li key={task.id} data-task={task.id}>
              <strong>{task.title}</strong>
              <SegmentedControl
                size="sm"
                aria-label={`What becomes of ${task.title}`}
                value={choice}
                onChange={(value) => say(task, { choice: value as Choice, reason: usual[value as Choice] })}
                data={[
                  { value: "RETURN", label: "Back to the pool" },
                  { value: "HAND_OVER", label: "Hand over" },
                  { value: "KEEP", label: "Keep until tomorrow" },
                ]}
              />
              {choice === "HAND_OVER" && (
                <Receiver
                  label="To"
                  members={others}
                  value={to}
                  onChange={(value) => say(task, { to: value })}
                  orAnybody
                />
              )}
              <TextInput
                label={choice === "HAND_OVER" ? "What they have to know" : "Reason"}
                required
                maxLength={2000}
                value={reason}
                onChange={(event) => say(task, { reason: event.currentTarget.value })}
              />
            </li>
          );
        })}
      </ul>
      <KeptWords busy={busy} />
      <div className={css.buttons}>
        <Button variant="default" onClick={props.onClose}>
          Stay
        </Button>
        <Button type="submit" loading={busy} disabled={!ready}>
          Leave
        </Button>
      </div>
    </form>
  );
}
