import { expect, test } from "vitest";
import { base, cardIn, claim, isLive, mark, newTask, person, withBrowser, worker } from "./kit";
import { cable } from "./proxy";

withBrowser();

test("a cut screen says since when it is stale, and is right again without a reload", async () => {
  const line = await cable(base);
  const [ana, ben, maya] = await Promise.all([
    person("nurse", { at: line.at }),
    worker("nurse2"),
    worker("coordinator"),
  ]);
  const before = await newTask(maya);
  await cardIn(ana, "pool", before.id).waitFor();
  const loaded = await ana.evaluate(() => performance.timeOrigin);

  line.pull();
  await mark(ana)
    .getByText(/Stale since \d\d:\d\d/)
    .waitFor();
  await claim(ben, before.id);
  const meanwhile = await newTask(maya);
  expect(await cardIn(ana, "pool", before.id).count()).toBe(1);
  line.plugIn();

  await isLive(ana);
  await cardIn(ana, "team", before.id).waitFor();
  await cardIn(ana, "pool", meanwhile.id).waitFor();
  expect(await ana.evaluate(() => performance.timeOrigin)).toBe(loaded);
  line.close();
});

test("a browser that goes offline says so at once and comes back at once", async () => {
  const [ana, maya] = await Promise.all([person("nurse"), worker("coordinator")]);

  await ana.context().setOffline(true);
  await mark(ana)
    .getByText(/Stale since/)
    .waitFor({ timeout: 3_000 });
  const task = await newTask(maya);
  await ana.context().setOffline(false);

  await isLive(ana);
  await cardIn(ana, "pool", task.id).waitFor();
});

test("an action on a cut line is rolled back with a word", async () => {
  const line = await cable(base);
  const [ana, maya] = await Promise.all([person("nurse", { at: line.at }), worker("coordinator")]);
  const task = await newTask(maya);
  await cardIn(ana, "pool", task.id).waitFor();

  line.pull();
  await cardIn(ana, "pool", task.id).getByRole("button", { name: "Claim" }).click();

  await ana.getByText(/No answer from Huddle/).waitFor();
  await cardIn(ana, "pool", task.id).waitFor();
  line.close();
});
