/** The screens of the wall, of emergencies and of the privacy officer: no serious axe finding, and a picture to look at. */
import { describe, test } from "vitest";
import { newTask, person, somePatient, withBrowser, worker } from "./kit";
import { looksGood } from "./look";
import { nameOf, pin, row, touch, typePin, wall } from "./walls";

withBrowser();

const looks = [
  ["1280-light", { width: 1280, height: 800, scheme: "light" }],
  ["820-dark", { width: 820, height: 1180, scheme: "dark" }],
  ["1920-dark", { width: 1920, height: 1080, scheme: "dark" }],
  ["820-light", { width: 820, height: 1180, scheme: "light" }],
] as const;
const longAgo = () => new Date(Date.now() - 900 * 3_600_000).toISOString();

describe.each(looks)("at %s", (name, look) => {
  const named = (screen: string) => `${screen}-${name}`;

  test("the privacy officer’s screens hold up", async () => {
    const patient = await somePatient(await worker("manager"), ["WATCH"]);
    const officer = await person("manager", look);
    await officer.goto("/privacy/log");
    await officer.getByRole("table").locator("tbody tr").first().waitFor();
    await looksGood(officer, named("privacy-log"));
    await officer.goto(`/privacy/patient?patient=${patient.id}`);
    await officer.getByRole("heading", { name: "Each time" }).waitFor();
    await looksGood(officer, named("privacy-patient"));
  });

  test("emergencies and confidential marks hold up", async () => {
    const patient = await somePatient(await worker("manager"), ["WATCH"]);
    const officer = await person("manager", look);
    await officer.goto("/privacy/emergencies");
    await officer
      .getByText(/Nothing waits|opened/)
      .first()
      .waitFor();
    await looksGood(officer, named("privacy-emergencies"));
    const doctor = await person("clinician", look);
    await doctor.goto(`${doctor.url().split("?")[0]}?patient=${patient.id}`);
    await doctor.getByRole("button", { name: "Change", exact: true }).last().click();
    await doctor.getByText("This record is").scrollIntoViewIfNeeded();
    await looksGood(doctor, named("confidential"));
    await doctor.keyboard.press("Escape");
    await doctor.getByRole("dialog").waitFor({ state: "detached" });
    await doctor.keyboard.press("/");
    await doctor.getByRole("combobox", { name: "Find a patient" }).fill("qqqqqq");
    await doctor.getByRole("button", { name: /Open in an emergency/ }).waitFor();
    await looksGood(doctor, named("emergency-offer"));
    await doctor.getByRole("button", { name: /Open in an emergency/ }).click();
    await doctor.getByLabel("MRN").waitFor();
    await looksGood(doctor, named("emergency-form"));
  });

  test("the wall holds up when somebody acts at it", async () => {
    const [manager, ana] = await Promise.all([worker("manager"), worker("nurse")]);
    const { screen } = await wall(manager);
    await screen.setViewportSize(look);
    if (look.scheme === "light") await screen.getByRole("button", { name: "Light" }).click();
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
});
