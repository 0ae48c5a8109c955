/** Hands work, patients or both to somebody else, with what they have to know. */
import { Button, Modal, Skeleton, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { fromLocalInput, serverNow, toLocalInput } from "../lib/time";
import { useTeam } from "../live/Team";
import { KeptWords } from "../live/Unsent";
import { EmptyFace, ErrorFace } from "../ui/Face";
import { toast } from "../ui/toast";
import { Choices } from "./Choices";
import css from "./handoff.module.css";
import { anybody, Receiver } from "./Receiver";
import { type Thing, useHandoffActions } from "./useHandoffActions";

/** Whose work it is: not always the team that the screen shows. */
type Team = {
  id: string;
  members: readonly { staff: { id: string; displayName: string; active: boolean } }[];
};

type Props = {
  title: string;
  team: Team;
  /** What is there to hand over; null while it is being read. */
  things: readonly Thing[] | null;
  /** Ids of those that go unless told otherwise. */
  chosen: readonly string[];
  /** What is not to be chosen, and why. */
  note?: string | null;
  error?: string | null;
  onRetry?(): void;
  onClose(): void;
};

export function TransferDialog(props: Props) {
  const { things, error } = props;
  return (
    <Modal opened onClose={props.onClose} title={props.title} size="lg">
      {!things && error ? (
        <ErrorFace message={error} {...(props.onRetry && { onRetry: props.onRetry })} />
      ) : !things ? (
        <Skeleton height={320} aria-busy="true" />
      ) : things.length === 0 ? (
        <>
          <EmptyFace title="Nothing here is yours to hand over">
            {props.note ?? "Tasks that you hold and patients whom you coordinate would be here."}
          </EmptyFace>
          <div className={css.buttons}>
            <Button onClick={props.onClose}>Back</Button>
          </div>
        </>
      ) : (
        <Form {...props} things={things} />
      )}
    </Modal>
  );
}

function Form(props: Props & { things: readonly Thing[] }) {
  const { me, zone } = useTeam();
  const actions = useHandoffActions();
  const [to, setTo] = useState<string | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(props.chosen));
  const [busy, setBusy] = useState(false);
  const members = props.team.members.map((one) => one.staff).filter((one) => one.active && one.id !== me?.id);
  const going = props.things.filter((one) => chosen.has(one.id));

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "").trim();
    const due = text("due");
    setBusy(true);
    const done = await actions.handOver(props.team.id, to === anybody ? null : to, going, {
      situation: text("situation"),
      ready: text("ready") || null,
      evidence: text("evidence") || null,
      next: text("next") || null,
      dueAt: due ? fromLocalInput(due, zone) : null,
    });
    setBusy(false);
    if (!done) return;
    const name = members.find((one) => one.id === to)?.displayName ?? "somebody of the team";
    toast("good", `${going.length > 1 ? "All of it" : "It"} is yours until ${name} acknowledges.`);
    props.onClose();
  }

  return (
    <form onSubmit={submit} className={css.stack}>
      <p className={css.hint}>{whatHappens(going)}</p>
      {props.things.length > 1 && <Choices things={props.things} chosen={chosen} onChange={setChosen} />}
      {props.note && <p className={css.hint}>{props.note}</p>}
      <Receiver label="To" members={members} value={to} onChange={setTo} orAnybody />
      <Textarea
        name="situation"
        label="What is going on"
        required
        autosize
        minRows={2}
        maxLength={2000}
        data-autofocus
      />
      <div className={css.two}>
        <Textarea name="ready" label="What is ready" autosize minRows={2} maxLength={2000} />
        <Textarea name="evidence" label="Where that can be seen" autosize minRows={2} maxLength={2000} />
      </div>
      <div className={css.two}>
        <Textarea name="next" label="What is next" autosize minRows={2} maxLength={2000} />
        <TextInput
          name="due"
          label="By when"
          type="datetime-local"
          min={toLocalInput(serverNow(), zone)}
          description="In the team’s time"
          inputWrapperOrder={["label", "input", "description", "error"]}
        />
      </div>
      <KeptWords busy={busy} />
      <div className={css.buttons}>
        <Button variant="default" onClick={props.onClose}>
          Back
        </Button>
        <Button type="submit" loading={busy} disabled={!to || going.length === 0}>
          {going.length > 1 ? `Hand over ${going.length}` : "Hand over"}
        </Button>
      </div>
    </form>
  );
}

function whatHappens(going: readonly Thing[]): string {
  const late = "If that takes too long, the managers are told.";
  if (!going.some((one) => one.kind === "patient")) return `It stays yours until they acknowledge. ${late}`;
  return `Whoever acknowledges becomes the coordinator; until then you are. Where the coordinator was changed before, that change stays. ${late}`;
}
