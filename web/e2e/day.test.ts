import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { type Api, claim, hasKeyboard, isLive, newTask, person, tabTo, withBrowser, worker } from "./kit";

withBrowser();

const day = `{ myDay { minutesToday batches { kind patients { id displayName } }
  queue { task { id } } } }`;

/** Work that comes before everything else of this nurse: STAT, given to her, overdue by so many minutes. */
async function given(by: Api, to: string, minutes: number, over: object = {}) {
  const dueAt = new Date(Date.now() - minutes * 60_000).toISOString();
  const task = await newTask(by, { dueAt, ...over });
  await by.ask("mutation($i: AssignTaskInput!) { assignTask(input: $i) { task { id } } }", {
    i: { taskId: task.id, staffId: to },
  });
  return task;
}

async function myself(as: Api): Promise<string> {
  const { viewer } = await as.ask("{ viewer { staff { id } } }");
  return viewer.staff.id;
}

async function opensDay(name: string): Promise<Page> {
  const page = await person(name);
  await page.getByRole("link", { name: "My day" }).click();
  await page.getByTestId("next").waitFor();
  return page;
}

const next = (page: Page) => page.getByTestId("next");
const isNext = (page: Page, title: string) =>
  next(page).getByRole("heading", { name: title, exact: false }).waitFor();
const isClosed = (page: Page) => page.getByRole("dialog").waitFor({ state: "detached" });
const minutesToday = async (page: Page) =>
  Number.parseInt((await page.getByTestId("minutes-today").textContent()) ?? "", 10);

/** Two who share a home, of whom the demonstration has some. */
async function household(as: Api): Promise<{ id: string; displayName: string }[]> {
  const { myDay } = await as.ask(day);
  const found = myDay.batches.find((batch: { kind: string }) => batch.kind === "HOUSEHOLD");
  if (!found) throw new Error("The demonstration has a household in this day.");
  return found.patients.slice(0, 2);
}

test("a nurse works through three tasks by keyboard, and the minutes add up", async () => {
  const [maya, as] = await Promise.all([worker("coordinator"), worker("nurse")]);
  const her = await myself(as);
  const [patient] = await household(as);
  const first = await given(maya, her, 90, { patientId: patient?.id });
  const second = await given(maya, her, 80, { patientId: patient?.id });
  const third = await given(maya, her, 70);
  const ana = await opensDay("nurse");
  await isNext(ana, first.title);
  expect(await next(ana).getByRole("listitem").first().textContent()).toBe("STAT: before everything else");
  await next(ana).locator("[data-kind=GIVEN]").waitFor();
  const before = await minutesToday(ana);

  await ana.keyboard.press("Enter");
  await next(ana).getByText("In progress").waitFor();
  await ana.keyboard.press("c");
  await hasKeyboard(ana.getByRole("dialog").getByLabel("What came of it"));
  await ana.keyboard.type("Reached her");
  await ana.keyboard.press("Enter");

  await isClosed(ana);
  await isNext(ana, second.title);
  expect(await minutesToday(ana), "nothing is logged by itself").toBe(before);
  await ana.keyboard.press("Enter");
  await next(ana).getByText("In progress").waitFor();
  await ana.keyboard.press("c");
  await hasKeyboard(ana.getByRole("dialog").getByLabel("What came of it"));
  await ana.keyboard.press("Tab");
  await ana.keyboard.press("Space");
  await ana.keyboard.press("Tab");
  await ana.keyboard.press("ControlOrMeta+a");
  await ana.keyboard.type("7");
  await ana.getByRole("button", { name: "Complete and log 7 min" }).waitFor();
  await ana.keyboard.press("Enter");

  await isClosed(ana);
  await isNext(ana, third.title);
  await expect.poll(() => minutesToday(ana)).toBe(before + 7);
  await ana.keyboard.press("h");
  await hasKeyboard(ana.getByLabel("What is it waiting for?"));
  await ana.keyboard.type("The laboratory calls back");
  await tabTo(ana, "Put on hold");
  await ana.keyboard.press("Enter");

  await expect.poll(async () => (await maya.ask(states, { ids: third.id })).task.status).toBe("ON_HOLD");
  const done = await maya.ask(states, { ids: first.id });
  expect(done.task.status).toBe("COMPLETED");
  expect(done.task.history.nodes[0].reason).toBe("Reached her");
});

const states = "query($ids: ID!) { task(id: $ids) { status history(first: 1) { nodes { reason } } } }";

test("one call credits two tasks of a household", async () => {
  const [maya, as] = await Promise.all([worker("coordinator"), worker("nurse")]);
  const her = await myself(as);
  const [one, other] = await household(as);
  const tasks = [
    await given(maya, her, 60, { patientId: one?.id }),
    await given(maya, her, 50, { patientId: other?.id }),
  ];
  const ana = await opensDay("nurse");
  for (const { id } of tasks) await ana.locator(`[data-task="${id}"]`).waitFor();
  const before = await minutesToday(ana);

  await ana.getByText("By household", { exact: true }).click();
  const batch = ana.locator("[data-batch=HOUSEHOLD]", { hasText: tasks[1]?.title ?? "" });
  await batch.getByRole("button", { name: "Record one call" }).click();
  const dialog = ana.getByRole("dialog");
  // What else there is for the household stays as it is.
  for (const row of await dialog.locator("[data-task]").all()) {
    const id = await row.getAttribute("data-task");
    if (!tasks.some((task) => task.id === id)) await row.getByText("Leave", { exact: true }).click();
  }
  await dialog.getByLabel("Minutes, if you log them").fill("9");
  await dialog.getByRole("textbox", { name: "Note" }).fill("Both are well");
  await dialog.getByRole("button", { name: "Record the call" }).click();
  await dialog.waitFor({ state: "detached" });

  for (const { id } of tasks) {
    const { task } = await maya.ask(states, { ids: id });
    expect(task.status).toBe("COMPLETED");
    expect(task.history.nodes[0].reason).toBe("Called, and reached. Both are well");
  }
  await expect.poll(() => minutesToday(ana)).toBe(before + 9);
});

test("a claim elsewhere makes the task leave the queue live", async () => {
  const [maya, ben] = await Promise.all([worker("coordinator"), worker("nurse2")]);
  const ana = await opensDay("nurse");
  const task = await newTask(maya, { dueAt: new Date(Date.now() - 3_600_000).toISOString() });
  await ana.locator(`[data-task="${task.id}"]`).waitFor();

  await claim(ben, task.id);

  await ana.locator(`[data-task="${task.id}"]`).waitFor({ state: "detached" });
  await isLive(ana);
});

test("work in another team of the same person comes and goes by itself", async () => {
  const [manager, bea, jo] = await Promise.all([worker("manager"), worker("nurse@maple"), worker("ma")]);
  const { viewer } = await manager.ask("{ viewer { careTeams { id name } } }");
  const maple = viewer.careTeams.find((team: { name: string }) => team.name === "Maple").id;
  await manager.ask(
    "mutation($i: AddCareTeamMemberInput!) { addCareTeamMember(input: $i) { careTeam { id } } }",
    { i: { careTeamId: maple, staffId: await myself(jo) } },
  );
  const page = await opensDay("ma");
  expect(page.url()).not.toContain(maple);
  const loaded = await page.evaluate(() => performance.timeOrigin);

  const dueAt = new Date(Date.now() - 3_600_000).toISOString();
  const task = await newTask(manager, { careTeamId: maple, dueAt });
  await page.locator(`[data-task="${task.id}"]`).waitFor();
  await claim(bea, task.id);

  await page.locator(`[data-task="${task.id}"]`).waitFor({ state: "detached" });
  expect(await page.evaluate(() => performance.timeOrigin)).toBe(loaded);
});

test("a parked call comes back as a promise, and the next one is shown", async () => {
  const [maya, as] = await Promise.all([worker("coordinator"), worker("nurse")]);
  const [patient] = await household(as);
  const task = await given(maya, await myself(as), 240, { patientId: patient?.id });
  const ana = await opensDay("nurse");
  await isNext(ana, task.title);

  await ana.keyboard.press("k");

  await ana.getByText(/^Parked\. Call .+ back at \d\d:\d\d\./).waitFor();
  await ana.locator("main").getByText("Call back", { exact: true }).first().waitFor();
  await expect.poll(() => next(ana).getAttribute("data-task")).not.toBe(task.id);
});
