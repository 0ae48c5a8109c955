/** Handoffs at their sizes, light and dark: no serious axe finding, and pictures to look at. */
import { test } from "vitest";
import { cardIn, claim, newTask, person, withBrowser, worker } from "./kit";
import { looksGoodEverywhere, phone, tablet } from "./look";

withBrowser();

test("handoffs hold up", async () => {
  const [nadia, maya] = await Promise.all([person("nurse"), worker("coordinator")]);
  const [nurse, jo] = await Promise.all([worker("nurse"), worker("ma")]);
  const task = await newTask(maya);
  await claim(nurse, task.id);
  await jo.ask("mutation($i: AskToTakeOverInput!) { askToTakeOver(input: $i) { clientMutationId } }", {
    i: { taskId: task.id },
  });
  await cardIn(nadia, "mine", task.id)
    .getByText(/asks for it/)
    .waitFor();
  await looksGoodEverywhere(nadia, "board-asked");
  await cardIn(nadia, "mine", task.id).locator("button").first().click();
  await nadia.getByRole("heading", { name: "Pass it on" }).scrollIntoViewIfNeeded();
  await looksGoodEverywhere(nadia, "pass-on");
  await nadia.getByRole("button", { name: /Hand over…/ }).click();
  await nadia.getByLabel("What is going on").waitFor();
  await looksGoodEverywhere(nadia, "hand-over");
  await nadia.goto(`/handoffs/${maya.teamId}`);
  await nadia.getByRole("region", { name: "For me" }).locator("li").first().waitFor();
  await looksGoodEverywhere(nadia, "handoffs");
  await nadia.getByRole("button", { name: "Hand over…" }).click();
  await nadia.getByRole("dialog").getByRole("checkbox").first().check();
  await looksGoodEverywhere(nadia, "hand-over-several", [tablet, phone]);
  await nadia.keyboard.press("Escape");
  await nadia.getByRole("dialog").waitFor({ state: "detached" });
  await nadia.getByRole("button", { name: "Leave for the day" }).click();
  await nadia.getByText(/Say what becomes of each/).waitFor();
  await looksGoodEverywhere(nadia, "leaving");

  const priscilla = await person("manager");
  await priscilla.goto(`/handoffs/${maya.teamId}`);
  await priscilla.getByRole("region", { name: "For the managers" }).locator("li").first().waitFor();
  await looksGoodEverywhere(priscilla, "handoffs-manager");
});
