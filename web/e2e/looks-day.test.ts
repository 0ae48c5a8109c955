/** My day at the sizes at which it is used: no serious axe finding, nothing that sticks out, and pictures to look at. */
import { expect, test } from "vitest";
import { person, withBrowser } from "./kit";
import { looksGoodEverywhere, phone, tablet } from "./look";

withBrowser();

const narrow = [tablet, phone];

test("my day holds up", async () => {
  const page = await person("nurse");
  const team = page.url().split("/board/")[1]?.split("?")[0];
  await page.goto(`/day/${team}`);
  await page.getByTestId("next").waitFor();
  await page.getByText(/min$/).first().waitFor();
  await looksGoodEverywhere(page, "day", narrow);
  const sticksOut = () => {
    const main = document.querySelector("main");
    return main ? main.scrollWidth - main.clientWidth : null;
  };
  for (const width of [1920, 820, 390, 1280]) {
    await page.setViewportSize({ width, height: 844 });
    await expect.poll(() => page.evaluate(sticksOut), { message: `at ${width}` }).toBe(0);
  }

  await page.getByText("By household", { exact: true }).click();
  await page.locator("[data-batch=HOUSEHOLD]").first().waitFor();
  await looksGoodEverywhere(page, "day-households", narrow);
  await page.getByRole("button", { name: "Record one call" }).first().click();
  await page.getByRole("dialog").getByLabel("How it ended").waitFor();
  await looksGoodEverywhere(page, "day-call", narrow);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.keyboard.press("?");
  await page.getByText("The day by keyboard").waitFor();
  await looksGoodEverywhere(page, "day-keys", narrow);
});
