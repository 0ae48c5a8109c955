import { expect, test } from "vitest";
import { cardIn, hasKeyboard, holderOf, isLive, newTask, person, tabTo, withBrowser, worker } from "./kit";

withBrowser();

test("a claim in one browser moves the card in the other, without a reload", async () => {
  const [ana, ben, maya] = await Promise.all([person("nurse"), person("nurse2"), worker("coordinator")]);
  const task = await newTask(maya);
  await Promise.all([ana, ben].map((page) => cardIn(page, "pool", task.id).waitFor()));
  const loaded = await ben.evaluate(() => performance.timeOrigin);

  await cardIn(ana, "pool", task.id).getByRole("button", { name: "Claim" }).click();

  await cardIn(ana, "mine", task.id).waitFor();
  await cardIn(ben, "team", task.id).waitFor();
  expect(await ben.evaluate(() => performance.timeOrigin)).toBe(loaded);
});

test("the slower of two gets a polite answer, and the card goes to the other's hands", async () => {
  const [ana, ben, maya] = await Promise.all([person("nurse"), person("nurse2"), worker("coordinator")]);
  const task = await newTask(maya);
  await Promise.all([ana, ben].map((page) => cardIn(page, "pool", task.id).waitFor()));
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await ben.route("**/graphql", async (route) => {
    if (route.request().postData()?.includes("ClaimTask")) await held;
    await route.continue();
  });

  await cardIn(ben, "pool", task.id).getByRole("button", { name: "Claim" }).click();
  await cardIn(ana, "pool", task.id).getByRole("button", { name: "Claim" }).click();
  // It is in her hands on her screen before anybody decided it.
  await expect.poll(() => holderOf(maya, task.id)).not.toBeNull();
  letGo();

  await ben.getByText(/was faster/).waitFor();
  await cardIn(ben, "team", task.id)
    .getByText(/took this/)
    .waitFor();
  await cardIn(ana, "mine", task.id).waitFor();
});

test("both clicking at once end with the same holder on both screens", async () => {
  const [ana, ben, maya] = await Promise.all([person("nurse"), person("nurse2"), worker("coordinator")]);
  for (let round = 0; round < 5; round++) {
    const task = await newTask(maya);
    const buttons = await Promise.all(
      [ana, ben].map((page) =>
        cardIn(page, "pool", task.id).getByRole("button", { name: "Claim" }).elementHandle(),
      ),
    );

    await Promise.all(buttons.map((button) => button?.evaluate((one) => (one as HTMLElement).click())));

    const at = async () => [
      await cardIn(ana, "mine", task.id).count(),
      await cardIn(ana, "team", task.id).count(),
      await cardIn(ben, "mine", task.id).count(),
      await cardIn(ben, "team", task.id).count(),
    ];
    await expect.poll(async () => ["1,0,0,1", "0,1,1,0"].includes((await at()).join())).toBe(true);
    const { task: stored } = await maya.ask(
      "query($id: ID!) { task(id: $id) { claim { by { displayName } } } }",
      {
        id: task.id,
      },
    );
    expect(stored.claim.by.displayName).toBeTruthy();
  }
});

test("a card is claimed, started, held, taken up again and done by keyboard alone", async () => {
  const [ana, maya] = await Promise.all([person("nurse"), worker("coordinator")]);
  const task = await newTask(maya, { dueAt: new Date(Date.now() - 400 * 3_600_000).toISOString() });
  await cardIn(ana, "pool", task.id).waitFor();
  const selected = () =>
    ana.evaluate(() => document.activeElement?.closest("[data-task]")?.getAttribute("data-task") ?? null);

  await ana.keyboard.press("j");
  for (let i = 0; i < 40 && (await selected()) !== task.id; i++) await ana.keyboard.press("j");
  expect(await selected()).toBe(task.id);
  await ana.keyboard.press("c");
  await cardIn(ana, "mine", task.id).waitFor();
  await expect.poll(selected).toBe(task.id);
  await cardIn(ana, "mine", task.id).getByRole("button", { name: "Start" }).waitFor();
  await ana.keyboard.press("s");
  await cardIn(ana, "mine", task.id).getByRole("button", { name: "Done" }).waitFor();
  await ana.keyboard.press("h");
  const reason = ana.getByLabel("What is it waiting for?");
  await hasKeyboard(reason);
  await ana.keyboard.type("The pharmacy calls back");
  await tabTo(ana, "Put on hold");
  await ana.keyboard.press("Enter");
  await cardIn(ana, "waiting", task.id).getByText("The pharmacy calls back").waitFor();
  await ana.getByRole("dialog").waitFor({ state: "detached" });
  await cardIn(ana, "waiting", task.id).locator("button").first().focus();
  await ana.keyboard.press("s");
  await cardIn(ana, "mine", task.id).getByRole("button", { name: "Done" }).waitFor();
  await ana.keyboard.press("d");

  await cardIn(ana, "done", task.id).waitFor();
});

test("keys pressed faster than answers come keep their order", async () => {
  const [ana, maya] = await Promise.all([person("nurse"), worker("coordinator")]);
  const task = await newTask(maya);
  const card = cardIn(ana, "pool", task.id);
  await card.waitFor();
  await ana.route("**/graphql", async (route) => {
    const slow = route.request().postData()?.includes("ClaimTask") ? 600 : 0;
    setTimeout(() => void route.continue().catch(() => {}), slow);
  });

  await card.locator("button").first().focus();
  await ana.keyboard.type("csd");

  await cardIn(ana, "done", task.id).waitFor();
  await expect
    .poll(
      async () =>
        (await maya.ask("query($id: ID!) { task(id: $id) { status } }", { id: task.id })).task.status,
    )
    .toBe("COMPLETED");
});

test("what a colleague does is said aloud, politely", async () => {
  const [ana, ben, maya] = await Promise.all([person("nurse"), worker("nurse2"), worker("coordinator")]);
  const task = await newTask(maya);
  await cardIn(ana, "pool", task.id).waitFor();

  await ben.ask("mutation($id: ID!) { claimTask(input: { taskId: $id }) { outcome } }", { id: task.id });

  await ana.getByTestId("announcer").getByText(`took “${task.title}”`).waitFor({ state: "attached" });
});

test("cards that come, move and go shift nothing", async () => {
  const [ana, maya, ben] = await Promise.all([person("nurse"), worker("coordinator"), worker("nurse2")]);
  await ana.evaluate(() => {
    (window as any).shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) (window as any).shift += (entry as any).value;
    }).observe({ type: "layout-shift" });
  });

  for (let round = 0; round < 4; round++) {
    const task = await newTask(maya);
    await cardIn(ana, "pool", task.id).waitFor();
    await ben.ask("mutation($id: ID!) { claimTask(input: { taskId: $id }) { outcome } }", { id: task.id });
    await cardIn(ana, "team", task.id).waitFor();
    await ben.ask("mutation($id: ID!) { startTask(input: { taskId: $id }) { task { id } } }", {
      id: task.id,
    });
    await ben.ask("mutation($id: ID!) { completeTask(input: { taskId: $id }) { task { id } } }", {
      id: task.id,
    });
    await cardIn(ana, "done", task.id).waitFor();
  }
  await isLive(ana);

  const shift = await ana.evaluate(() => (window as any).shift as number);
  process.stdout.write(`layout shift while cards moved: ${shift.toFixed(5)}\n`);
  expect(shift).toBeLessThan(0.005);
});
