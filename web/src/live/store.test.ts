import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TeamStore } from "./store";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("news are told at most once in a frame's time, what a person does at once", () => {
  const store = new TeamStore("team_a");
  let told = 0;
  store.subscribe(() => told++);

  store.connect({ lastItemAt: 1 });
  store.connect({ lastItemAt: 2 });
  expect(told).toBe(1);
  const answered = store.expect({ taskId: "task_a" } as never);
  expect(told).toBe(2);
  vi.advanceTimersByTime(50);
  expect(told).toBe(2);

  answered();
  expect(told).toBe(3);
});
