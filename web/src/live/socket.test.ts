// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openSocket, type Socket, spread } from "./socket";

/** A server at the other end of each connection, which acknowledges and may hang up. */
class Line extends EventTarget {
  static opened: Line[] = [];
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  readyState = 0;
  onopen = () => {};
  onclose = (_: unknown) => {};
  onerror = () => {};
  onmessage = (_: { data: string }) => {};

  constructor() {
    super();
    Line.opened.push(this);
    setTimeout(() => {
      this.readyState = Line.OPEN;
      this.onopen();
    }, 1);
  }

  send(text: string) {
    const answer = { connection_init: "connection_ack", ping: "pong" }[JSON.parse(text).type as string];
    if (answer) setTimeout(() => this.onmessage({ data: JSON.stringify({ type: answer }) }), 1);
  }

  close(code = 1000) {
    this.hangUp(code);
  }

  hangUp(code: number) {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.onclose({ code, reason: "", wasClean: true });
  }
}

let socket: Socket;
const last = () => Line.opened.at(-1) as Line;
const connections = () => Line.opened.length;

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Line);
  Line.opened = [];
  socket = openSocket("ws://huddle.test/graphql");
  socket.subscribe({ query: "subscription { x }" }, { next: () => {}, end: () => {} });
  await vi.advanceTimersByTimeAsync(10);
});

afterEach(() => {
  socket.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a cut is mended within a second, however often", async () => {
  for (let n = 1; n <= 60; n++) {
    expect(connections()).toBe(n);
    last().hangUp(1006);
    await vi.advanceTimersByTimeAsync(1_000);
  }
});

test("a server that is away is tried for ever, every ten seconds at least", async () => {
  const away = vi.spyOn(Line.prototype, "send").mockImplementation(function (this: Line) {
    this.hangUp(1006);
  });
  last().hangUp(1006);
  await vi.advanceTimersByTimeAsync(60 * 60_000);
  expect(connections()).toBeGreaterThan(360);

  away.mockRestore();
  await vi.advanceTimersByTimeAsync(11_000);
  expect(last().readyState).toBe(Line.OPEN);
});

test.each([1001, 1012])("after %s the wait is spread, and never none", async (code) => {
  last().hangUp(code);
  await vi.advanceTimersByTimeAsync(490);
  expect(connections()).toBe(1);
  await vi.advanceTimersByTimeAsync(4_600);
  expect(connections()).toBe(2);
  expect([spread(() => 0), spread(() => 1)]).toEqual([500, 5_000]);
});

test("who waits is told when the line is open again", async () => {
  const opened = vi.fn();
  socket.onOpen(opened);

  last().hangUp(1006);
  await vi.advanceTimersByTimeAsync(1_000);

  expect(opened).toHaveBeenCalledTimes(1);
});

test("the browser that is online again connects at once", async () => {
  last().hangUp(1012);
  await vi.advanceTimersByTimeAsync(0);

  window.dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(10);

  expect(connections()).toBe(2);
});

test("a machine that slept takes a new line, one that did not keeps its own", async () => {
  await vi.advanceTimersByTimeAsync(60_000);
  expect(connections()).toBe(1);

  vi.setSystemTime(Date.now() + 10 * 60_000);
  await vi.advanceTimersByTimeAsync(5_100);

  expect(connections()).toBe(2);
});
