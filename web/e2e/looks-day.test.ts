/** My day at the sizes at which it is used: no serious axe finding, nothing that sticks out, and a picture to look at. */
import { expect, test } from "vitest";
import { person, withBrowser } from "./kit";
import { looksGood } from "./look";

withBrowser();

const looks = [
  ["1280-light", { width: 1280, height: 800, scheme: "light" }],
  ["1920-dark", { width: 1920, height: 1080, scheme: "dark" }],
  ["820-light", { width: 820, height: 1180, scheme: "light" }],
  ["390-dark", { width: 390, height: 844, scheme: "dark" }],
] as const;

test.each(looks)("my day holds up at %s", async (name, look) => {
  const page = await person("nurse", look);
  const team = page.url().split("/board/")[1]?.split("?")[0];
  await page.goto(`/day/${team}`);
  await page.getByTestId("next").waitFor();
  await page.getByText(/min$/).first().waitFor();
  await looksGood(page, `day-${name}`);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);

  await page.getByText("By household", { exact: true }).click();
  await page.locator("[data-batch=HOUSEHOLD]").first().waitFor();
  await looksGood(page, `day-households-${name}`);
  await page.getByRole("button", { name: "Record one call" }).first().click();
  await page.getByRole("dialog").getByLabel("How it ended").waitFor();
  await looksGood(page, `day-call-${name}`);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.keyboard.press("?");
  await page.getByText("The day by keyboard").waitFor();
  await looksGood(page, `day-keys-${name}`);
});
