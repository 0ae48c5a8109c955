/** The account and the administration at their sizes, light and dark. */
import { test } from "vitest";
import { signIn, stranger, withBrowser } from "./kit";
import { looksGoodEverywhere } from "./look";

withBrowser();

test("account and administration hold up", async () => {
  const page = await stranger();
  await signIn(page, "admin");
  await page.getByRole("button", { name: /Priscilla Vance/ }).waitFor();
  await looksGoodEverywhere(page, "admin-people");
  await page.getByRole("button", { name: /Nadia Osei/ }).click();
  await page.getByRole("button", { name: "Deactivate" }).waitFor();
  await looksGoodEverywhere(page, "admin-person");
  await page.goto("/admin/displays?code=KXQT-4827");
  await page.getByLabel("Code on the screen").waitFor();
  await looksGoodEverywhere(page, "admin-displays");
  await page.goto("/admin/integrations");
  await page.getByRole("button", { name: "New token" }).click();
  await page.getByLabel(/Which program is it for/).waitFor();
  await looksGoodEverywhere(page, "admin-integrations");

  await page.goto("/account");
  await page.getByText("This browser, now").waitFor();
  await looksGoodEverywhere(page, "account");
  await page.getByRole("button", { name: "Add an authenticator app" }).click();
  await page.getByRole("img", { name: /QR code/ }).waitFor();
  await looksGoodEverywhere(page, "account-app");
  await page.goto("/confirm");
  await page.getByLabel("Code on the wall").waitFor();
  await looksGoodEverywhere(page, "confirm");
});
