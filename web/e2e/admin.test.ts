import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { base, isLive, person, signIn, stranger, withBrowser } from "./kit";

withBrowser();

async function admin(): Promise<Page> {
  const page = await stranger();
  await signIn(page, "admin");
  await page.getByRole("heading", { name: "Administration" }).waitFor();
  return page;
}

async function open(page: Page, name: string) {
  await page.goto("/admin/people");
  await page.getByLabel("Find").fill(name);
  await page.getByRole("button", { name: new RegExp(name) }).click();
  await page.getByRole("dialog").getByRole("heading", { name }).waitFor();
}

async function choose(page: Page, label: string, option: string) {
  await page.getByRole("dialog").getByRole("combobox", { name: label }).click();
  await page.getByRole("option", { name: option, exact: true }).click();
}

test("case 14: somebody is invited by a link that is shown once, and comes in by it", async () => {
  const page = await admin();
  await page.getByRole("button", { name: "Invite somebody" }).click();
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Gina Park");
  await page.getByRole("dialog").getByLabel("E-mail").fill("gina.park@demo.example");
  await choose(page, "Role", "Nurse");
  await page.getByRole("dialog").getByLabel("Cedar").check();
  await page.getByRole("button", { name: "Make the link" }).click();
  const link = (await page.locator('[data-copy="Link"]').innerText()).trim();
  expect(link).toMatch(/^http.*\/enter#.{20,}/);
  await page.getByRole("button", { name: "Done" }).click();
  await page.locator("tr", { hasText: "Gina Park" }).getByText("Invited").waitFor();

  const gina = await stranger();
  await gina.goto(link);
  await gina.getByLabel("New password").fill("violet stapler song");
  await gina.getByLabel("The same again").fill("violet stapler song");
  await gina.getByRole("button", { name: "Set the password and sign in" }).click();

  await isLive(gina);
  await gina.locator("[data-task]").first().waitFor();
});

test("cases 46 and 94: a changed role reaches the open screen", async () => {
  const [page, devon] = await Promise.all([admin(), person("devon.clarke@cedar")]);
  await devon.locator("[data-task]").first().waitFor();
  await open(page, "Devon Clarke");

  await choose(page, "Role", "Administrator");
  await page.getByRole("button", { name: "Save" }).click();

  await devon.getByText(/not yours to see/).waitFor();
  expect(await devon.locator("[data-task]").count()).toBe(0);
  await choose(page, "Role", "Care coordinator");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Devon Clarke is changed").first().waitFor();
  await devon.goto("/");
  await isLive(devon);
});

test("cases 4 and 47: whoever is deactivated is out at once, and may come back", async () => {
  const [page, jo] = await Promise.all([admin(), person("ma")]);
  await open(page, "Jo Pham");

  await page.getByRole("button", { name: "Deactivate" }).click();
  await page.getByText(/go back to the pools/).waitFor();
  await page
    .getByRole("dialog", { name: /Deactivate/ })
    .getByRole("button", { name: "Deactivate" })
    .click();

  await jo.getByRole("heading", { name: "Sign in" }).waitFor();
  expect(await jo.locator("[data-task]").count()).toBe(0);
  await page.getByRole("button", { name: "Reactivate" }).click();
  await page.getByRole("button", { name: "Deactivate" }).waitFor();
  await signIn(jo, "ma");
  await isLive(jo);
});

test("an administrator puts somebody on a team, and sees themselves with a role that they cannot change", async () => {
  const page = await admin();
  await open(page, "Luis Ortega");
  await page.getByLabel("Maple").check();
  await expect.poll(() => page.locator("tr", { hasText: "Luis Ortega" }).innerText()).toContain("Maple");
  await page.getByLabel("Maple").uncheck();
  await expect.poll(() => page.locator("tr", { hasText: "Luis Ortega" }).innerText()).not.toContain("Maple");

  await open(page, "Sam Whitlock");

  await expect
    .poll(() => page.getByRole("dialog").getByRole("combobox", { name: "Role" }).isDisabled())
    .toBe(true);
});

test("a display is paired by the code that it shows, renamed, and revoked", async () => {
  const [manager, screen] = [await person("manager"), await stranger()];
  await screen.goto("/pair");
  const shown = screen.getByTestId("pairing-code");
  await expect.poll(() => shown.innerText()).toMatch(/^[A-Z0-9]{4}-[A-Z0-9]{4}$/);

  await manager.goto("/admin/people");
  await manager.getByRole("table").waitFor();
  expect(await manager.getByRole("button", { name: "Invite somebody" }).count()).toBe(0);
  await manager.goto(`/admin/displays?code=${await shown.innerText()}`);
  await choose(manager, "Whose board does it show?", "Cedar");
  await manager.getByLabel("Where does it hang?").fill("Huddle room");
  await manager.getByRole("button", { name: "Pair it" }).click();
  await isLive(screen);
  await manager.getByRole("button", { name: "Rename Huddle room" }).click();
  await manager.getByLabel("Where does it hang?").fill("Kitchen");
  await manager.getByRole("dialog").getByRole("button", { name: "Rename" }).click();
  await manager.getByRole("button", { name: "Revoke Kitchen" }).click();
  await manager.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();

  await screen.getByRole("heading", { name: "Pair this screen" }).waitFor();
  await manager.getByRole("button", { name: "Revoke Kitchen" }).waitFor({ state: "detached" });
});

test("a token is shown once, works, and is refused when it is revoked", async () => {
  const page = await admin();
  await page.goto("/admin/integrations");
  await page.getByRole("button", { name: "New token" }).click();
  await page.getByLabel(/Which program is it for/).fill("Lab results");
  await page.getByRole("button", { name: "Make it" }).click();
  const token = (await page.locator('[data-copy="Token"]').innerText()).trim();
  await page.getByRole("button", { name: "Done" }).click();
  const program = (await stranger()).request;
  const ask = async () => {
    const answer = await program.post(`${base}/graphql`, {
      headers: { authorization: `Bearer ${token}` },
      data: { query: "{ careTeams { totalCount } }" },
    });
    const body = await answer.json();
    return body.errors?.[0]?.extensions.code ?? body.data.careTeams.totalCount;
  };
  expect(await ask()).toBeGreaterThan(0);

  await page.getByRole("button", { name: "Revoke Lab results" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await page.locator("tr", { hasText: "Lab results" }).getByText("Revoked").waitFor();

  expect(await ask()).toBe("UNAUTHENTICATED");
});
