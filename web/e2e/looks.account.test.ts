/** The account and the administration at three sizes, light and dark. */
import { describe, test } from "vitest";
import { signIn, stranger, withBrowser } from "./kit";
import { looksGood, sizes } from "./look";

withBrowser();

describe.each(sizes)("at %s", (size, width, height) => {
  test.each(["light", "dark"] as const)("every screen holds up in %s", async (scheme) => {
    const named = (screen: string) => `${screen}-${size}-${scheme}`;
    const page = await stranger({ width, height, scheme });
    await signIn(page, "admin");
    await page.getByRole("button", { name: /Priscilla Vance/ }).waitFor();
    await looksGood(page, named("admin-people"));
    await page.getByRole("button", { name: /Nadia Osei/ }).click();
    await page.getByRole("button", { name: "Deactivate" }).waitFor();
    await looksGood(page, named("admin-person"));
    await page.goto("/admin/displays?code=KXQT-4827");
    await page.getByLabel("Code on the screen").waitFor();
    await looksGood(page, named("admin-displays"));
    await page.goto("/admin/integrations");
    await page.getByRole("button", { name: "New token" }).click();
    await page.getByLabel(/Which program is it for/).waitFor();
    await looksGood(page, named("admin-integrations"));

    await page.goto("/account");
    await page.getByText("This browser, now").waitFor();
    await looksGood(page, named("account"));
    await page.getByRole("button", { name: "Add an authenticator app" }).click();
    await page.getByRole("img", { name: /QR code/ }).waitFor();
    await looksGood(page, named("account-app"));
    await page.goto("/confirm");
    await page.getByLabel("Code on the wall").waitFor();
    await looksGood(page, named("confirm"));
  });
});
