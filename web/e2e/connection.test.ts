import type { Page } from "playwright-core";
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
    .waitFor();
  const task = await newTask(maya);
  await ana.context().setOffline(false);

  await isLive(ana);
  await cardIn(ana, "pool", task.id).waitFor();
});

test("a screen that is cut again and again ends with what a fresh one shows", async () => {
  const line = await cable(base);
  const [ana, maya, ben] = await Promise.all([
    person("nurse", { at: line.at }),
    worker("coordinator"),
    worker("nurse2"),
  ]);
  const ids: string[] = [];

  for (let step = 0; step < 60; step++) {
    if (step % 8 === 3) line.pull();
    if (step % 8 === 6) line.plugIn();
    if (step % 3 === 0) ids.push((await newTask(maya)).id);
    const id = ids[(step * 7) % ids.length] ?? "";
    const verb = ["claimTask", "startTask", "completeTask", "releaseTask"][step % 4];
    // What the life cycle does not allow right now is refused, which is as good a step as any.
    await ben
      .ask(`mutation($id: ID!) { ${verb}(input: { taskId: $id }) { task { id } } }`, { id })
      .catch(() => {});
  }
  line.plugIn();
  const last = await newTask(maya);
  await cardIn(ana, "pool", last.id).waitFor();
  const fresh = await person("nurse");

  await cardIn(fresh, "pool", last.id).waitFor();
  await expect
    .poll(async () => JSON.stringify(await cards(ana)) === JSON.stringify(await cards(fresh)))
    .toBe(true);
  line.close();
});

/** What each column counts and shows, in its order. */
const cards = (page: Page) =>
  page.locator("section[data-name]").evaluateAll((columns) =>
    columns.map((column) => ({
      name: column.getAttribute("data-name"),
      count: column.querySelector("header span")?.textContent,
      ids: [...column.querySelectorAll("[data-task]")].map((card) => card.getAttribute("data-task")),
    })),
  );
