import { expect, test } from "vitest";
import { isLive, person, signIn, somePatient, stranger, withBrowser, worker } from "./kit";

withBrowser();

test("a wall display is paired by a code and shows initials only", async () => {
  const [manager, screen, maya] = await Promise.all([person("manager"), stranger(), worker("coordinator")]);
  const away = await somePatient(maya, ["IN_ED", "INPATIENT"]);
  await manager.getByRole("button", { name: "My menu" }).click();
  await manager.getByRole("menuitem", { name: "Pair a wall display" }).click();
  await manager.getByLabel("Where does it hang?").fill("Huddle room");
  await manager.getByRole("button", { name: "Make a code" }).click();
  const code = await manager.getByTestId("pairing-code").innerText();

  await screen.goto("/pair");
  await screen.getByLabel("Pairing code").fill(code);
  await screen.getByRole("button", { name: "Show the wall" }).click();
  await isLive(screen);

  await screen.locator("[data-testid=wall] ol li").first().waitFor();
  const shown = await screen.locator("[data-testid=wall]").innerText();
  for (const word of away.displayName.split(" ").filter((part) => part.length > 2))
    expect(shown).not.toContain(word);
  expect(await screen.getByRole("button", { name: "Claim" }).count()).toBe(0);
  expect(await screen.evaluate(() => document.documentElement.scrollHeight <= innerHeight + 1)).toBe(true);
});

test("a used code does not work again", async () => {
  const screen = await stranger();
  await screen.goto("/pair");

  await screen.getByLabel("Pairing code").fill("NOCODE");
  await screen.getByRole("button", { name: "Show the wall" }).click();

  await screen.getByText(/This code does not work/).waitFor();
});

test("a wrong password is refused in words", async () => {
  const page = await stranger();
  await page.goto("/signin");

  await page.getByLabel("E-mail").fill("nurse@demo.example");
  await page.locator("input[type=password]").fill("not this one");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();

  await page.getByText(/do not go together/).waitFor();
});

test("an administrator runs the system and sees no patient", async () => {
  const page = await stranger();

  await signIn(page, "admin");

  await page.getByRole("heading", { name: "Administration" }).waitFor();
  expect(await page.locator("[data-task]").count()).toBe(0);
});

test("a nurse of another team gets no board of this one", async () => {
  const maya = await worker("coordinator");
  const page = await stranger();
  await signIn(page, "nurse@maple");
  await isLive(page);

  await page.goto(`/board/${maya.teamId}`);

  await page.getByText(/not yours to see/).waitFor();
});

test("the manager sees a bar for each member and their patients beside it", async () => {
  const manager = await person("manager");
  const maya = await worker("coordinator");
  const { careTeam } = await maya.ask(
    "query($id: ID!) { careTeam(id: $id) { members { staff { displayName active } caseload { patients } } } }",
    { id: maya.teamId },
  );
  const members = careTeam.members.filter((one: any) => one.staff.active);
  await manager.goto(`/caseload/${maya.teamId}`);

  await expect.poll(() => manager.locator("li button[aria-pressed]").count()).toBe(members.length);
  const full = members.find((one: any) => one.caseload.patients > 0);
  await manager
    .getByRole("button", { name: new RegExp(full.staff.displayName) })
    .first()
    .click();

  await manager
    .getByText(/\d+ patients?$/)
    .last()
    .waitFor();
  await manager
    .getByRole("button", { name: /Give .* to somebody else/ })
    .first()
    .waitFor();
});
