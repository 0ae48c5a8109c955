/**
 * What a screen knows of one team, and how news changes it: pure functions, no clock, no network.
 *
 * Three sources bring news in any order: the snapshot (a query), the feed, and the answers to our own mutations.
 * The rules that make them agree:
 *  1. A task or patient is replaced only by the same or a higher version (`marks` remembers the highest seen, also
 *     of what has left the team). So nothing ever jumps back.
 *  2. Only the snapshot and the feed decide what belongs to the team. An answer updates what is there and never
 *     inserts: the feed brings what is new.
 *  3. A snapshot replaces everything, but answers that came after its query was sent win by version.
 *     The feed is closed while a snapshot is read and goes on from the snapshot's cursor.
 */
import { type FragmentType, readFragment } from "../gql";
import type {
  HuddleMarkFragment,
  PatientCardFragment,
  TaskCardFragment,
  TeamHeadFragment,
} from "../gql/graphql";
import { PatientCard, TaskCard } from "./documents";

export type Patient = PatientCardFragment;
export type Task = Omit<TaskCardFragment, " $fragmentRefs" | "patient"> & { patientId: string | null };
export type TeamHead = TeamHeadFragment;
export type HuddleMark = HuddleMarkFragment;
export type TaskNews = { task: Task; patient: Patient | null };

export type TeamState = {
  readonly teamId: string;
  readonly head: TeamHead | null;
  readonly tasks: ReadonlyMap<string, Task>;
  /** Patients of the team that need attention, and those named by its tasks. */
  readonly patients: ReadonlyMap<string, Patient>;
  /** Huddles of the team that this screen was told of. */
  readonly huddles: ReadonlyMap<string, HuddleMark>;
  /** What left the team's view, other than its tasks: patients whom tasks here may still name, or a drawer still show. */
  readonly gone: ReadonlySet<string>;
  readonly marks: ReadonlyMap<string, number>;
  /** Answers since a snapshot was asked for; null while none is on its way. */
  readonly reading: ReadonlyMap<string, TaskNews> | null;
};

export type Change =
  | { kind: "reading" }
  | {
      kind: "snapshot";
      head: TeamHead;
      tasks: readonly TaskNews[];
      patients: readonly Patient[];
      huddle: HuddleMark | null;
    }
  | { kind: "task"; from: "feed" | "answer"; news: TaskNews }
  | { kind: "patient"; from: "feed" | "answer"; patient: Patient }
  | { kind: "huddle"; huddle: HuddleMark }
  | { kind: "head"; head: TeamHead }
  | { kind: "removed"; id: string };

export function emptyTeam(teamId: string): TeamState {
  const nothing = new Map<string, never>();
  return {
    teamId,
    head: null,
    tasks: nothing,
    patients: nothing,
    huddles: nothing,
    gone: new Set(),
    marks: nothing,
    reading: null,
  };
}

/** The state after the change: the very same object when the change was stale. */
export function merge(state: TeamState, change: Change): TeamState {
  switch (change.kind) {
    case "reading":
      return { ...state, reading: new Map() };
    case "snapshot":
      return fromSnapshot(state, change);
    case "task":
      return change.from === "feed" ? taskFromFeed(state, change.news) : taskFromAnswer(state, change.news);
    case "patient":
      return withPatient(state, change.patient, change.from === "feed");
    case "huddle":
      return withHuddle(state, change.huddle);
    case "head":
      return { ...state, head: change.head };
    case "removed":
      return without(state, change.id);
  }
}

/** Splits a card as the server sends it into the task and the patient it names. */
export function newsOf(ref: FragmentType<typeof TaskCard>): TaskNews {
  const { patient, ...card } = readFragment(TaskCard, ref);
  const known = readFragment(PatientCard, patient ?? null);
  return { task: { ...card, patientId: known?.id ?? null }, patient: known };
}

function fromSnapshot(state: TeamState, change: Extract<Change, { kind: "snapshot" }>): TeamState {
  let next: TeamState = { ...emptyTeam(state.teamId), head: change.head };
  for (const news of change.tasks) next = taskFromFeed(next, news);
  for (const patient of change.patients) next = withPatient(next, patient, true);
  if (change.huddle) next = withHuddle(next, change.huddle);
  for (const news of state.reading?.values() ?? []) next = taskFromAnswer(next, news);
  return next;
}

function taskFromFeed(state: TeamState, news: TaskNews): TeamState {
  const next = news.patient ? withPatient(state, news.patient, false) : state;
  const { task } = news;
  if (isStale(next, task)) return next;
  if (task.careTeam.id !== state.teamId) return without(raise(next, task), task.id);
  return raise({ ...next, tasks: new Map(next.tasks).set(task.id, task) }, task);
}

function taskFromAnswer(state: TeamState, news: TaskNews): TeamState {
  const { task } = news;
  const kept = state.reading?.get(task.id);
  const reading =
    state.reading && !(kept && kept.task.version > task.version)
      ? new Map(state.reading).set(task.id, news)
      : state.reading;
  const next = { ...state, reading };
  if (state.tasks.has(task.id)) return taskFromFeed(next, news);
  return isStale(next, task) ? next : raise(next, task);
}

function withPatient(state: TeamState, patient: Patient, joins: boolean): TeamState {
  if (isStale(state, patient)) return state;
  const patients = new Map(state.patients).set(patient.id, patient);
  let gone = state.gone;
  if (joins && gone.has(patient.id)) gone = new Set([...gone].filter((id) => id !== patient.id));
  return raise({ ...state, patients, gone }, patient);
}

/** Another object for each piece of news, so that whoever shows the huddle reads it again. */
function withHuddle(state: TeamState, huddle: HuddleMark): TeamState {
  if (isStale(state, huddle)) return state;
  return raise({ ...state, huddles: new Map(state.huddles).set(huddle.id, huddle) }, huddle);
}

function without(state: TeamState, id: string): TeamState {
  if (state.tasks.has(id)) {
    const tasks = new Map(state.tasks);
    tasks.delete(id);
    return { ...state, tasks };
  }
  return state.gone.has(id) ? state : { ...state, gone: new Set(state.gone).add(id) };
}

function isStale(state: TeamState, entity: { id: string; version: number }): boolean {
  return entity.version < (state.marks.get(entity.id) ?? 0);
}

function raise(state: TeamState, entity: { id: string; version: number }): TeamState {
  if (state.marks.get(entity.id) === entity.version) return state;
  return { ...state, marks: new Map(state.marks).set(entity.id, entity.version) };
}
