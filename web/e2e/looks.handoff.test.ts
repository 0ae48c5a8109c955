/** Handoffs at three sizes, light and dark: no serious axe finding, and a picture to look at. */
import { describe, test } from "vitest";
import { cardIn, claim, newTask, person, withBrowser, worker } from "./kit";
import { looksGood, sizes } from "./look";

withBrowser();

describe.each(sizes)("at %s", (size, width, height) => {
  test.each(["light", "dark"] as const)("handoffs hold up in %s", async (scheme) => {
    const named = (screen: string) => `${screen}-${size}-${scheme}`;
    const look = { width, height, scheme };
    const [nadia, priscilla, maya] = [
      await person("nurse", look),
      await person("manager", look),
      await worker("coordinator"),
    ];
    const [nurse, jo] = [await worker("nurse"), await worker("ma")];
    const task = await newTask(maya);
    await claim(nurse, task.id);
    await jo.ask("mutation($i: AskToTakeOverInput!) { askToTakeOver(input: $i) { clientMutationId } }", {
      i: { taskId: task.id },
    });
    await cardIn(nadia, "mine", task.id)
      .getByText(/asks for it/)
      .waitFor();
    await looksGood(nadia, named("board-asked"));
    await cardIn(nadia, "mine", task.id).locator("button").first().click();
    await nadia.getByRole("heading", { name: "Pass it on" }).scrollIntoViewIfNeeded();
    await looksGood(nadia, named("pass-on"));
    await nadia.getByRole("button", { name: /Hand over…/ }).click();
    await nadia.getByLabel("What is going on").waitFor();
    await looksGood(nadia, named("hand-over"));
    await nadia.goto(`/handoffs/${maya.teamId}`);
    await nadia.getByRole("region", { name: "For me" }).locator("li").first().waitFor();
    await looksGood(nadia, named("handoffs"));
    await nadia.getByRole("button", { name: "Leave for the day" }).click();
    await nadia.getByText(/Say what becomes of each/).waitFor();
    await looksGood(nadia, named("leaving"));
    await priscilla.goto(`/handoffs/${maya.teamId}`);
    await priscilla.getByRole("region", { name: "For the managers" }).locator("li").first().waitFor();
    await looksGood(priscilla, named("handoffs-manager"));
  });
});
