/** A whole huddle: who leads, two nurses at their boards, the screen in the room; the record at its end. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { type Api, isLive, person, signIn, somePatient, stranger, withBrowser, worker } from "./kit";
import { nameOf, wall } from "./walls";

withBrowser();

const current = (page: Page) => page.getByTestId("current");
const itemOn = (page: Page) => current(page).getAttribute("data-item");
const onWall = (screen: Page) => screen.getByTestId("wall-huddle");
const itemOnWall = (screen: Page) => onWall(screen).locator("section").first().getAttribute("data-item");
/** Settles by a key, once the answer to what was done before is there. */
async function settle(page: Page, key: "d" | "f") {
  await page.locator("button:enabled", { hasText: "Deferred" }).first().waitFor();
  await page.keyboard.press(key);
}

const board = (page: Page) =>
  page.getByRole("navigation", { name: "Screens" }).getByRole("link", { name: "Board" });

async function toHuddle(page: Page) {
  await page
    .getByRole("navigation", { name: "Screens" })
    .getByRole("link", { name: /^Huddle/ })
    .click();
  await page.locator("[data-state]").first().waitFor();
}

async function decide(page: Page, title: string, owner: string) {
  await page.keyboard.press("t");
  const form = page.getByRole("form", { name: "New decision" });
  await form.getByLabel("What was decided").fill(title);
  await form.getByRole("combobox", { name: "Owner" }).click();
  await page.getByRole("option", { name: owner }).click();
  await form.getByLabel("What was decided").press("Enter");
  await form.waitFor({ state: "detached" });
}

const withTitle = (page: Page, title: string) => page.locator("[data-task]", { hasText: title });

/** Somebody who sees them says that they are confidential: the room may not read their initials. */
async function hide(by: Api, patientId: string) {
  await by.ask(
    "mutation($i: SetPatientConfidentialityInput!) { setPatientConfidentiality(input: $i) { patient { id } } }",
    { i: { patientId, flags: ["BEHAVIORAL_HEALTH"], reason: "In treatment since today" } },
  );
}

test("a decision is on both nurses' boards before the room goes on; nobody confidential is on the wall; the record is signed", async () => {
  const [manager, doctor, tom] = await Promise.all([
    worker("manager"),
    worker("clinician"),
    worker("nurse2"),
  ]);
  // Who is there now is on every agenda.
  const hidden = await somePatient(doctor, ["IN_ED"]);
  await hide(doctor, hidden.id);
  const [{ screen }, owner] = await Promise.all([wall(manager), nameOf(tom)]);
  const [lead, nadia, ben] = await Promise.all([person("clinician"), person("nurse"), person("nurse2")]);
  await toHuddle(lead);
  await lead.getByTestId("agenda").locator("li").first().waitFor();
  const all = await lead.getByTestId("agenda").locator("[data-item]").count();
  const secret = lead.getByTestId("agenda").locator("[data-item]", { hasText: hidden.displayName });
  const secretItem = await secret.getAttribute("data-item");
  expect(secretItem).toBeTruthy();

  // It starts, and everybody's screen knows it.
  await lead.getByRole("button", { name: owner.displayName }).click();
  await lead.getByRole("button", { name: owner.displayName, pressed: true }).waitFor();
  await lead.getByRole("button", { name: "Start huddle" }).click();
  await current(lead).waitFor();
  await nadia.getByRole("img", { name: "runs now" }).waitFor();
  await onWall(screen).waitFor();
  // They are not counted either, nor are others who are confidential.
  const left = async () =>
    Number(/(\d+) left/.exec(await onWall(screen).locator("section").first().innerText())?.[1]);
  await expect.poll(left).toBeLessThan(all);

  // Of the confidential patient the room sees nothing, not even that there is somebody.
  const toSecret = lead.getByRole("button", { name: `Go to ${hidden.displayName}` });
  if ((await itemOn(lead)) !== secretItem) await toSecret.click();
  await expect.poll(() => itemOn(lead)).toBe(secretItem);
  await onWall(screen).getByText("Between two").waitFor();
  await settle(lead, "d");
  await expect.poll(() => itemOn(lead)).not.toBe(secretItem);
  await expect.poll(async () => (await itemOnWall(screen)) === (await itemOn(lead))).toBe(true);

  // A spoken decision.
  const here = await itemOn(lead);
  const title = `Ask the daughter about the ride ${Date.now()}`;
  await decide(lead, title, owner.displayName);
  await Promise.all([withTitle(nadia, title).waitFor(), withTitle(ben, title).waitFor()]);
  expect(await itemOn(lead)).toBe(here);
  await current(lead).getByRole("region", { name: "Decisions" }).getByText(title).waitFor();
  const decided = onWall(screen).locator("[data-task]");
  await decided.getByText(owner.displayName).waitFor();
  expect(await onWall(screen).innerText()).not.toContain(title);

  // On: by a key, on all screens.
  await settle(lead, "d");
  await expect.poll(() => itemOn(lead)).not.toBe(here);
  await expect.poll(async () => (await itemOnWall(screen)) === (await itemOn(lead))).toBe(true);
  const deferred = await itemOn(lead);
  await settle(lead, "f");
  await lead.locator(`[data-item="${deferred}"][data-state=DEFERRED]`).waitFor();

  // The end, signed.
  await lead.getByRole("button", { name: "End the huddle" }).first().click();
  await lead.getByRole("dialog").getByRole("button", { name: "End and sign" }).click();
  const record = lead.getByTestId("record");
  await record.getByText("Unchanged since it was signed.").waitFor();
  expect(await record.innerText()).toContain("NCQA TC 06");
  expect(await record.getByText(owner.displayName).first().innerText()).toContain(owner.displayName);
  await onWall(screen).waitFor({ state: "detached" });
  await screen.getByText("Most urgent").waitFor();
  await record.getByRole("button", { name: title }).click();
  await lead.getByRole("dialog").getByRole("heading", { name: title }).waitFor();
  await withTitle(ben, title).waitFor();
  await nadia.getByRole("img", { name: "runs now" }).waitFor({ state: "detached" });
});

test("the lead is taken with a word, every screen follows, and words that are not saved are not lost", async () => {
  const [first, second] = await Promise.all([person("nurse@maple"), person("hugo.lindgren@maple")]);
  await Promise.all([toHuddle(first), toHuddle(second)]);
  await first.getByRole("button", { name: "Start huddle" }).click();
  await second.getByText("Beatriz Coelho leads").waitFor();
  expect(await second.getByRole("toolbar").count()).toBe(0);

  // Over a decision that is not saved nobody goes on.
  const here = await itemOn(first);
  await first.keyboard.press("t");
  await first.getByLabel("What was decided").fill("Half a sent");
  await first.getByRole("toolbar").getByRole("button", { name: "Discussed" }).click();
  await first.getByText("Save the decision first").waitFor();
  expect(await itemOn(first)).toBe(here);
  await first.getByLabel("What was decided").press("Escape");

  await second.getByRole("button", { name: "Take the lead" }).click();
  await second.getByRole("dialog").getByRole("button", { name: "Take the lead" }).click();
  await first.getByText("Hugo Lindgren leads").waitFor();
  await second.getByRole("toolbar").getByRole("button", { name: "Next" }).click();
  await expect.poll(() => itemOn(second)).not.toBe(here);
  await expect.poll(async () => (await itemOn(first)) === (await itemOn(second))).toBe(true);

  await board(first).click();
  await isLive(first);
});

test("on a phone the huddle is led by the thumb", async () => {
  const page = await stranger({ width: 390, height: 844 });
  await signIn(page, "rosa.jimenez@willow");
  await isLive(page);
  await page.goto(page.url().replace("/board/", "/huddle/").split("?")[0] as string);
  await page.getByRole("button", { name: "Start huddle" }).click();
  await current(page).waitFor();
  const here = await itemOn(page);

  const discussed = page.getByRole("toolbar").getByRole("button", { name: "Discussed" });
  const box = await discussed.boundingBox();
  expect(box && box.height >= 44 && box.y + box.height <= 844 && box.y > 844 / 2).toBe(true);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  await discussed.click();
  await expect.poll(() => itemOn(page)).not.toBe(here);

  // What is still on its way when it ends is signed with the rest.
  let goOn = () => {};
  const held = new Promise<void>((done) => {
    goOn = done;
  });
  await page.route("**/graphql", async (route) => {
    if (route.request().postData()?.includes("SettleHuddleItem")) await held;
    await route.continue();
  });
  await discussed.click();
  await page.getByRole("button", { name: "End the huddle" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("1 discussed").waitFor();
  const sign = dialog.getByRole("button", { name: "End and sign" });
  expect(await sign.isDisabled()).toBe(true);
  goOn();
  await dialog.getByText("2 discussed").waitFor();
  await sign.click();
  await page.getByText("Unchanged since it was signed.").waitFor();
});
