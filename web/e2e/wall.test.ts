import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { type Api, isLive, newTask, person, somePatient, stranger, withBrowser, worker } from "./kit";
import { run } from "./server";
import { confirmCode, nameOf, pin, row, shownCode, touch, typePin, wall } from "./walls";

withBrowser();

const stat = (by: Api) => newTask(by, { dueAt: new Date(Date.now() - 900 * 3_600_000).toISOString() });
const holder = async (by: Api, id: string) =>
  (await by.ask("query($id: ID!) { task(id: $id) { status claim { by { id } } } }", { id })).task;

/** Somebody began to act at it before all the tests: a minute is over when they are. */
let left: { screen: Page; task: string };
beforeAll(async () => {
  const [manager, jo] = await Promise.all([worker("manager"), worker("ma")]);
  const [digits, me, { screen }] = await Promise.all([pin(jo), nameOf(jo), wall(manager)]);
  const task = await stat(manager);
  await touch(screen, task.id);
  await screen.getByRole("dialog").getByRole("button", { name: me.displayName }).click();
  await typePin(screen, digits);
  await screen.getByTestId("acting").waitFor();
  await screen.reload();
  await screen.getByTestId("acting").waitFor();
  left = { screen, task: task.id };
});

test("a screen shows a code, somebody confirms it elsewhere, and the wall comes by itself, with initials only", async () => {
  const [screen, manager, maya] = await Promise.all([stranger(), worker("manager"), worker("coordinator")]);
  const away = await somePatient(maya, ["IN_ED", "INPATIENT"]);
  await screen.goto("/pair");
  await screen.getByText(/Waiting for a manager/).waitFor();
  await screen.getByRole("img", { name: "The address and the code" }).waitFor();

  await confirmCode(manager, await shownCode(screen), "Huddle room");

  await isLive(screen);
  await screen.locator("[data-testid=wall] ol li").first().waitFor();
  const shown = await screen.locator("body").innerText();
  for (const word of away.displayName.split(" ").filter((part) => part.length > 2))
    expect(shown).not.toContain(word);
  expect(await screen.evaluate(() => document.documentElement.scrollHeight <= innerHeight + 1)).toBe(true);
});

test("a code that nobody gave does not work", async () => {
  const screen = await stranger();

  await screen.goto("/pair#NOCODE12");

  await screen.getByText(/This code does not work/).waitFor();
  expect(screen.url()).not.toContain("NOCODE");
  await screen.getByRole("button", { name: "Show a code instead" }).click();
  await shownCode(screen);
});

test("case 5: a wall outlives the server and its own reload; revoked, it says so and shows a new code", async () => {
  const server = await run();
  const manager = await worker("manager", server.base);
  const { screen, id } = await wall(manager, server.base);
  await server.stop();
  await screen.getByText(/Stale since/).waitFor();
  await server.start();
  await isLive(screen);
  await screen.reload();
  await isLive(screen);

  await manager.ask("mutation($i: RevokeDisplayInput!) { revokeDisplay(input: $i) { display { id } } }", {
    i: { displayId: id },
  });

  await screen.getByText(/no team’s wall any more/).waitFor();
  expect(await screen.locator("[data-testid=wall]").count()).toBe(0);
  await confirmCode(manager, await shownCode(screen), "Corridor");
  await isLive(screen);
  await screen.context().close();
  await server.end();
});

test("case 13: at a shared screen each says who they are, by PIN, and what they do is theirs", async () => {
  const [manager, ana] = await Promise.all([worker("manager"), worker("nurse")]);
  const [digits, me, { screen }] = await Promise.all([pin(ana), nameOf(ana), wall(manager)]);
  const [task, other] = [await stat(manager), await stat(manager)];

  await touch(screen, task.id);
  await screen.getByRole("dialog").getByRole("button", { name: me.displayName }).click();
  await typePin(screen, "111333");
  await screen.getByText(/That PIN is not right/).waitFor();
  for (const digit of digits) await screen.keyboard.press(digit);
  await screen
    .getByTestId("pin")
    .filter({ hasText: /^•{6}$/ })
    .waitFor();
  await screen.keyboard.press("Enter");
  await screen.getByRole("dialog").getByRole("button", { name: "Claim" }).click();

  await row(screen, task.id).getByText("Unclaimed").waitFor({ state: "detached" });
  await expect.poll(async () => (await holder(manager, task.id)).claim?.by.id).toBe(me.id);
  const acting = screen.getByTestId("acting");
  expect(await acting.innerText()).toContain(`Acting as ${me.displayName}`);
  await acting.getByRole("button", { name: "My work" }).click();
  await screen.getByRole("dialog").locator(`[data-task="${task.id}"]`).click();
  await screen.getByRole("dialog").getByRole("button", { name: "Start" }).click();
  await expect.poll(async () => (await holder(manager, task.id)).status).toBe("IN_PROGRESS");
  await acting.getByRole("button", { name: "End" }).click();
  await acting.waitFor({ state: "detached" });
  await touch(screen, other.id);
  await screen.getByRole("heading", { name: "Who are you?" }).waitFor();
});

test("somebody's own phone confirms what the wall shows", async () => {
  const [manager, ben] = await Promise.all([worker("manager"), worker("nurse2")]);
  const [me, { screen }] = await Promise.all([nameOf(ben), wall(manager)]);
  const task = await stat(manager);
  await touch(screen, task.id);
  await screen.getByRole("button", { name: "Use my phone" }).click();
  const actCode = await screen.getByTestId("act-code").innerText();

  await ben.ask("mutation($i: ConfirmActingInput!) { confirmActing(input: $i) { until } }", {
    i: { actCode },
  });

  await screen.getByTestId("acting").getByText(`Acting as ${me.displayName}`).waitFor();
  await screen.getByRole("dialog").getByRole("button", { name: "Claim" }).click();
  await expect.poll(async () => (await holder(manager, task.id)).claim?.by.id).toBe(me.id);
});

test("case 6: five wrong PINs, and the wall says for how long nobody tries again", async () => {
  const [manager, sam] = await Promise.all([worker("manager"), worker("coordinator")]);
  const [, me, { screen }] = await Promise.all([pin(sam), nameOf(sam), wall(manager)]);
  const task = await stat(manager);
  await touch(screen, task.id);
  await screen.getByRole("dialog").getByRole("button", { name: me.displayName }).click();

  const locked = screen.getByText(/Too many wrong PINs. Try again in \d+/);
  for (let tries = 0; tries < 6 && (await locked.count()) === 0; tries++) {
    await typePin(screen, "111333");
    await screen
      .getByText(/That PIN is not right|Too many wrong PINs/)
      .first()
      .waitFor();
    await screen.keyboard.press("Backspace");
  }

  await locked.waitFor();
  expect(await screen.getByRole("button", { name: "OK" }).count()).toBe(0);
});

test("a dialog that nobody answers leaves the wall to the room", async () => {
  const manager = await worker("manager");
  const { screen } = await wall(manager);
  const task = await stat(manager);
  await row(screen, task.id).waitFor();
  await screen.clock.install();
  await touch(screen, task.id);
  await screen.getByRole("heading", { name: "Who are you?" }).waitFor();

  await screen.clock.fastForward(46_000);

  await screen.getByRole("dialog").waitFor({ state: "detached" });
});

test("on a person's own screen the wall is only to look at", async () => {
  const ana = await person("nurse");
  await ana.getByRole("link", { name: "Wall" }).click();
  await ana.locator("[data-testid=wall] ol li").first().waitFor();

  expect(await ana.locator("[data-testid=wall] ol button").count()).toBe(0);
});

test("case 13: acting is over after a minute, also for who looks away and reloads in between", async () => {
  const { screen, task } = left;
  await screen.getByTestId("acting").waitFor({ state: "detached", timeout: 70_000 });
  await touch(screen, task);
  await screen.getByRole("heading", { name: "Who are you?" }).waitFor();
});
