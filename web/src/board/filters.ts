/** What of the board's state stands in the address: filters, and what is open beside the board. */
import type { TaskPriority } from "../gql/enums";
import { priorities } from "../task/words";
import type { Filters } from "./columns";

export type BoardSearch = {
  kind?: string;
  priority?: TaskPriority;
  overdue?: true;
  of?: string;
  holder?: string;
  patient?: string;
  task?: string;
};

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);

/** Takes from the address what we know and leaves out the rest. */
export function readSearch(raw: Record<string, unknown>): BoardSearch {
  const search: BoardSearch = {};
  const [kind, of, holder, patient, task] = [raw.kind, raw.of, raw.holder, raw.patient, raw.task].map(text);
  if (kind) search.kind = kind;
  if (priorities.some((one) => one === raw.priority)) search.priority = raw.priority as TaskPriority;
  if (raw.overdue === true || raw.overdue === "true") search.overdue = true;
  if (of) search.of = of;
  if (holder) search.holder = holder;
  if (patient) search.patient = patient;
  if (task) search.task = task;
  return search;
}

export const filtersOf = (search: BoardSearch): Filters => ({
  kind: search.kind ?? null,
  priority: search.priority ?? null,
  overdue: search.overdue ?? false,
  of: search.of ?? null,
  holder: search.holder ?? null,
});

export const anyFilter = (search: BoardSearch) =>
  Boolean(search.kind || search.priority || search.overdue || search.of || search.holder);
