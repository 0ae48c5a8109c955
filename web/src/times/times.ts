/** Times as numbers to draw, and in words. Pure. */
import { type FragmentType, readFragment } from "../gql";
import type { TaskStatus } from "../gql/enums";
import type { WorkTimeNumbersFragment } from "../gql/graphql";
import { WorkTimeNumbers, WorkTimesOfGroup } from "./documents";

export type Measure = "firstTouch" | "claim" | "completion";
export const measures: Measure[] = ["firstTouch", "claim", "completion"];

export const measureWords: Record<Measure, { name: string; means: string }> = {
  firstTouch: {
    name: "First touch",
    means: "From when the team could take a task until a person did anything with it for the first time.",
  },
  claim: {
    name: "Claim",
    means: "From when the team could take a task until somebody held it for the first time.",
  },
  completion: {
    name: "Completion",
    means: "From when the team could take a task until it was done.",
  },
};

export type Times = WorkTimeNumbersFragment;
export type Group = Record<Measure, Times> & {
  key: string;
  name: string;
  tasks: number;
  open: number;
  inStatus: { status: TaskStatus; seconds: number }[];
};

export function readGroup(raw: FragmentType<typeof WorkTimesOfGroup>): Group {
  const { key, name, tasks, open, firstTouch, claim, completion, timeInStatus } = readFragment(
    WorkTimesOfGroup,
    raw,
  );
  const numbers = (of: FragmentType<typeof WorkTimeNumbers>) => readFragment(WorkTimeNumbers, of);
  return {
    key,
    name,
    tasks,
    open,
    firstTouch: numbers(firstTouch),
    claim: numbers(claim),
    completion: numbers(completion),
    inStatus: timeInStatus,
  };
}

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** 40 s · 12 min · 2 h 05 min · 3 d 4 h */
export function length(seconds: number): string {
  if (seconds < minute) return `${seconds} s`;
  if (seconds < hour) return `${Math.round(seconds / minute)} min`;
  if (seconds < day) {
    const minutes = Math.round((seconds % hour) / minute);
    const hours = Math.floor(seconds / hour) + (minutes === 60 ? 1 : 0);
    return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${String(minutes).padStart(2, "0")} min`;
  }
  const hours = Math.round((seconds % day) / hour);
  const days = Math.floor(seconds / day) + (hours === 24 ? 1 : 0);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours} h`;
}

/** What a cell of a table says: a time, or why there is none. */
export function cell(times: Times, value: number | null): string {
  if (value !== null) return length(value);
  if (times.tooFew) return "too few";
  return times.reached + times.waiting + times.ended === 0 ? "–" : "not yet";
}

/** Round times at which an axis is marked. */
export const marks = [
  minute,
  5 * minute,
  15 * minute,
  hour,
  4 * hour,
  12 * hour,
  day,
  3 * day,
  7 * day,
  28 * day,
];

/** From the mark below the least to the mark above the most. */
export function domain(values: readonly number[]): [number, number] {
  const known = values.filter((value) => value > 0);
  if (known.length === 0) return [minute, day];
  const least = Math.min(...known);
  const most = Math.max(...known);
  const below = [...marks].reverse().find((mark) => mark <= least) ?? Math.max(1, least * 0.8);
  const above = marks.find((mark) => mark >= most) ?? most * 1.1;
  return below === above ? [below / 2, above * 2] : [below, above];
}

export type Period = { from: string; to: string };

/** So many days up to and with today. */
export function lastDays(days: number, today: string): Period {
  const to = Date.parse(`${today}T00:00Z`);
  return { from: new Date(to - (days - 1) * 86_400_000).toISOString().slice(0, 10), to: today };
}

/** A run of days is read by the day, a longer one by the week. */
export const stepOf = ({ from, to }: Period): "DAY" | "WEEK" =>
  (Date.parse(to) - Date.parse(from)) / 86_400_000 <= 21 ? "DAY" : "WEEK";

/** 23 Nov */
export const shortDate = (date: string) =>
  new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", day: "numeric", month: "short" }).format(
    Date.parse(date),
  );
