/** Every screen at its sizes, light and dark: no serious axe finding, and pictures to look at. */
import { test } from "vitest";
import { isLive, person, somePatient, stranger, withBrowser, worker } from "./kit";
import { looksGoodEverywhere } from "./look";
import { dimmer } from "./walls";

withBrowser();

test("the ways in hold up", async () => {
  const out = await stranger();
  await out.goto("/signin");
  await out.getByRole("button", { name: "Sign in", exact: true }).waitFor();
  await looksGoodEverywhere(out, "signin");
  await out.goto("/pair");
  await out.getByText(/^[A-Z0-9]{4}-[A-Z0-9]{4}$/).waitFor();
  await looksGoodEverywhere(out, "pair");
});

test("the board and what opens over it hold up", async () => {
  const [page, maya] = await Promise.all([person("coordinator"), worker("coordinator")]);
  const board = page.url();
  await page.locator("[data-task]").first().waitFor();
  await looksGoodEverywhere(page, "board");

  await page.locator("section[data-name=pool] [data-task] button").first().click();
  await page.getByRole("heading", { name: "History" }).waitFor();
  await looksGoodEverywhere(page, "task");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.keyboard.press("n");
  await page.getByLabel("What has to be done").waitFor();
  await looksGoodEverywhere(page, "new-task");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.keyboard.press("/");
  await page.getByRole("combobox", { name: "Find a patient" }).fill("mar");
  await page.getByRole("option").first().waitFor();
  await looksGoodEverywhere(page, "search");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.keyboard.press("?");
  await page.getByText("These keys").waitFor();
  await looksGoodEverywhere(page, "keys");

  const patient = await somePatient(maya, ["INPATIENT", "IN_ED"]);
  await page.goto(`${board.split("?")[0]}?patient=${patient.id}`);
  await page.getByRole("heading", { name: "Timeline" }).waitFor();
  await page.getByRole("dialog").locator("ol li").first().waitFor();
  await looksGoodEverywhere(page, "patient");
});

test("caseload and wall hold up", async () => {
  const [page, maya] = await Promise.all([person("coordinator"), worker("coordinator")]);
  await page.goto(`/caseload/${maya.teamId}`);
  // Somebody with patients, whoever carries most at this hour.
  await page.locator("li button[aria-pressed]", { hasText: "Alma Reyes" }).click();
  await page.getByRole("button", { name: /Give/ }).first().waitFor();
  await looksGoodEverywhere(page, "caseload");
  await page.getByText("Table", { exact: true }).click();
  await page.getByRole("table").waitFor();
  await looksGoodEverywhere(page, "caseload-table");

  await page.goto(`/wall/${maya.teamId}`);
  await isLive(page);
  await page.locator("[data-testid=wall] ol li").first().waitFor();
  await looksGoodEverywhere(page, "wall", undefined, dimmer(page));
});
