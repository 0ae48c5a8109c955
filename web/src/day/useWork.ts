/** What happens to the task that is next: by a key, a button, or a dialog. */
import { useState } from "react";
import { clock, serverNow } from "../lib/time";
import type { Task } from "../live/merge";
import { useTeam } from "../live/Team";
import { useTaskActions } from "../task/useTaskActions";
import { toast } from "../ui/toast";
import type { Calling } from "./CallDialog";
import { type Batch, type Day, type Item, minutesSince } from "./queue";
import { useDayActions } from "./useDayActions";
import type { DayKey } from "./useDayKeys";

/** A parked call is called back so much later. */
const parkedFor = 30 * 60_000;

export type Dialog =
  | { is: "complete" | "hold"; item: Item }
  | { is: "minutes"; item: Item; patient: { id: string; displayName: string } }
  | { is: "call"; of: Calling }
  | { is: "help" };

type Around = {
  day: Day;
  items: readonly Item[];
  item: Item | null;
  read(): void;
  onOpen(task: string): void;
  onNext(): void;
  onSkip(id: string): void;
};

export type Work = ReturnType<typeof useWork>;

export function useWork(around: Around) {
  const { item, items, day, read } = around;
  const { store, zone } = useTeam();
  const tasks = useTaskActions();
  const actions = useDayActions(read);
  const [dialog, setDialog] = useState<Dialog | null>(null);
  /** The tasks that something is on its way for. */
  const [under, setUnder] = useState<ReadonlySet<string>>(new Set());
  const [started, setStarted] = useState<ReadonlyMap<string, number>>(new Map());

  const busy = item !== null && under.has(item.task.id);
  const startedAt = (id: string) => started.get(id) ?? null;
  const minutesOf = (id: string) => {
    const at = startedAt(id);
    return at === null ? null : minutesSince(at, serverNow());
  };
  const open = (next: Dialog) => setDialog(next);

  async function during<T>(id: string, work: () => Promise<T>): Promise<T> {
    setUnder((was) => new Set(was).add(id));
    try {
      return await work();
    } finally {
      setUnder((was) => new Set([...was].filter((one) => one !== id)));
    }
  }

  async function start(task: Task) {
    if (task.status === "IN_PROGRESS") return around.onOpen(task.id);
    await during(task.id, async () => {
      if (!task.claim) await tasks.claim(task);
      // As it is after the claim; somebody may have been faster.
      const mine = store.read().state.tasks.get(task.id) ?? task;
      const begun = mine.claim ? await tasks.start(mine) : null;
      if (begun) setStarted((was) => new Map(was).set(task.id, serverNow()));
    });
    read();
  }

  /** The one call that is good for all of a batch, or for what else there is about this patient. */
  function callFor(item: Item) {
    if (!item.patient) return toast("bad", "This work is about nobody whom one could call.");
    const calls = day.batches.filter(({ kind }) => kind !== "PHARMACY");
    const together = calls.find((batch) => batch.tasks.some(({ id }) => id === item.task.id));
    const ids = new Set([item.task.id, ...(together?.tasks.map(({ id }) => id) ?? [])]);
    const { id, displayName } = item.patient;
    open({
      is: "call",
      of: {
        patient: { id, displayName },
        phone: item.phone ?? null,
        items: items.filter(({ task }) => ids.has(task.id)),
        minutes: minutesOf(item.task.id),
      },
    });
  }

  function callBatch(batch: Batch) {
    const [patient] = batch.patients;
    if (!patient) return;
    open({ is: "call", of: { patient, phone: batch.phone ?? null, items: batch.items, minutes: null } });
  }

  async function park(item: Item) {
    const { patient, task } = item;
    if (!patient || !task.claim) return;
    const at = serverNow() + parkedFor;
    const refused = await during(task.id, () =>
      actions.call(patient, {
        outcome: "PARKED",
        credits: [{ taskId: task.id, done: false }],
        callBackAt: new Date(at).toISOString(),
      }),
    );
    if (refused) return toast("bad", refused.message);
    toast("good", `Parked. Call ${patient.displayName} back at ${clock(at, zone)}.`);
    around.onSkip(task.id);
    around.onNext();
  }

  function act(key: DayKey) {
    if (!item) return;
    // What is on its way is not sent twice; everything else, and all other work, goes on meanwhile.
    if (busy && (key === "Enter" || key === "k")) return;
    const { task, patient } = item;
    const mine = task.claim !== null;
    switch (key) {
      case "Enter":
        return void start(task);
      case "o":
        return around.onOpen(task.id);
      case "c":
        return mine ? open({ is: "complete", item }) : toast("bad", "Take it first: press Enter.");
      case "h":
        return mine ? open({ is: "hold", item }) : toast("bad", "Take it first: press Enter.");
      case "n":
        return patient ? open({ is: "minutes", item, patient }) : toast("bad", "This work is about nobody.");
      case "p":
        return callFor(item);
      case "k":
        return mine ? void park(item) : toast("bad", "Take it first: press Enter.");
      case "s":
        around.onSkip(task.id);
        return around.onNext();
    }
  }

  /** Completed, with minutes if they were asked for. */
  async function complete(item: Item, note: string | null, minutes: number | null): Promise<boolean> {
    const done = await tasks.complete(item.task, note);
    if (done && minutes && item.patient) {
      const refused = await actions.log(item.patient, { taskId: item.task.id, minutes, note });
      if (refused) toast("bad", `The minutes were not logged: ${refused.message}`);
    }
    if (done) around.onNext();
    read();
    return done !== null;
  }

  async function hold(item: Item, reason: string): Promise<boolean> {
    const held = await tasks.hold(item.task, reason);
    if (held) around.onNext();
    read();
    return held !== null;
  }

  const close = () => setDialog(null);
  return { dialog, open, close, busy, act, callBatch, complete, hold, actions, startedAt, minutesOf };
}
