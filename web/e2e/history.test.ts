import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { claim, newTask, person, withBrowser, worker } from "./kit";

withBrowser();

test("a board of the past is played back, says what it is, and has nothing to press", async () => {
  const nurse = await worker("nurse");
  const task = await newTask(nurse);
  await claim(nurse, task.id);
  const ana = await person("coordinator");

  await ana.getByRole("link", { name: "Replay" }).click();
  await ana.getByText(/^This is the past: /).waitFor();
  await ana.locator("[data-ready=true]").waitFor();

  // The last two things of the day are the task's.
  await ana.keyboard.press("End");
  const words = ana.locator("output");
  await words.getByText(`took “${task.title}”`).waitFor();
  const card = (column: string) => ana.locator(`section[data-name=${column}] [data-task="${task.id}"]`);
  await card("team").waitFor();
  expect(await card("team").locator("button, a").count(), "nothing to press on a card of the past").toBe(0);
  await ana.keyboard.press("ArrowLeft");
  await words.getByText(`added “${task.title}”`).waitFor();
  await card("pool").waitFor();
  await ana.keyboard.press("ArrowLeft");
  await card("pool").waitFor({ state: "detached" });

  await ana.getByRole("button", { name: "Play" }).click();
  await ana.getByRole("button", { name: "Pause" }).click();
  await ana.getByLabel("Moment of the day").fill(await ana.getByLabel("Moment of the day").getAttribute("max") as string);
  await card("team").waitFor();
  await ana.getByRole("link", { name: "Back to now" }).click();
  await ana.getByRole("heading", { name: "Pool" }).waitFor();
  expect(await ana.getByText(/^This is the past/).count()).toBe(0);
});

test("times are shown as plots with tables, and taken away as a workbook", async () => {
  const ana = await person("manager");
  await ana.getByRole("link", { name: "Times" }).click();
  await ana.getByRole("img", { name: "Times by kind, as bars" }).waitFor();
  await ana.getByRole("img", { name: "Median over time, as a line" }).waitFor();
  const table = ana.getByRole("table", { name: "Claim by kind" });
  expect(await table.getByRole("row").count()).toBeGreaterThan(3);

  await ana.getByText("Completion", { exact: true }).click();
  await ana.getByRole("table", { name: "Completion by kind" }).waitFor();
  const coming = ana.waitForEvent("download");
  await ana.getByRole("button", { name: "Save as" }).click();
  await ana.getByRole("menuitem", { name: "Workbook (XLSX)" }).click();
  const file = await coming;
  expect(file.suggestedFilename()).toMatch(/^huddle-times-\d{4}-\d{2}-\d{2}\.xlsx$/);
  const bytes = await readFile((await file.path()) as string);
  expect(bytes.subarray(0, 2).toString(), "a workbook is a zip").toBe("PK");
});
