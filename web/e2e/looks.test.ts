/** Every screen at three sizes, light and dark: no serious axe finding, and a picture to look at. */
import { describe, test } from "vitest";
import { isLive, person, somePatient, stranger, withBrowser, worker } from "./kit";
import { looksGood, sizes } from "./look";

withBrowser();

describe.each(sizes)("at %s", (size, width, height) => {
  test.each(["light", "dark"] as const)("every screen holds up in %s", async (scheme) => {
    const look = { width, height, scheme };
    const named = (screen: string) => `${screen}-${size}-${scheme}`;
    const out = await stranger(look);
    await out.goto("/signin");
    await out.getByRole("button", { name: "Sign in", exact: true }).waitFor();
    await looksGood(out, named("signin"));
    await out.goto("/pair");
    await out.getByText(/^[A-Z0-9]{4}-[A-Z0-9]{4}$/).waitFor();
    await looksGood(out, named("pair"));

    const page = await person("coordinator", look);
    const maya = await worker("coordinator");
    const board = page.url();
    await page.locator("[data-task]").first().waitFor();
    await looksGood(page, named("board"));

    await page.locator("section[data-name=pool] [data-task] button").first().click();
    await page.getByRole("heading", { name: "History" }).waitFor();
    await looksGood(page, named("task"));

    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.keyboard.press("n");
    await page.getByLabel("What has to be done").waitFor();
    await looksGood(page, named("new-task"));
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.keyboard.press("/");
    await page.getByRole("combobox", { name: "Find a patient" }).fill("mar");
    await page.getByRole("option").first().waitFor();
    await looksGood(page, named("search"));
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.keyboard.press("?");
    await page.getByText("These keys").waitFor();
    await looksGood(page, named("keys"));

    const patient = await somePatient(maya, ["INPATIENT", "IN_ED"]);
    await page.goto(`${board.split("?")[0]}?patient=${patient.id}`);
    await page.getByRole("heading", { name: "Timeline" }).waitFor();
    await page.getByRole("dialog").locator("ol li").first().waitFor();
    await looksGood(page, named("patient"));

    await page.goto(`/caseload/${maya.teamId}`);
    // Somebody with patients, whoever carries most at this hour.
    await page.locator("li button[aria-pressed]", { hasText: "Alma Reyes" }).click();
    await page.getByRole("button", { name: /Give/ }).first().waitFor();
    await looksGood(page, named("caseload"));

    await page.getByText("Table", { exact: true }).click();
    await page.getByRole("table").waitFor();
    await looksGood(page, named("caseload-table"));

    await page.goto(`/wall/${maya.teamId}`);
    await isLive(page);
    await page.locator("[data-testid=wall] ol li").first().waitFor();
    if (scheme === "light") await page.getByRole("button", { name: "Light" }).click();
    await looksGood(page, named("wall"));
  });
});
