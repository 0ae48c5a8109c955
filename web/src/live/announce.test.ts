import { expect, test } from "vitest";
import { describe as words } from "./announce";
import type { FeedItem } from "./link";
import { emptyTeam, type Task, type TeamState } from "./merge";

const ana = { id: "staff_ana", displayName: "Ana Ruiz" };
const ben = { id: "staff_ben", displayName: "Ben Okafor" };
const free = {
  id: "t",
  version: 1,
  title: "Call Mrs Diaz",
  status: "READY",
  claim: null,
  isOverdue: false,
} as Task;
const known = (task: Task): TeamState => ({ ...emptyTeam("team"), tasks: new Map([[task.id, task]]) });
const changed = (task: Partial<Task>, actor: typeof ana | null) =>
  ({
    __typename: "TaskChanged",
    cursor: "",
    at: "",
    actor,
    task: { ...free, version: 2, ...task },
  }) as unknown as FeedItem;
const claim = (by: typeof ana) => ({ at: "", leaseUntil: null, lapsesSoon: false, by });

test("says who took what", () => {
  expect(words(known(free), changed({ status: "ACCEPTED", claim: claim(ana) }, ana), ben.id)).toBe(
    "Ana Ruiz took “Call Mrs Diaz”",
  );
});

test("is silent about my own doing and about what is known already", () => {
  expect(words(known(free), changed({ status: "ACCEPTED", claim: claim(ben) }, ben), ben.id)).toBeNull();
  expect(words(known({ ...free, version: 2 } as Task), changed({}, ana), ben.id)).toBeNull();
});

test("says what time itself did", () => {
  expect(words(known(free), changed({ isOverdue: true }, null), ben.id)).toBe("“Call Mrs Diaz” is overdue");
});

test("tells a taking from a giving", () => {
  expect(words(known(free), changed({ status: "ACCEPTED", claim: claim(ben) }, ana), "staff_else")).toBe(
    "Ana Ruiz gave “Call Mrs Diaz” to Ben Okafor",
  );
});
