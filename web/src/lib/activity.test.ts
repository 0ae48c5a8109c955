import { afterEach, expect, test, vi } from "vitest";
import { act, tell } from "./activity";
import { fetchWithin } from "./api";

afterEach(() => vi.unstubAllGlobals());

const start = Date.now() + 1_000_000;

test("a request speaks for a person who just did something, and only then", () => {
  act(start);

  expect(tell(start + 4_000)).toBe(true);
  expect(tell(start + 6_000)).toBe(false);
});

test("what nobody has told yet is told by the first request, however late", () => {
  act(start + 100_000);

  expect(tell(start + 150_000)).toBe(true);
  expect(tell(start + 150_001)).toBe(false);
});

test("a request that an event caused says that it is none of a person's", async () => {
  const sent: Headers[] = [];
  vi.stubGlobal("fetch", async (_: unknown, init: RequestInit) => {
    sent.push(new Headers(init.headers));
    return new Response("{}");
  });
  act(Date.now() - 3_600_000);
  tell(start + 200_000);

  await fetchWithin(1_000)("/graphql", { headers: { accept: "application/json" } });
  act();
  await fetchWithin(1_000)("/graphql", {});

  expect(sent.map((headers) => headers.get("huddle-passive"))).toEqual(["1", null]);
  expect(sent[0]?.get("accept")).toBe("application/json");
});
