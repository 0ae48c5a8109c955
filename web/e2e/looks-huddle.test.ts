/** The huddle's screens at their sizes, light and dark: no serious axe finding, and pictures to look at. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { isLive, person, withBrowser, worker } from "./kit";
import { looksGood, looksGoodEverywhere, phone, tablet } from "./look";

withBrowser();

const everywhere = (page: Page, name: string) => looksGoodEverywhere(page, name, [tablet, phone]);

test("what a manager sets about huddles holds up", async () => {
  const [page, eva] = await Promise.all([person("manager"), worker("manager")]);
  await page.goto(`/huddle/${eva.teamId}`);
  await page.getByRole("button", { name: "Change…" }).click();
  await page.getByRole("dialog").getByLabel("Length").waitFor();
  await everywhere(page, "huddle-settings");
});

test("the huddle holds up before, while and after it runs", async () => {
  const [page, alma] = await Promise.all([person("coordinator"), worker("coordinator")]);
  await page.goto(`/huddle/${alma.teamId}`);
  await page.getByTestId("agenda").locator("li").first().waitFor();
  await page.getByRole("region", { name: "Past huddles" }).getByRole("link").first().waitFor();
  await everywhere(page, "huddle-before");
  await page.getByRole("button", { name: "Add…" }).click();
  await page.getByRole("combobox", { name: "Patient or work" }).fill("an");
  await page.getByRole("option").first().click();
  await everywhere(page, "huddle-add");
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();

  await page.getByRole("button", { name: "Start huddle" }).click();
  await page.getByTestId("current").getByRole("heading", { level: 2 }).waitFor();
  await page.getByRole("toolbar").getByRole("button", { name: "Decision" }).click();
  const form = page.getByRole("form", { name: "New decision" });
  await form.getByLabel("What was decided").fill("Call about the new inhaler");
  await everywhere(page, "huddle-decision");
  await form.getByLabel("What was decided").press("Enter");
  await form.waitFor({ state: "detached" });
  await everywhere(page, "huddle-running");
  await page.keyboard.press("?");
  await page.getByText("These keys").waitFor();
  await looksGood(page, "huddle-keys");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });

  const screen = await person("coordinator", { width: 1920, height: 1080 });
  await screen.goto(`/wall/${alma.teamId}`);
  await isLive(screen);
  await screen.getByTestId("wall-huddle").locator("[data-task]").waitFor();
  await looksGood(screen, "huddle-wall-dark");
  await screen.getByRole("button", { name: "Light" }).click();
  await looksGood(screen, "huddle-wall-light");

  await page.keyboard.press("d");
  await page.getByRole("button", { name: "End the huddle" }).first().click();
  await page.getByRole("dialog").getByRole("button", { name: "End and sign" }).click();
  await page.getByText("Unchanged since it was signed.").waitFor();
  await everywhere(page, "huddle-record");
  await page.setViewportSize({ width: 794, height: 1123 });
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  await page.evaluate(() => scrollTo(0, 0));
  const title = await page.getByRole("heading", { level: 1 }).boundingBox();
  expect(title && title.y >= 0 && title.y < 300, JSON.stringify(title)).toBe(true);
  await looksGood(page, "huddle-print");
  await page.emulateMedia({ media: "screen" });
  await page.getByRole("link", { name: "To the huddle" }).click();
  await page.getByRole("link", { name: "Open the record" }).waitFor();
  await everywhere(page, "huddle-after");
});
