/** What a person does while Huddle is away is kept, sent once, or given up loudly. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Api, cardIn, claim, isLive, mark, newTask, person, withBrowser, worker } from "./kit";
import { looksGood } from "./look";
import { cable } from "./proxy";
import { type Running, run } from "./server";

withBrowser();

let server: Running;
beforeAll(async () => {
  server = await run();
});
afterAll(() => server?.end());

const here = () => ({ at: server.base });
const lossIn = (page: Page) => page.locator("[data-tone=lost]");

/** Who claimed the task, each time. */
async function claims(by: Api, id: string): Promise<string[]> {
  const read =
    "query($id: ID!) { task(id: $id) { history(first: 50) { nodes { action actor { displayName } } } } }";
  const { task } = await by.ask(read, { id });
  return task.history.nodes
    .filter((one: any) => one.action === "CLAIMED")
    .map((one: any) => one.actor.displayName);
}

test("a claim while the server is stopped waits on its card, and is there once when the server is back", async () => {
  const [ana, dark] = await Promise.all([
    person("nurse", here()),
    person("nurse", { ...here(), scheme: "dark" }),
  ]);
  const maya = await worker("coordinator", server.base);
  const [task, other] = [await newTask(maya), await newTask(maya)];
  await Promise.all([ana, dark].map((page) => cardIn(page, "pool", other.id).waitFor()));

  await server.stop();
  await cardIn(ana, "pool", task.id).getByRole("button", { name: "Claim" }).click();
  await cardIn(dark, "pool", other.id).getByRole("button", { name: "Claim" }).click();

  await cardIn(ana, "mine", task.id).getByText("Not sent yet").waitFor();
  await mark(ana).getByText("1 action waiting").waitFor();
  await cardIn(dark, "mine", other.id).getByText("Not sent yet").waitFor();
  for (const page of [ana, dark])
    await mark(page)
      .getByText(/Stale since/)
      .waitFor();
  await looksGood(ana, "unsent-1280-light");
  await ana.setViewportSize({ width: 820, height: 900 });
  await looksGood(ana, "unsent-820-light");
  await looksGood(dark, "unsent-1280-dark");

  await server.start();
  await Promise.all([isLive(ana), isLive(dark)]);
  await cardIn(ana, "mine", task.id).getByText("Claimed").waitFor();
  await ana.getByText(/action waiting/).waitFor({ state: "detached" });

  const again = await worker("coordinator", server.base);
  expect(await claims(again, task.id)).toHaveLength(1);
  expect(await lossIn(ana).count()).toBe(0);
});

test("three things done one after the other in an outage are done in that order", async () => {
  const [ana, maya] = await Promise.all([person("nurse", here()), worker("coordinator", server.base)]);
  const task = await newTask(maya);
  await cardIn(ana, "pool", task.id).waitFor();

  await server.stop();
  await cardIn(ana, "pool", task.id).locator("button").first().focus();
  await ana.keyboard.type("csd");
  await mark(ana).getByText("3 actions waiting").waitFor();
  await cardIn(ana, "done", task.id).getByText("Not sent yet").waitFor();
  await server.start();

  await isLive(ana);
  await cardIn(ana, "done", task.id).getByText("Not sent yet").waitFor({ state: "detached" });
  await cardIn(ana, "done", task.id).waitFor();
  const again = await worker("coordinator", server.base);
  expect((await again.ask("query($id: ID!) { task(id: $id) { status } }", { id: task.id })).task.status).toBe(
    "COMPLETED",
  );
});

test.each(["light", "dark"] as const)(
  "somebody who was faster meanwhile is said loudly, in %s",
  async (scheme) => {
    const line = await cable(server.base);
    const [ana, ben, maya] = await Promise.all([
      person("nurse", { at: line.at, scheme }),
      worker("nurse2", server.base),
      worker("coordinator", server.base),
    ]);
    const task = await newTask(maya);
    await cardIn(ana, "pool", task.id).waitFor();

    line.pull();
    await cardIn(ana, "pool", task.id).getByRole("button", { name: "Claim" }).click();
    await cardIn(ana, "mine", task.id).getByText("Not sent yet").waitFor();
    await claim(ben, task.id);
    line.plugIn();

    await lossIn(ana).getByText(`Not done: claim “${task.title}”`).waitFor();
    await lossIn(ana)
      .getByText(/was faster/)
      .waitFor();
    await isLive(ana);
    await cardIn(ana, "team", task.id).waitFor();
    await looksGood(ana, `lost-1280-${scheme}`);
    expect(await claims(maya, task.id)).toHaveLength(1);

    await lossIn(ana).getByRole("button", { name: "Dismiss" }).click();
    expect(await lossIn(ana).count()).toBe(0);
    line.close();
  },
);

test("an answer that is lost on the way is asked for again, and the work is there once", async () => {
  const [ana, maya] = await Promise.all([person("nurse", here()), worker("coordinator", server.base)]);
  const title = `Only once ${Date.now()}`;
  let sent = 0;
  await ana.route("**/graphql", async (route) => {
    if (!route.request().postData()?.includes("CreateTask")) return route.continue();
    sent++;
    const answer = await route.fetch();
    return sent === 1 ? route.abort() : route.fulfill({ response: answer });
  });

  await ana.keyboard.press("n");
  await ana.getByLabel("What has to be done").fill(title);
  await ana.getByRole("dialog").getByRole("combobox", { name: "Kind" }).click();
  await ana.getByRole("option").first().click();
  await ana.getByRole("button", { name: "Add to the pool" }).click();
  await ana.getByRole("dialog").waitFor({ state: "detached" });

  expect(sent).toBe(2);
  const all = "query($t: ID!) { careTeam(id: $t) { tasks(first: 200) { nodes { title } } } }";
  const { careTeam } = await maya.ask(all, { t: maya.teamId });
  expect(careTeam.tasks.nodes.filter((one: any) => one.title === title)).toHaveLength(1);
});

test("a server that is busy is asked again, when it said", async () => {
  const [ana, maya] = await Promise.all([person("nurse", here()), worker("coordinator", server.base)]);
  const task = await newTask(maya);
  await cardIn(ana, "pool", task.id).waitFor();
  const names: string[] = [];
  await ana.route("**/graphql", (route) => {
    const body = route.request().postDataJSON();
    if (body?.operationName !== "ClaimTask") return route.continue();
    names.push(body.variables.input.clientMutationId);
    if (names.length > 1) return route.continue();
    const busy = { message: "busy", extensions: { code: "UNAVAILABLE" } };
    return route.fulfill({ status: 503, headers: { "retry-after": "1" }, json: { errors: [busy] } });
  });

  await cardIn(ana, "pool", task.id).getByRole("button", { name: "Claim" }).click();
  await cardIn(ana, "mine", task.id).getByText("Not sent yet").waitFor();
  await cardIn(ana, "mine", task.id).getByText("Claimed").waitFor();

  expect(names).toHaveLength(2);
  expect(names[0]).toBe(names[1]);
});

test("whoever leaves the page with something unsent is asked first, and nothing of it is stored", async () => {
  const line = await cable(server.base);
  const [ana, maya] = await Promise.all([
    person("nurse", { at: line.at }),
    worker("coordinator", server.base),
  ]);
  const task = await newTask(maya);
  await cardIn(ana, "pool", task.id).waitFor();

  line.pull();
  await cardIn(ana, "pool", task.id).getByRole("button", { name: "Claim" }).click();
  await cardIn(ana, "mine", task.id).getByText("Not sent yet").waitFor();
  const stored = await ana.evaluate(async () =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }, await indexedDB.databases()]),
  );
  expect(stored).not.toContain(task.id);
  expect(stored).not.toContain(task.title);

  const asked = ana.waitForEvent("dialog");
  await ana.close({ runBeforeUnload: true });
  const dialog = await asked;
  expect(dialog.type()).toBe("beforeunload");
  await dialog.accept();
  line.close();
});
