import * as fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Failure, FailureCode } from "../lib/errors";
import { type Action, isOutage, keepFor, type Loss, Outbox, pauseFor, type Reply, waiting } from "./outbox";

const failure = (code: FailureCode, retryAfter: number | null = null): Failure => ({
  code,
  message: code,
  field: null,
  retryAfter,
  reason: null,
});
const fails = (code: FailureCode, retryAfter: number | null = null): Reply<never> => ({
  data: null,
  failure: failure(code, retryAfter),
});

function stage() {
  const losses: Loss[] = [];
  const said: string[] = [];
  const outbox = new Outbox({
    kept: (words) => said.push(`kept ${words}`),
    saved: (words) => said.push(`saved ${words}`),
    lost: (loss) => losses.push(loss),
  });
  /** An action whose attempts get these answers in turn, the last one for ever. */
  const action = (words: string, replies: Reply<string>[], about: string | null = "task") => {
    const names: string[] = [];
    const at: number[] = [];
    const attempt = async (name: string) => {
      names.push(name);
      at.push(Date.now());
      return (replies.length > 1 ? replies.shift() : replies[0]) as Reply<string>;
    };
    return { names, at, doing: { about, words, attempt } satisfies Action<string> };
  };
  return { outbox, losses, said, action };
}
const done: Reply<string> = { data: "done", failure: null };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("what is answered at once leaves nothing behind and says nothing", async () => {
  const { outbox, losses, said, action } = stage();

  const outcome = await outbox.send(action("claim", [done]).doing);

  expect(outcome).toEqual({ data: "done", failure: null, told: false });
  expect([outbox.read(), losses, said]).toEqual([[], [], []]);
});

test("an outage is waited out under one name", async () => {
  const { outbox, said, action } = stage();
  const claim = action("claim", [fails("NETWORK"), fails("UNAVAILABLE"), done]);

  const sent = outbox.send(claim.doing);
  await vi.advanceTimersByTimeAsync(0);
  expect(waiting(outbox.read()).map((one) => one.words)).toEqual(["claim"]);
  await vi.advanceTimersByTimeAsync(2_000);

  expect((await sent).data).toBe("done");
  expect(claim.names).toHaveLength(3);
  expect(new Set(claim.names).size).toBe(1);
  expect(said).toEqual(["kept claim", "saved claim"]);
});

test("two things have two names", async () => {
  const { outbox, action } = stage();
  const [one, two] = [action("one", [done]), action("two", [done])];

  await Promise.all([outbox.send(one.doing), outbox.send(two.doing)]);

  expect(one.names[0]).not.toBe(two.names[0]);
});

test("what nobody answers for two minutes is given up loudly, and as not sure", async () => {
  const { outbox, losses, action } = stage();

  const sent = outbox.send(action("claim", [fails("NETWORK")]).doing);
  await vi.advanceTimersByTimeAsync(keepFor - 1_000);
  expect(losses).toEqual([]);
  await vi.advanceTimersByTimeAsync(2_000);

  expect((await sent).told).toBe(true);
  expect(losses).toMatchObject([{ words: "claim", sure: false }]);
  expect(outbox.read()).toEqual([]);
});

test("a machine that slept through the two minutes does not send what was asked before", async () => {
  const { outbox, losses, action } = stage();
  const claim = action("claim", [fails("NETWORK"), done]);

  const sent = outbox.send(claim.doing);
  await vi.advanceTimersByTimeAsync(0);
  vi.setSystemTime(Date.now() + 30 * 60_000);
  outbox.wake();
  await sent;

  expect(claim.names).toHaveLength(1);
  expect(losses).toHaveLength(1);
});

test.each(["CONFLICT", "FORBIDDEN", "NOT_FOUND"] as const)("%s after an outage is loud", async (code) => {
  const { outbox, losses, action } = stage();

  const sent = outbox.send(action("claim", [fails("NETWORK"), fails(code)]).doing);
  await vi.advanceTimersByTimeAsync(1_000);

  expect((await sent).told).toBe(true);
  expect(losses).toEqual([{ words: "claim", why: code, sure: true }]);
});

test("a refusal at the first attempt is for whoever asked to say", async () => {
  const { outbox, losses, action } = stage();

  const outcome = await outbox.send(action("claim", [fails("CONFLICT")]).doing);

  expect([outcome.told, losses]).toEqual([false, []]);
});

test("that somebody was faster meanwhile is loud", async () => {
  const { outbox, losses, action } = stage();
  const claim = action("claim", [fails("NETWORK"), done]);

  const sent = outbox.send({ ...claim.doing, lost: () => "Ben was faster" });
  await vi.advanceTimersByTimeAsync(1_000);

  expect((await sent).told).toBe(true);
  expect(losses).toEqual([{ words: "claim", why: "Ben was faster", sure: true }]);
});

test("the line that comes back is used at once", async () => {
  const { outbox, action } = stage();
  const claim = action("claim", [...Array(8).fill(fails("NETWORK")), done]);

  const sent = outbox.send(claim.doing);
  for (let n = 0; n < 8; n++) {
    await vi.advanceTimersByTimeAsync(0);
    outbox.wake();
  }
  await sent;

  expect(claim.names).toHaveLength(9);
  expect(claim.at.at(-1)).toBe(claim.at[0]);
});

test("a time that the server asked for is kept to, also when the line comes back", async () => {
  const { outbox, action } = stage();
  const claim = action("claim", [fails("UNAVAILABLE", 5), done]);

  const sent = outbox.send(claim.doing);
  await vi.advanceTimersByTimeAsync(0);
  outbox.wake();
  await vi.advanceTimersByTimeAsync(4_900);
  expect(claim.names).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1_500);

  expect((await sent).data).toBe("done");
  expect(pauseFor(3, 5, () => 0)).toBe(5_000);
  expect(pauseFor(3, 5, () => 1)).toBe(6_250);
});

test("an answer that takes a second is said to be on its way", async () => {
  const { outbox, action } = stage();
  const hangs: Action<string> = {
    ...action("claim", [done]).doing,
    attempt: () => new Promise((resolve) => setTimeout(() => resolve(done), 3_000)),
  };

  const sent = outbox.send(hangs);
  expect(outbox.read()[0]?.is).toBe("sent");
  await vi.advanceTimersByTimeAsync(1_500);
  expect(outbox.read()[0]?.is).toBe("slow");
  await vi.advanceTimersByTimeAsync(2_000);

  expect((await sent).data).toBe("done");
});

test("what stands upon something lost is not sent, and as loud as that was", async () => {
  const { outbox, losses, action } = stage();
  const start = action("start", [done]);
  const late = [
    outbox.send(action("claim", [fails("NETWORK"), fails("CONFLICT")]).doing),
    outbox.send(start.doing),
  ];
  await vi.advanceTimersByTimeAsync(0);
  expect(waiting(outbox.read()).map((one) => one.words)).toEqual(["claim", "start"]);
  await vi.advanceTimersByTimeAsync(1_000);
  await Promise.all(late);
  expect(losses.map((loss) => loss.words)).toEqual(["claim", "start"]);

  await Promise.all([outbox.send(action("claim", [fails("CONFLICT")]).doing), outbox.send(start.doing)]);

  expect(losses).toHaveLength(2);
  expect(start.names).toEqual([]);
  expect((await outbox.send(start.doing)).data).toBe("done");
});

test("a session that is over sends nothing more", async () => {
  const { outbox, losses, action } = stage();
  const claim = action("claim", [fails("NETWORK"), done]);

  const sent = outbox.send(claim.doing);
  await vi.advanceTimersByTimeAsync(0);
  outbox.close();

  expect((await sent).failure?.code).toBe("UNAUTHENTICATED");
  expect([claim.names.length, losses]).toEqual([1, []]);
});

/** What may become of one attempt. */
const fates = ["done", "request lost", "answer lost", "unavailable", "refused"] as const;
type Fate = (typeof fates)[number];

/** A server that keeps the promise of `clientMutationId`, behind a line that keeps none. */
function server(fate: (words: string) => Fate) {
  const answered = new Set<string>();
  const effects: { words: string; about: string }[] = [];
  const attempt = (words: string, about: string) => async (name: string) => {
    const now = fate(words);
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (now === "request lost") return fails("NETWORK");
    if (now === "unavailable") return fails("UNAVAILABLE", 1);
    if (now === "refused" && !answered.has(name)) return fails("CONFLICT");
    if (!answered.has(name)) effects.push({ words, about });
    answered.add(name);
    return now === "answer lost" ? fails("NETWORK") : done;
  };
  return { effects, attempt };
}

test("however the line behaves, each thing is done once or its loss is told, in its order", async () => {
  const action = fc.record({
    about: fc.constantFrom("a", "b", "c"),
    at: fc.nat(5_000),
    fates: fc.array(fc.constantFrom(...fates), { maxLength: 12 }),
    last: fc.constantFrom(...fates),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(action, { minLength: 1, maxLength: 8 }),
      fc.array(fc.nat(60_000)),
      async (list, wakes) => {
        const { outbox, losses } = stage();
        const plans = new Map(list.map((one, n) => [`${n}`, [...one.fates]]));
        const { effects, attempt } = server(
          (words) => plans.get(words)?.shift() ?? (list[Number(words)]?.last as Fate),
        );
        const outcomes: Promise<void>[] = [];
        const sentIn: string[] = [];
        const told = new Map<string, { failure: Failure | null; told: boolean }>();
        for (const [n, { about, at }] of list.entries()) {
          setTimeout(() => {
            const words = `${n}`;
            sentIn.push(words);
            const sent = outbox.send({ about, words, attempt: attempt(words, about) });
            outcomes.push(sent.then((outcome) => void told.set(words, outcome)));
          }, at);
        }
        for (const at of wakes) setTimeout(outbox.wake, at);
        await vi.advanceTimersByTimeAsync(keepFor + 10_000);
        await Promise.all(outcomes);

        expect(outbox.read()).toEqual([]);
        for (const words of sentIn) {
          const count = effects.filter((one) => one.words === words).length;
          const outcome = told.get(words);
          const loss = losses.filter((one) => one.words === words);
          expect(count).toBeLessThanOrEqual(1);
          expect(loss.length).toBeLessThanOrEqual(1);
          if (outcome?.failure === null) expect([count, loss.length]).toEqual([1, 0]);
          // Only what nobody could tell may have happened all the same, and it says so.
          else if (count === 1) expect(loss).toMatchObject([{ sure: false }]);
          // Somebody says it: the outbox loudly, or the caller at once.
          else if (loss.length === 0) expect(isOutage(outcome?.failure as Failure)).toBe(false);
        }
        for (const about of ["a", "b", "c"]) {
          const order = effects.filter((one) => one.about === about).map((one) => one.words);
          expect(order).toEqual(sentIn.filter((words) => order.includes(words)));
        }
      },
    ),
    { numRuns: 400 },
  );
});
