/** The words of a day. */
import type { CallOutcome, DayBatchKind, DayCriterion, DayReasonKind, DayWaitingKind } from "../gql/enums";
import type { MyDayQuery } from "../gql/graphql";
import { moment } from "../lib/time";

type Reason = MyDayQuery["myDay"]["queue"][number]["why"][number];

/** A reason with its moment and its person: Due today, 14:30 · Given to you by Cora Lane. */
export function reasonWords(reason: Reason, now: number, zone: string): string {
  const at = reason.at && shows.includes(reason.kind) ? moment(reason.at, now, zone) : null;
  switch (reason.kind) {
    case "OVERDUE":
      return at ? `Overdue since ${at}` : reason.words;
    case "GIVEN":
      return reason.by ? `Given to you by ${reason.by.displayName}` : reason.words;
    case "PROMISED":
      return reason.by ? `${reason.by.displayName} said when` : reason.words;
    default:
      return at ? `${reason.words}, ${at}` : reason.words;
  }
}

const shows: DayReasonKind[] = ["OVERDUE", "DUE_SOON", "DUE_TODAY"];

/** How loud a reason is. */
export const toneOf = (kind: DayReasonKind): "bad" | "warn" | "info" | "quiet" => {
  if (kind === "STAT" || kind === "OVERDUE") return "bad";
  if (kind === "DUE_SOON" || kind === "PRIORITY" || kind === "ON_HOLD") return "warn";
  if (kind === "MINE" || kind === "OPEN") return "quiet";
  return "info";
};

/** Before the next one, because … */
export const aheadWords: Record<DayCriterion, string> = {
  STAT: "it is STAT",
  HELD: "you hold it",
  BEGUN: "you have begun it",
  CLOCK: "its clock is nearer",
  PRIORITY: "its priority is higher",
  PROMISE: "somebody counts on it",
  TIER: "the patient’s risk is higher",
  DUE_TIME: "it is due earlier",
  AGE: "it waits longer",
};

export const waitingWords: Record<DayWaitingKind, string> = {
  ON_HOLD: "You put it on hold",
  HANDED_OVER: "You handed it over",
  TAKE_OVER: "You asked to take it over",
  GIVEN: "You gave it away",
  ASKED: "You asked for it",
  MY_PATIENT: "For your patient",
};

export const outcomeWords: Record<CallOutcome, string> = {
  REACHED: "Reached",
  LEFT_MESSAGE: "Left a message",
  NO_ANSWER: "No answer",
  WRONG_NUMBER: "Wrong number",
  DECLINED: "Did not want to talk",
  PARKED: "Parked",
};

export const outcomes: CallOutcome[] = [
  "REACHED",
  "LEFT_MESSAGE",
  "NO_ANSWER",
  "WRONG_NUMBER",
  "DECLINED",
  "PARKED",
];

export const batchWords: Record<DayBatchKind, string> = {
  CALL: "One call",
  HOUSEHOLD: "Household",
  PHARMACY: "Pharmacy",
};
