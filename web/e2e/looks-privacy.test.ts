/** The screens of the wall, of emergencies and of the privacy officer: no serious axe finding, and a picture to look at. */
import { test } from "vitest";
import { newTask, person, somePatient, withBrowser, worker } from "./kit";
import { looksGood, looksGoodEverywhere } from "./look";
import { dimmer, nameOf, pin, row, touch, typePin, wall } from "./walls";

withBrowser();

const longAgo = () => new Date(Date.now() - 900 * 3_600_000).toISOString();

test("the privacy officer’s screens hold up", async () => {
  const [officer, manager] = await Promise.all([person("manager"), worker("manager")]);
  const patient = await somePatient(manager, ["WATCH"]);
  await officer.goto("/privacy/log");
  await officer.getByRole("table").locator("tbody tr").first().waitFor();
  await looksGoodEverywhere(officer, "privacy-log");
  await officer.goto(`/privacy/patient?patient=${patient.id}`);
  await officer.getByRole("heading", { name: "Each time" }).waitFor();
  await looksGoodEverywhere(officer, "privacy-patient");
  await officer.goto("/privacy/emergencies");
  await officer
    .getByText(/Nothing waits|opened/)
    .first()
    .waitFor();
  await looksGoodEverywhere(officer, "privacy-emergencies");
});

test("confidential marks and the way in for emergencies hold up", async () => {
  const [doctor, manager] = await Promise.all([person("clinician"), worker("manager")]);
  const patient = await somePatient(manager, ["WATCH"]);
  await doctor.goto(`${doctor.url().split("?")[0]}?patient=${patient.id}`);
  await doctor.getByRole("button", { name: "Change", exact: true }).last().click();
  await doctor.getByText("This record is").scrollIntoViewIfNeeded();
  await looksGoodEverywhere(doctor, "confidential");
  await doctor.keyboard.press("Escape");
  await doctor.getByRole("dialog").waitFor({ state: "detached" });
  await doctor.keyboard.press("/");
  await doctor.getByRole("combobox", { name: "Find a patient" }).fill("qqqqqq");
  await doctor.getByRole("button", { name: /Open in an emergency/ }).waitFor();
  await looksGoodEverywhere(doctor, "emergency-offer");
  await doctor.getByRole("button", { name: /Open in an emergency/ }).click();
  await doctor.getByLabel("MRN").waitFor();
  await looksGoodEverywhere(doctor, "emergency-form");
});

// Whoever acts has a minute, so there is no tour of the sizes: the two that differ most.
test.each([
  ["1920-dark", "dark", { width: 1920, height: 1080 }],
  ["820-light", "light", { width: 820, height: 1180 }],
] as const)("the wall holds up when somebody acts at it, at %s", async (name, scheme, size) => {
  const named = (screen: string) => `${screen}-${name}`;
  const [manager, ana] = await Promise.all([worker("manager"), worker("nurse")]);
  const { screen } = await wall(manager);
  await screen.setViewportSize(size);
  await dimmer(screen)(scheme);
  const [digits, me, task] = await Promise.all([
    pin(ana),
    nameOf(ana),
    newTask(manager, { dueAt: longAgo() }),
  ]);
  await row(screen, task.id).waitFor();
  await touch(screen, task.id);
  await screen.getByRole("heading", { name: "Who are you?" }).waitFor();
  await looksGood(screen, named("wall-who"));
  await screen.getByRole("button", { name: "Use my phone" }).click();
  await screen.getByTestId("act-code").waitFor();
  await looksGood(screen, named("wall-phone"));
  await screen.getByRole("button", { name: "Use a PIN" }).click();
  await screen.getByRole("dialog").getByRole("button", { name: me.displayName }).click();
  await looksGood(screen, named("wall-pin"));
  await typePin(screen, digits);
  await screen.getByRole("dialog").getByRole("button", { name: "Claim" }).waitFor();
  await looksGood(screen, named("wall-acting"));
  await screen.getByRole("button", { name: "Close" }).click();
  await screen.getByTestId("acting").getByRole("button", { name: "End" }).click();
});
