/** A spoken decision becomes a task, with an owner and a due time, before the room goes on. */
import { Button, Select, TextInput } from "@mantine/core";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useQuery } from "urql";
import { fromLocalInput, localDate, serverNow, toLocalInput } from "../lib/time";
import { useTeam } from "../live/Team";
import { TaskKinds } from "../task/documents";
import css from "./huddle.module.css";
import { type Actions, type Item, nameOfItem } from "./useHuddle";

type Props = {
  item: Item;
  /** The room has gone on meanwhile. */
  elsewhere: boolean;
  actions: Actions;
  /** Words that are not saved yet: the room does not go on over them. */
  onDirty(dirty: boolean): void;
  onClose(): void;
};

const day = 24 * 3_600_000;

export function DecisionForm(props: Props) {
  const { item } = props;
  const { view, zone, me } = useTeam();
  const [kinds] = useQuery({ query: TaskKinds });
  const members = (view.state.head?.members ?? []).map((one) => one.staff).filter((one) => one.active);
  const [kind, setKind] = useState(kindFor(item));
  const [owner, setOwner] = useState<string | null>(() => ownerFor(item, members, me?.id ?? null));
  const [due, setDue] = useState(() => soon(zone)[0]?.value ?? "");
  const [title, setTitle] = useState("");
  const [busy, setBusy] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  const { onDirty } = props;
  useEffect(() => onDirty(title.trim() !== ""), [title, onDirty]);
  useEffect(() => () => onDirty(false), [onDirty]);
  useEffect(() => first.current?.focus(), []);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (!owner || !title.trim() || busy) return;
    setBusy(true);
    const dueAt = fromLocalInput(due, zone);
    const done = await props.actions.decide(item, { kind, title: title.trim(), ownerId: owner, dueAt });
    setBusy(false);
    if (done) props.onClose();
  }

  return (
    <form
      onSubmit={submit}
      className={css.decide}
      aria-label="New decision"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.stopPropagation();
        props.onClose();
      }}
    >
      {props.elsewhere && <h4>About {nameOfItem(item)}</h4>}
      <TextInput
        ref={first}
        label="What was decided"
        placeholder="Call about the new inhaler"
        required
        maxLength={200}
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
      />
      <div className={css.three}>
        <Select
          label="Owner"
          required
          searchable
          data={members.map((one) => ({ value: one.id, label: one.displayName }))}
          value={owner}
          onChange={setOwner}
        />
        <TextInput
          label="Due"
          type="datetime-local"
          required
          min={toLocalInput(serverNow(), zone)}
          value={due}
          onChange={(event) => setDue(event.currentTarget.value)}
        />
        <Select
          label="Kind"
          required
          searchable
          allowDeselect={false}
          data={
            kinds.data?.taskKinds.map((one) => ({ value: one.code, label: one.name })) ?? [
              { value: kind, label: "…" },
            ]
          }
          value={kind}
          onChange={(value) => value && setKind(value)}
        />
      </div>
      <div className={css.decideFoot}>
        {soon(zone).map((one) => (
          <button
            key={one.words}
            type="button"
            className={css.soon}
            aria-pressed={due === one.value}
            onClick={() => setDue(one.value)}
          >
            {one.words}
          </button>
        ))}
        <span className={css.grow} />
        <Button variant="default" onClick={props.onClose}>
          Discard
        </Button>
        <Button type="submit" loading={busy} disabled={!owner || !title.trim() || !due}>
          Save the decision
        </Button>
      </div>
    </form>
  );
}

/** By the end of today while it is not late, tomorrow noon, in a week: in the team's time. */
function soon(zone: string): { words: string; value: string }[] {
  const now = serverNow();
  const on = (days: number, time: string) => `${localDate(now + days * day, zone)}T${time}`;
  const today = on(0, "17:00");
  return [
    ...(toLocalInput(now, zone) < on(0, "16:30") ? [{ words: "Today 17:00", value: today }] : []),
    { words: "Tomorrow 12:00", value: on(1, "12:00") },
    { words: "In a week", value: on(7, "12:00") },
  ];
}

/** What the item is about, where that says it; a call otherwise. */
const kindFor = (item: Item): string =>
  item.task?.kind ?? item.reasons.find((reason) => reason.task)?.task?.kind ?? "OUTREACH_CALL";

/** Who is responsible for the patient, where they are of the team; else whoever writes. */
function ownerFor(item: Item, members: { id: string }[], me: string | null): string | null {
  const coordinator = item.patient?.coordinator?.id;
  return [coordinator, me].find((id) => id && members.some((one) => one.id === id)) ?? null;
}
