/** The one place that puts times into words. Everything is said in the care team's time zone, on a 24-hour clock. */

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

let offset = 0;

/** The server's clock as this screen knows it: a shared screen with a wrong clock still counts right. */
export const serverNow = () => Date.now() + offset;

/** Tells the difference from a feed item that has just come in. Small differences are the way of the network. */
export function learnServerTime(at: string) {
  const seen = Date.parse(at) - Date.now();
  offset = Math.abs(seen - offset) < 2_000 ? offset : seen;
  if (Math.abs(offset) < 2_000) offset = 0;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string, name: string, options: Intl.DateTimeFormatOptions) {
  const key = `${zone} ${name}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", ...options });
  formats.set(key, made);
  return made;
}

const clockFormat = (zone: string) => format(zone, "clock", { hour: "2-digit", minute: "2-digit" });
const weekdayFormat = (zone: string) => format(zone, "weekday", { weekday: "short" });
const dateFormat = (zone: string) => format(zone, "date", { day: "numeric", month: "short" });
const isoDateFormat = (zone: string) =>
  new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });

/** 2026-11-21, where the team is. */
export const localDate = (at: number, zone: string) => isoDateFormat(zone).format(at);

/** 14:30 */
export const clock = (at: number | string, zone: string) => clockFormat(zone).format(new Date(at));

/** Sat 21 Nov 2026, 14:30 */
export function exact(at: string, zone: string): string {
  const date = new Date(at);
  const words = format(zone, "exact", { weekday: "short", day: "numeric", month: "short", year: "numeric" });
  return `${words.format(date).replace(",", "")}, ${clock(at, zone)}`;
}

/** Saturday 21 November */
export const longDay = (at: number, zone: string) =>
  format(zone, "long", { weekday: "long", day: "numeric", month: "long" }).format(at).replace(",", "");

const daysBetween = (from: number, to: number, zone: string) =>
  Math.round((Date.parse(localDate(to, zone)) - Date.parse(localDate(from, zone))) / day);

/** 14:30 · tomorrow 09:00 · yesterday 16:10 · Mon 09:00 · 3 Dec 09:00 */
export function moment(at: string, now: number, zone: string): string {
  const then = Date.parse(at);
  const days = daysBetween(now, then, zone);
  const time = clock(then, zone);
  if (days === 0) return time;
  if (days === 1) return `tomorrow ${time}`;
  if (days === -1) return `yesterday ${time}`;
  if (days > 1 && days < 7) return `${weekdayFormat(zone).format(then)} ${time}`;
  return `${dateFormat(zone).format(then)} ${time}`;
}

/** 45 s · 12 min · 2 h · 3 days */
export function span(ms: number): string {
  if (ms < minute) return `${Math.max(0, Math.floor(ms / 1000))} s`;
  if (ms < hour) return `${Math.floor(ms / minute)} min`;
  if (ms < 2 * day) return `${Math.floor(ms / hour)} h`;
  return `${Math.floor(ms / day)} days`;
}

/** just now · 12 s ago · 5 min ago · 2 h ago · yesterday 16:10 */
export function ago(at: string, now: number, zone: string): string {
  const gone = now - Date.parse(at);
  if (gone < 2_000) return "just now";
  if (gone < 12 * hour) return `${span(gone)} ago`;
  return moment(at, now, zone);
}

/** 45 s · 4 min 05 s · 1 h 02 min, for what runs out while one looks. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (n: number) => String(n).padStart(2, "0");
  if (seconds < 60) return `${seconds}\u00a0s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}\u00a0min ${two(seconds % 60)}\u00a0s`;
  return `${Math.floor(seconds / 3600)} h ${two(Math.floor((seconds % 3600) / 60))}\u00a0min`;
}

/** since 09:14, for a status: 12 min · 2 h · 3 days */
export const since = (at: string, now: number) => span(Math.max(0, now - Date.parse(at)));

/**
 * due 14:30 · due tomorrow 09:00 · due now · 2 h overdue. Whether it is overdue is the server's word (an event at
 * that very moment), only how long is counted here.
 */
export function due(at: string, isOverdue: boolean, now: number, zone: string): string {
  const late = now - Date.parse(at);
  if (isOverdue) return late < minute ? "overdue now" : `${span(late)} overdue`;
  return late > 0 ? "due now" : `due ${moment(at, now, zone)}`;
}

/** Whole years lived, for a date of birth. */
export function age(birthDate: string, now: number, zone: string): number {
  const [year = 0, month = 1, dayOf = 1] = birthDate.split("-").map(Number);
  const [y = 0, m = 1, d = 1] = localDate(now, zone).split("-").map(Number);
  return y - year - (m < month || (m === month && d < dayOf) ? 1 : 0);
}

/** 3 Apr 1961, for a date without a time. */
export const plainDate = (date: string) =>
  format("UTC", "plain", { day: "numeric", month: "short", year: "numeric" }).format(Date.parse(date));

/** What `<input type="datetime-local">` says, taken as the team's local time, in UTC. */
export function fromLocalInput(value: string, zone: string): string {
  const guess = Date.parse(`${value}Z`);
  const shown = (at: number) => Date.parse(`${localDate(at, zone)}T${clock(at, zone)}Z`);
  let at = guess - (shown(guess) - guess);
  at += guess - shown(at);
  return new Date(at).toISOString();
}

/** The same way back: an instant as the input's value. */
export const toLocalInput = (at: number, zone: string) => `${localDate(at, zone)}T${clock(at, zone)}`;
