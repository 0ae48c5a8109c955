/** The huddle in the words that the team uses. Pure. */
import type { HuddleItemState, HuddleReasonCode, HuddleSection, HuddleSlot } from "../gql/enums";

export const sectionWords: Record<HuddleSection, string> = {
  UNFINISHED: "Unfinished from before",
  HOSPITAL: "In hospital",
  DISCHARGES: "Discharged",
  VISITS: "Visits today",
  WORK: "Overdue or unheld work",
  RISK: "At risk, not heard of",
  ROLLED_OVER: "Left from last time",
  ADDED: "Added by the team",
};

export const stateWords: Record<HuddleItemState, string> = {
  OPEN: "Not discussed",
  DISCUSSED: "Discussed",
  DEFERRED: "Deferred",
  ABSENT: "Absent",
};

export const slotWords: Record<HuddleSlot, string> = { AM: "Morning huddle", PM: "Afternoon huddle" };

/** How loud a reason is said. */
export const toneOf: Record<HuddleReasonCode, "loud" | "bad" | "warn" | "info" | "plain"> = {
  ED_VISIT: "loud",
  ADMISSION: "loud",
  OVERDUE: "bad",
  DECISION_OPEN: "warn",
  UNOWNED: "warn",
  VISIT_UNCONFIRMED: "warn",
  NO_TOUCH: "warn",
  DISCHARGE: "info",
  VISIT: "info",
  GAP: "info",
  ROLLED_OVER: "plain",
  ADDED: "plain",
};

/** 0:05 · 12:40 · 1:02:03, for a clock that runs. */
export function digits(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n: number) => String(n).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = two(whole % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** How a clock stands to its measure: fine, in the last fifth, or over. */
export function paceOf(seconds: number, measure: number): "fine" | "near" | "over" {
  if (seconds > measure) return "over";
  return seconds >= measure * 0.8 ? "near" : "fine";
}

/** `of 1:30` while there is time, `0:12 over` when there is none. */
export const againstMeasure = (seconds: number, measure: number): string =>
  seconds > measure ? `${digits(seconds - measure)} over ${digits(measure)}` : `of ${digits(measure)}`;

/** 1 decision · 3 decisions */
export const count = (n: number, one: string, more = `${one}s`): string => `${n} ${n === 1 ? one : more}`;
