import { expect, test } from "vitest";
import { cardIn, newTask, person, somePatient, withBrowser, worker } from "./kit";

withBrowser();

test("a link opens the patient, and a status that is set shows on the other screen", async () => {
  const [ana, ben, maya] = await Promise.all([person("nurse"), person("nurse2"), worker("coordinator")]);
  const patient = await somePatient(maya, ["STABLE"]);
  const task = await newTask(maya, { patientId: patient.id });
  await cardIn(ben, "pool", task.id).waitFor();

  await ana.goto(`${ana.url().split("?")[0]}?patient=${patient.id}`);
  const drawer = ana.getByRole("dialog");
  await drawer.getByRole("heading", { name: patient.displayName }).waitFor();
  await drawer.getByRole("button", { name: "Change status" }).click();
  await drawer.getByLabel("Where are they now?").click();
  await ana.getByRole("option", { name: "In ED" }).click();
  await drawer.getByLabel("Note").fill("Chest pain since the morning");
  await drawer.getByRole("button", { name: "Set status" }).click();

  await cardIn(ben, "pool", task.id).getByText("In ED").waitFor();
  await drawer.getByText("Chest pain since the morning").first().waitFor();
});

test("two who set a status at once: the second is told, and nothing of theirs is written", async () => {
  const [ana, maya] = await Promise.all([person("nurse"), worker("coordinator")]);
  const patient = await somePatient(maya, ["WATCH"]);
  await ana.goto(`${ana.url().split("?")[0]}?patient=${patient.id}`);
  const drawer = ana.getByRole("dialog");
  await drawer.getByRole("button", { name: "Change status" }).click();

  await maya.ask("mutation($i: SetPatientStatusInput!) { setPatientStatus(input: $i) { patient { id } } }", {
    i: { patientId: patient.id, status: "IN_CLINIC" },
  });

  await drawer.getByText(/Somebody changed this patient/).waitFor();
  expect(await drawer.getByRole("button", { name: "Set status" }).isDisabled()).toBe(true);
});

test("a patient is found by name from anywhere", async () => {
  const [ana, maya] = await Promise.all([person("nurse"), worker("coordinator")]);
  const patient = await somePatient(maya, ["STABLE", "WATCH"]);

  await ana.keyboard.press("/");
  await ana.getByRole("combobox", { name: "Find a patient" }).fill(patient.displayName);
  await ana.getByRole("option").first().waitFor();
  await ana.keyboard.press("Enter");

  await ana.getByRole("dialog").getByRole("heading", { name: patient.displayName }).waitFor();
});

test("who has a patient open sees who else does, for as long as they do", async () => {
  const [ana, ben, maya] = await Promise.all([person("nurse"), person("nurse2"), worker("coordinator")]);
  const patient = await somePatient(maya, ["STABLE"]);
  const open = (page: typeof ana) => page.goto(`${page.url().split("?")[0]}?patient=${patient.id}`);

  await open(ana);
  await ana.getByRole("dialog").getByRole("heading", { name: patient.displayName }).waitFor();
  expect(await ana.getByText(/also has this patient open/).count()).toBe(0);
  await open(ben);
  await ana.getByText(/also has this patient open/).waitFor();
  await ben.getByText(/also has this patient open/).waitFor();

  await ben.keyboard.press("Escape");
  await ana.getByText(/also has this patient open/).waitFor({ state: "detached" });
});
