import { expect, test } from "vitest";
import { isNews } from "./alerts";

const alert = (startedAt: string | null) => ({
  openReviews: startedAt ? 1 : 0,
  newest: startedAt ? { id: startedAt, startedAt, staff: { id: "s", displayName: "Ana" } } : null,
});

test("a new emergency is news; an older one that is now the newest is not", () => {
  const nine = alert("2026-11-22T09:00:00Z");
  const ten = alert("2026-11-22T10:00:00Z");

  expect(isNews(nine, ten)).toBe(true);
  expect(isNews(alert(null), nine)).toBe(true);
  expect(isNews(ten, ten)).toBe(false);
  expect(isNews(ten, nine)).toBe(false);
  expect(isNews(ten, alert(null))).toBe(false);
});
