/** A day of a board as a film: the board that it began with, and each thing that happened. Pure. */
import { type FragmentType, readFragment } from "../gql";
import type { ReplayKind } from "../gql/enums";
import type { PatientThenFragment, TaskThenFragment } from "../gql/graphql";
import type { Patient, Task } from "../live/merge";
import { PatientThen, TaskThen } from "./documents";

export type Frame = {
  readonly tasks: ReadonlyMap<string, Task>;
  readonly patients: ReadonlyMap<string, Patient>;
};

export type Scene = {
  cursor: string;
  at: number;
  kind: ReplayKind;
  by: string | null;
  task: Task | null;
  patient: Patient | null;
  gone: string | null;
};

export type Film = {
  from: number;
  until: number;
  keptSince: number;
  dayStartedAt: string;
  zone: string;
  start: Frame;
  scenes: readonly Scene[];
};

type RawTask = FragmentType<typeof TaskThen>;
type RawPatient = FragmentType<typeof PatientThen>;

export type RawScene = {
  cursor: string;
  at: string;
  kind: ReplayKind;
  nodeId: string | null;
  actor: { displayName: string } | null;
  task: RawTask | null;
  patient: RawPatient | null;
};

/** In the shape of a live card, with which nothing can be done. */
function taskOf(then: TaskThenFragment): Task {
  const { holder, claimedAt, leaseUntil, patient, ...rest } = then;
  return {
    ...rest,
    __typename: "Task",
    viewerCanClaim: false,
    viewerCanAssign: false,
    careTeam: { id: "" },
    claim: holder && claimedAt ? { at: claimedAt, leaseUntil, by: holder } : null,
    patientId: patient ? readFragment(PatientThen, patient).id : null,
  } as unknown as Task;
}

function patientOf(then: PatientThenFragment): Patient {
  const { careTeamId, ...rest } = then;
  return {
    ...rest,
    __typename: "Patient",
    careTeam: careTeamId ? { id: careTeamId } : null,
  } as unknown as Patient;
}

/** A task with the patient as they were then. */
function readTask(raw: RawTask): { task: Task; patient: Patient | null } {
  const then = readFragment(TaskThen, raw);
  const patient = then.patient ? patientOf(readFragment(PatientThen, then.patient)) : null;
  return { task: taskOf(then), patient };
}

export function frameOf(tasks: readonly RawTask[], patients: readonly RawPatient[]): Frame {
  const read = tasks.map(readTask);
  const all = [
    ...read.flatMap(({ patient }) => (patient ? [patient] : [])),
    ...patients.map((raw) => patientOf(readFragment(PatientThen, raw))),
  ];
  return {
    tasks: new Map(read.map(({ task }) => [task.id, task])),
    patients: new Map(all.map((patient) => [patient.id, patient])),
  };
}

export function sceneOf(raw: RawScene): Scene {
  const read = raw.task ? readTask(raw.task) : null;
  return {
    cursor: raw.cursor,
    at: Date.parse(raw.at),
    kind: raw.kind,
    by: raw.actor?.displayName ?? null,
    task: read?.task ?? null,
    patient: raw.patient ? patientOf(readFragment(PatientThen, raw.patient)) : (read?.patient ?? null),
    gone: raw.nodeId,
  };
}

function applied(tasks: Map<string, Task>, patients: Map<string, Patient>, scene: Scene) {
  if (scene.task) tasks.set(scene.task.id, scene.task);
  if (scene.patient) patients.set(scene.patient.id, scene.patient);
  if (scene.gone) {
    tasks.delete(scene.gone);
    patients.delete(scene.gone);
  }
}

/** Frames to begin from, so that any moment is at most this many scenes away. */
const step = 100;

/** Shows the board after so many scenes. */
export class Projector {
  private readonly frames: Frame[];

  constructor(private readonly film: Film) {
    this.frames = [film.start];
  }

  after(scenes: number): Frame {
    const wanted = Math.min(Math.max(scenes, 0), this.film.scenes.length);
    while (this.frames.length <= Math.floor(wanted / step)) {
      const last = this.frames.length - 1;
      this.frames.push(this.play(this.frames[last] as Frame, last * step, (last + 1) * step));
    }
    const nearest = Math.floor(wanted / step);
    return this.play(this.frames[nearest] as Frame, nearest * step, wanted);
  }

  private play(frame: Frame, from: number, to: number): Frame {
    if (from === to) return frame;
    const tasks = new Map(frame.tasks);
    const patients = new Map(frame.patients);
    for (const scene of this.film.scenes.slice(from, to)) applied(tasks, patients, scene);
    return { tasks, patients };
  }
}

/** How many scenes there are up to a moment. */
export function scenesUntil(scenes: readonly Scene[], at: number): number {
  let low = 0;
  let high = scenes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((scenes[middle] as Scene).at <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
