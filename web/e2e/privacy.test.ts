import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { cardIn, newTask, person, somePatient, withBrowser, worker } from "./kit";
import { nameOf } from "./walls";

withBrowser();

const beside = (page: Page, patient: string) => page.goto(`${page.url().split("?")[0]}?patient=${patient}`);
const rows = (page: Page) => page.getByRole("table", { name: "The access log" }).locator("tbody tr");

test("case 33: a patient who is marked leaves the board and the drawer of who is not cleared, at once", async () => {
  const [ana, doctor, maya] = await Promise.all([
    person("nurse"),
    person("clinician"),
    worker("coordinator"),
  ]);
  const patient = await somePatient(maya, ["STABLE"]);
  const task = await newTask(maya, { patientId: patient.id });
  await cardIn(ana, "pool", task.id).waitFor();
  await beside(ana, patient.id);
  await ana.getByRole("dialog").getByRole("heading", { name: patient.displayName }).waitFor();

  await beside(doctor, patient.id);
  const drawer = doctor.getByRole("dialog");
  await drawer.getByRole("button", { name: "Change", exact: true }).last().click();
  await drawer.getByLabel("Behavioral health").check();
  await drawer.getByLabel("Why?").fill("In treatment since today");
  await drawer.getByRole("button", { name: "Save" }).click();

  await drawer.getByRole("list", { name: "Confidential" }).getByText("Behavioral health").waitFor();
  await cardIn(ana, "pool", task.id).waitFor({ state: "detached" });
  await ana.getByText("This patient is not here").waitFor();
  expect(await ana.locator("body").innerText()).not.toContain(patient.displayName);
  await cardIn(doctor, "pool", task.id).waitFor({ state: "attached" });
});

test("case 84: the look just made is on record, by whom and at whom", async () => {
  const [ana, anaApi, officer, maya] = await Promise.all([
    person("nurse"),
    worker("nurse"),
    person("manager"),
    worker("coordinator"),
  ]);
  const patient = await somePatient(maya, ["WATCH"]);
  const me = await nameOf(anaApi);
  await beside(ana, patient.id);
  await ana.getByRole("dialog").getByRole("heading", { name: patient.displayName }).waitFor();

  await officer.goto(`/privacy/log?patient=${patient.id}&staff=${me.id}&kind=READ`);

  const row = rows(officer).first();
  await row.getByText(me.displayName).waitFor();
  expect(await row.innerText()).toContain(patient.displayName);
  expect(await row.innerText()).toContain("Looked at");

  await officer.goto(`/privacy/patient?patient=${patient.id}`);
  await officer.getByRole("heading", { name: patient.displayName }).waitFor();
  await officer
    .getByRole("table", { name: "Who looked at this patient" })
    .getByText(me.displayName)
    .first()
    .waitFor();

  await officer.goto(`/privacy/person?staff=${me.id}`);
  await officer.getByRole("table", { name: "What this person did" }).locator("tbody tr").first().waitFor();
});

test("the log is sorted by its headers, narrowed by a name, and goes on page by page", async () => {
  const [officer, maya] = await Promise.all([person("manager"), worker("coordinator")]);
  for (let look = 0; look < 60; look++) await maya.ask("query Look { patients(first: 1) { nodes { id } } }");
  await officer.goto("/privacy/log");
  await rows(officer).first().waitFor();
  const before = await rows(officer).count();
  await officer.getByRole("button", { name: "More" }).click();
  await expect.poll(() => rows(officer).count()).toBeGreaterThan(before);

  await officer.getByRole("columnheader", { name: "Who" }).getByRole("button").click();
  await officer.locator("th[aria-sort=ascending]", { hasText: "Who" }).waitFor();
  // One page again: the new order is on the screen.
  await expect.poll(() => rows(officer).count()).toBe(before);

  const person1 = rows(officer).locator("td:nth-child(2) button").first();
  const name = await person1.innerText();
  await person1.click();
  await expect
    .poll(async () => new Set(await rows(officer).locator("td:nth-child(2) button").allInnerTexts()))
    .toEqual(new Set([name]));
  await officer.reload();
  await rows(officer).first().waitFor();
  expect(officer.url()).not.toContain(encodeURIComponent(name));
});

test("case 28: the export is a file, without a name in it or in its own name, and on record", async () => {
  const officer = await person("manager");
  await officer.goto("/privacy/log?kind=SIGN_IN");
  await rows(officer).first().waitFor();

  const [file] = await Promise.all([
    officer.waitForEvent("download"),
    officer.getByRole("button", { name: "Export as CSV" }).click(),
  ]);

  expect(file.suggestedFilename()).toMatch(/^huddle-audit-\d{4}-\d\d-\d\d\.csv$/);
  const text = readFileSync(await file.path(), "utf8");
  expect(text.split("\n")[0]).toContain("actor_kind");
  expect(text).not.toContain(",READ,");
  await officer.goto("/privacy/log?kind=EXPORT");
  await rows(officer).first().getByText("Exported").waitFor();
});

test("case 19: who is no privacy officer gets no record", async () => {
  const ana = await person("nurse");

  await ana.goto("/privacy/log");

  await ana.getByText("This is for the privacy officer").waitFor();
  await ana.getByRole("button", { name: /my menu/ }).click();
  expect(await ana.getByRole("menuitem", { name: "Privacy" }).count()).toBe(0);
});
