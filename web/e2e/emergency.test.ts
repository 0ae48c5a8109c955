import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { type Api, person, withBrowser, worker } from "./kit";
import { looksGood } from "./look";

withBrowser();

type Chart = { id: string; displayName: string; mrn: string; birthDate: string };

/** Of Cedar: nobody of Maple sees them. Another one for each test. */
async function chart(nth: number): Promise<Chart> {
  const maya = await worker("coordinator");
  const { patients } = await maya.ask(
    "query($f: PatientFilter!) { patients(filter: $f, first: 60) { nodes { id displayName mrn birthDate } } }",
    { f: { careTeamId: maya.teamId, status: ["STABLE"] } },
  );
  return patients.nodes.filter((one: Chart) => one.mrn && one.birthDate)[nth];
}

async function open(page: Page, patient: Chart, reason: string) {
  await page.keyboard.press("/");
  await page.getByRole("combobox", { name: "Find a patient" }).fill(patient.mrn);
  await page.getByRole("button", { name: /Open in an emergency/ }).click();
  const form = page.getByRole("dialog");
  await form.getByLabel("MRN").fill(patient.mrn);
  await form.getByLabel("Birth date").fill(patient.birthDate);
  await form.getByLabel("Why is it needed?").fill(reason);
  await form.getByRole("button", { name: "Open the record" }).click();
}

const drawerOf = (page: Page, patient: Chart) =>
  page.getByRole("dialog").getByRole("heading", { name: patient.displayName });

async function newest(officer: Api) {
  const { breakGlassReviews } = await officer.ask(
    "{ breakGlassReviews(open: true, first: 1) { nodes { id reason patientId } } }",
  );
  return breakGlassReviews.nodes[0];
}

test("case 32: emergency access is seen by the officer at once, reviewed, and ended by the review", async () => {
  const patient = await chart(3);
  const [nurse, officer, officerApi] = await Promise.all([
    person("nurse@maple"),
    person("manager"),
    worker("manager"),
  ]);
  const reason = "Brought in by ambulance, cannot speak for herself";

  await open(nurse, patient, reason);
  await drawerOf(nurse, patient).waitFor();
  await nurse.getByText(/Emergency access until \d\d:\d\d/).waitFor();
  await nurse.getByText(reason).waitFor();
  await looksGood(nurse, "emergency-1280-light");
  expect(await nurse.getByRole("button", { name: "Change status" }).count()).toBe(0);
  expect(await nurse.getByRole("button", { name: /New task for/ }).count()).toBe(0);

  await officer
    .getByText(/opened a patient in an emergency/)
    .first()
    .waitFor();
  await officer.getByRole("link", { name: "Review it" }).click();
  const { id } = await newest(officerApi);
  const found = officer.locator(`[data-emergency="${id}"]`);
  await found.getByText(reason).waitFor();
  await found.getByRole("button", { name: "What was looked at" }).click();
  await found.getByRole("cell", { name: "Emergency look" }).first().waitFor();
  await found.getByLabel(/^Not appropriate/).check();
  await found.getByLabel("Note").fill("She was awake and could have been asked");
  await found.getByRole("button", { name: "Save the review" }).click();

  await found.waitFor({ state: "detached" });
  await nurse.getByText(/emergency access was ended/).waitFor();
  await drawerOf(nurse, patient).waitFor({ state: "detached" });
  await officer.getByText("Reviewed", { exact: true }).click();
  await officer.locator(`[data-emergency="${id}"]`).getByText("Not appropriate").waitFor();
});

test("case 32: whoever opened it ends it, and the patient leaves the screen", async () => {
  const patient = await chart(5);
  const nurse = await person("nurse@maple");
  await open(nurse, patient, "Chest pain at the front desk");
  await drawerOf(nurse, patient).waitFor();

  await nurse.getByRole("button", { name: "End it" }).click();

  await drawerOf(nurse, patient).waitFor({ state: "detached" });
  await nurse.goto(`${nurse.url().split("?")[0]}?patient=${patient.id}`);
  await nurse.getByText("This patient is not here").waitFor();
});

test("case 32: after its time the patient leaves the screen by itself", async () => {
  const patient = await chart(7);
  const nurse = await person("nurse@maple");
  await nurse.clock.install();
  await open(nurse, patient, "Fell on the stairs, bleeding");
  await drawerOf(nurse, patient).waitFor();

  await nurse.clock.fastForward(60 * 60_000 + 1_000);

  await drawerOf(nurse, patient).waitFor({ state: "detached" });
});

test("case 32: no reason, no record; nobody is found by half of what one knows", async () => {
  const patient = await chart(9);
  const nurse = await person("nurse@maple");

  await open(nurse, patient, "short");
  expect(
    await nurse
      .getByLabel("Why is it needed?")
      .evaluate((one) => (one as HTMLTextAreaElement).validity.valid),
  ).toBe(false);
  await nurse.getByLabel("Why is it needed?").fill("Somebody I have heard of");
  await nurse.getByLabel("Birth date").fill("1900-01-01");
  await nurse.getByRole("button", { name: "Open the record" }).click();

  await nurse.getByText(/Nobody has this MRN and this birth date together/).waitFor();
});

test("who does not treat patients is offered no emergency", async () => {
  const manager = await person("manager");

  await manager.keyboard.press("/");
  await manager.getByRole("combobox", { name: "Find a patient" }).fill("qqqqqqq");
  await manager.getByText(/Nobody found/).waitFor();

  expect(await manager.getByRole("button", { name: /Open in an emergency/ }).count()).toBe(0);
});
