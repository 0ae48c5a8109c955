/** Managers and coordinators with the caseload page: what a load is made of, sharing anew, cover, hours and weights. */
import { expect, test } from "vitest";
import { type Api, isLive, person, withBrowser, worker } from "./kit";

withBrowser();

const loads = (by: Api) =>
  by.ask(
    `query($id: ID!) { careTeam(id: $id) { patients(filter: { withoutCoordinator: true }) { totalCount }
       members { staff { id displayName languages } isOff
         caseload { patients weightedLoad effectiveCapacity parts { load } } } } }`,
    { id: by.teamId },
  );

const find = async (by: Api, name: string) =>
  (await loads(by)).careTeam.members.find((one: any) => one.staff.displayName === name);

test("a load is explained by parts that add up to it", async () => {
  const alma = await worker("coordinator");
  const page = await person("coordinator");
  await page.goto(`/caseload/${alma.teamId}`);
  await page.getByText("the team's median").waitFor();

  await page.getByRole("button", { name: "What the load of Alma Reyes is made of" }).click();

  const parts = page.getByRole("table").filter({ hasText: "Together" });
  await parts.waitFor();
  const numbers = (await parts.locator("tbody td[data-number]").allTextContents()).map(Number);
  const together = Number(await parts.locator("tfoot td[data-number]").textContent());
  expect(numbers.length).toBeGreaterThan(2);
  expect(numbers.reduce((a, b) => a + b, 0)).toBeCloseTo(together, 6);
  expect(together).toBe((await find(alma, "Alma Reyes")).caseload.weightedLoad);
  await page.keyboard.press("Escape");

  await page.getByText("Trend", { exact: true }).click();
  await page.getByText(/load since/).waitFor();
});

test("patients are shared anew by a plan that is changed by hand, and given back", async () => {
  const alma = await worker("coordinator");
  const page = await person("coordinator");
  await page.goto(`/caseload/${alma.teamId}`);
  await isLive(page);
  const before = await find(alma, "Alma Reyes");
  const most = (members: any[]) =>
    Math.max(
      ...members.map(({ caseload: it }) =>
        it.effectiveCapacity ? it.weightedLoad / it.effectiveCapacity : 0,
      ),
    );

  await page.getByRole("button", { name: "Rebalance" }).click();
  const dialog = page.getByRole("dialog", { name: "Share patients anew" });
  const moves = dialog.getByRole("list", { name: "Moves" }).locator("li");
  await moves.first().waitFor();
  const proposed = await moves.count();
  await moves
    .first()
    .getByRole("button", { name: /^Do not move/ })
    .click();
  await expect.poll(() => moves.count()).toBe(proposed - 1);
  await dialog.getByText("chosen by hand").first().waitFor();
  await dialog.getByRole("button", { name: /^Make \d+ moves?$/ }).click();
  await dialog.waitFor({ state: "detached" });

  const undo = page.getByRole("button", { name: "Undo" });
  await undo.waitFor();
  const after = await find(alma, "Alma Reyes");
  expect(after.caseload.weightedLoad).toBeLessThan(before.caseload.weightedLoad);
  expect(most((await loads(alma)).careTeam.members)).toBeGreaterThan(0);

  await undo.click();
  await page.getByText("All of it is undone.").waitFor();
  expect((await find(alma, "Alma Reyes")).caseload.patients).toBe(before.caseload.patients);
});

test("who is away is covered by one act, and gets it back", async () => {
  const priscilla = await worker("manager");
  const page = await person("manager");
  const willow = (await priscilla.ask("{ viewer { careTeams { id name } } }")).viewer.careTeams.find(
    (team: any) => team.name === "Willow",
  ).id;
  const them = { ...priscilla, teamId: willow };
  const before = await find(them, "Marcel Dubois");
  await page.goto(`/caseload/${willow}`);
  await page.getByRole("button", { name: /Marcel Dubois Care coordinator/ }).click();

  await page.getByRole("button", { name: "Cover Marcel Dubois" }).click();
  const back = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
  await page.getByLabel("First day back").fill(back);
  await page.getByRole("button", { name: "Hand over" }).click();

  const returned = page.getByRole("button", { name: "They are back" });
  await returned.waitFor();
  const away = await find(them, "Marcel Dubois");
  expect(away.isOff).toBe(true);
  expect(away.caseload.patients).toBeLessThan(before.caseload.patients);

  await returned.click();
  await page
    .getByText(/Came back: \d+ patients/)
    .first()
    .waitFor();
  expect((await find(them, "Marcel Dubois")).caseload.patients).toBe(before.caseload.patients);
});

test("managers set hours, languages and weights; others are not asked to", async () => {
  const priscilla = await worker("manager");
  const maple = (await priscilla.ask("{ viewer { careTeams { id name } } }")).viewer.careTeams.find(
    (team: any) => team.name === "Maple",
  ).id;
  const them = { ...priscilla, teamId: maple };
  const page = await person("manager");
  await page.goto(`/caseload/${maple}`);
  const room = (await find(them, "Tasha Boone")).caseload.effectiveCapacity;
  await page.getByRole("button", { name: /Tasha Boone Care coordinator/ }).click();

  await page.getByRole("button", { name: "Change hours" }).click();
  await page.getByLabel("Share of full-time hours, in %").fill("50");
  await page.getByLabel("Languages besides English").fill("es, fr");
  await page.getByRole("button", { name: "Set hours" }).click();
  await page.getByText("speaks es, fr").waitFor();
  expect((await find(them, "Tasha Boone")).caseload.effectiveCapacity).toBe(room / 2);

  const load = (await find(them, "Tasha Boone")).caseload.weightedLoad;
  await page.getByRole("button", { name: "Weights" }).click();
  await page.getByLabel(/^High risk/).fill("5");
  await page.getByRole("button", { name: "Set weights" }).click();
  await page.getByText("The weights are set").waitFor();
  expect((await find(them, "Tasha Boone")).caseload.weightedLoad).toBeGreaterThan(load);

  const nurse = await person("nurse@maple");
  await nurse.goto(`/caseload/${maple}`);
  await nurse.getByText("the team's median").waitFor();
  expect(await nurse.getByRole("button", { name: "Weights" }).count()).toBe(0);
  expect(await nurse.getByRole("button", { name: "Rebalance" }).count()).toBe(0);
});
