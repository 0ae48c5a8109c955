/** What changed, in one sentence. Pure. */
import type { Task } from "../live/merge";
import { statusWords as patientWords } from "../patient/words";
import { priorityWords } from "../task/words";
import type { Frame, Scene } from "./film";

/** What a scene did to the board that was there before it. */
export function whatChanged(scene: Scene, before: Frame): string {
  const who = scene.by;
  switch (scene.kind) {
    case "TASK_CHANGED":
      return scene.task ? ofTask(scene.task, before.tasks.get(scene.task.id) ?? null, who) : "A task changed";
    case "PATIENT_CHANGED": {
      const { patient } = scene;
      const was = patient ? before.patients.get(patient.id) : null;
      if (!patient) return "A patient changed";
      const name = patient.displayName;
      if (!was) return `${name} came onto the board`;
      if (was.status !== patient.status)
        return `${name}: ${patientWords[was.status]} → ${patientWords[patient.status]}`;
      if (was.coordinator?.id !== patient.coordinator?.id)
        return patient.coordinator
          ? `${patient.coordinator.displayName} became coordinator of ${name}`
          : `${name} has no coordinator any more`;
      return `${name} was updated`;
    }
    case "CARE_TEAM_CHANGED":
      return `${who ?? "Somebody"} changed the team`;
    case "NODE_REMOVED": {
      const task = before.tasks.get(scene.gone ?? "");
      const patient = before.patients.get(scene.gone ?? "");
      if (task) return `“${task.title}” left the board`;
      return patient ? `${patient.displayName} left the board` : "Something left the board";
    }
  }
}

function ofTask(now: Task, was: Task | null, who: string | null): string {
  const title = `“${now.title}”`;
  const somebody = who ?? "Somebody";
  if (!was) return who ? `${who} added ${title}` : `${title} was added`;
  if (now.status !== was.status) {
    switch (now.status) {
      case "READY":
        if (!who) return `The claim of ${title} ran out`;
        return was.status === "DRAFT" ? `${who} opened ${title} to the team` : `${who} gave ${title} back`;
      case "ACCEPTED": {
        const holder = now.claim?.by.displayName ?? "somebody";
        return holder === who ? `${who} took ${title}` : `${somebody} gave ${title} to ${holder}`;
      }
      case "IN_PROGRESS":
        return was.status === "ON_HOLD" ? `${somebody} resumed ${title}` : `${somebody} started ${title}`;
      case "ON_HOLD":
        return `${somebody} put ${title} on hold${now.statusReason ? `: ${now.statusReason}` : ""}`;
      case "COMPLETED":
        return `${somebody} finished ${title}`;
      case "CANCELLED":
        return `${somebody} cancelled ${title}`;
      case "FAILED":
        return `${somebody} could not do ${title}`;
      case "ENTERED_IN_ERROR":
        return `${somebody} took ${title} back as entered in error`;
      case "DRAFT":
        return `${title} became a draft`;
    }
  }
  if (now.claim?.by.id !== was.claim?.by.id && now.claim)
    return `${somebody} gave ${title} to ${now.claim.by.displayName}`;
  if (now.dueState !== was.dueState && !who)
    return now.dueState === "OVERDUE" ? `${title} became overdue` : `${title} became due`;
  if (now.priority !== was.priority) return `${somebody} made ${title} ${priorityWords[now.priority]}`;
  if (now.title !== was.title) return `${somebody} renamed “${was.title}” to ${title}`;
  if (now.dueAt !== was.dueAt) return `${somebody} changed when ${title} is due`;
  return `${somebody} worked on ${title}`;
}
