/** What people and other programs write is shown as they wrote it, and does nothing. No address or title says who a patient is. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Api, isLive, person, withBrowser, worker } from "./kit";
import { type Running, run } from "./server";
import { wall } from "./walls";

withBrowser();

const naughty = [
  '<img src=x onerror="alert(1)">',
  "<svg/onload=alert(2)>",
  '"><script>alert(3)</script>',
  "javascript:alert(4)",
  "[look](javascript:alert(5)) **bold** `code`",
  "{{constructor.constructor(`alert(6)`)()}} #{alert(7)} <%= alert(7) %>",
  "\u202Egnp.live\u202C from right to left",
  "\\H\\Allergy\\N\\ \\.br\\ \\X3C\\b\\X3E\\ OBX|1|TX|^~\\&|",
  "Wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww",
  "=1+1 @SUM(A1) 👩🏽‍⚕️ ﷽ Z̷̡̛͚a̸̢͝l̴̰͝g̵̨̀o̷̝͝",
];
const family = "<img src=x onerror=alert(8)>";
const given = "<svg/onload=alert(9)>";

let server: Running;
let maya: Api;
let patient: { id: string; displayName: string; mrn: string; birthDate: string };
const tasks: { id: string; text: string }[] = [];

const write = (by: Api, name: string, type: string, input: object) =>
  by.ask(`mutation($i: ${type}!) { ${name}(input: $i) { clientMutationId } }`, { i: input });

beforeAll(async () => {
  server = await run();
  server.cli("import", "fhir", bundle(), "--team", "Cedar");
  maya = await worker("coordinator", server.base);
  const found = await maya.ask(
    "query($f: PatientFilter!) { patients(filter: $f, first: 1) { nodes { id displayName mrn birthDate } } }",
    { f: { search: "NAUGHTY-1" } },
  );
  patient = found.patients.nodes[0];
  for (const text of naughty) {
    const { createTask } = await maya.ask(
      "mutation($i: CreateTaskInput!) { createTask(input: $i) { task { id } } }",
      {
        i: {
          careTeamId: maya.teamId,
          kind: "OUTREACH_CALL",
          title: text,
          instructions: text,
          patientId: patient.id,
          priority: "STAT",
          dueAt: new Date(Date.now() - 800 * 3_600_000).toISOString(),
        },
      },
    );
    const taskId = createTask.task.id;
    tasks.push({ id: taskId, text });
    await write(maya, "addTaskComment", "AddTaskCommentInput", { taskId, text });
    await write(maya, "addTaskStep", "AddTaskStepInput", { taskId, text });
    await write(maya, "setPatientStatus", "SetPatientStatusInput", {
      patientId: patient.id,
      status: tasks.length % 2 ? "IN_ED" : "INPATIENT",
      note: text,
    });
  }
  for (const { id: taskId, text } of tasks.slice(0, 3)) {
    await write(maya, "claimTask", "ClaimTaskInput", { taskId });
    await write(maya, "holdTask", "HoldTaskInput", { taskId, reason: text });
  }
});
afterAll(() => server?.end());

/** What must never happen on a page, collected for as long as it is open. */
function alarmed(page: Page): string[] {
  const alarms: string[] = [];
  page.on("dialog", (dialog) => {
    alarms.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("pageerror", (error) => alarms.push(`error: ${error.message}`));
  page.on("console", (line) => {
    if (/Content Security Policy|Refused to/.test(line.text())) alarms.push(line.text());
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol === "blob:") return;
    if (url.origin !== server.base || url.pathname.endsWith("/x")) alarms.push(`request: ${request.url()}`);
  });
  return alarms;
}

/** Neither the title nor the address says who it is about, and nothing sticks out of the page. */
async function discreet(page: Page) {
  expect(await page.title()).toBe("Huddle");
  const address = decodeURIComponent(page.url()).toLowerCase();
  for (const word of [patient.displayName, patient.mrn, patient.birthDate, family, given])
    expect(address).not.toContain(word.toLowerCase());
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth + 1)).toBe(true);
}

test("case 71, case 88: the board and its drawers show each text as text", async () => {
  const page = await person("nurse", { at: server.base });
  const alarms = alarmed(page);
  const board = page.url().split("?")[0];
  await discreet(page);
  for (const { id, text } of tasks) {
    await page.goto(`${board}?task=${id}`);
    await page.getByRole("dialog").getByRole("heading", { name: "History" }).waitFor();
    const times = async () => (await page.getByRole("dialog").innerText()).split(text).length - 1;
    await expect.poll(times, { message: text }).toBeGreaterThanOrEqual(4);
    await discreet(page);
  }
  await page.goto(`${board}?patient=${patient.id}`);
  await page.getByRole("dialog").locator("ol li").first().waitFor();
  const drawer = await page.getByRole("dialog").innerText();
  for (const text of [family, given, ...naughty.slice(-3)]) expect(drawer).toContain(text);
  const links = await page
    .getByRole("dialog")
    .locator("a[href]")
    .evaluateAll((all) => all.map((one) => (one as HTMLAnchorElement).protocol));
  expect(links.filter((one) => !["tel:", "mailto:"].includes(one))).toEqual([]);
  await discreet(page);
  expect(await page.locator("[data-task] img, [role=dialog] img, [data-task] script").count()).toBe(0);

  await page.goto(String(board));
  await isLive(page);
  await page.keyboard.press("/");
  await page.getByRole("combobox", { name: "Find a patient" }).fill("NAUGHTY-1");
  await page.getByRole("option").first().getByText(family).waitFor();
  await discreet(page);
  expect(alarms).toEqual([]);
});

test("case 71, case 88: caseload, wall and privacy hold as well", async () => {
  const manager = await worker("manager", server.base);
  const [page, shared] = await Promise.all([
    person("manager", { at: server.base }),
    wall(manager, server.base),
  ]);
  const alarms = alarmed(page);
  const wallAlarms = alarmed(shared.screen);
  await page.goto(`/caseload/${maya.teamId}`);
  await page.locator("li button[aria-pressed]").first().click();
  await discreet(page);
  await page.goto(`/wall/${maya.teamId}`);
  await page.locator("[data-testid=wall] ol li").first().waitFor();
  await discreet(page);

  await shared.screen.reload();
  await shared.screen.locator("[data-testid=wall] ol li").first().waitFor();
  await discreet(shared.screen);
  const shown = await shared.screen.locator("body").innerText();
  for (const text of [patient.displayName, ...naughty]) expect(shown).not.toContain(text);

  await page.goto(`/privacy/log?patient=${patient.id}`);
  await page.getByRole("table").getByText(family).first().waitFor();
  await discreet(page);
  await page.goto(`/privacy/patient?patient=${patient.id}`);
  await page.getByRole("heading", { name: patient.displayName }).waitFor();
  await discreet(page);
  expect([...alarms, ...wallAlarms]).toEqual([]);
});

test("case 71, case 88: a reason that somebody gave in an emergency is words as well", async () => {
  const [nurse, officer] = await Promise.all([
    person("nurse@maple", { at: server.base }),
    person("manager", { at: server.base }),
  ]);
  const alarms = [alarmed(nurse), alarmed(officer)];
  const reason = `${naughty[0]} ${naughty[6]}`;
  await nurse.keyboard.press("/");
  await nurse.getByRole("combobox", { name: "Find a patient" }).fill(patient.mrn);
  await nurse.getByRole("button", { name: /Open in an emergency/ }).click();
  const form = nurse.getByRole("dialog");
  await form.getByLabel("MRN").fill(patient.mrn);
  await form.getByLabel("Birth date").fill(patient.birthDate);
  await form.getByLabel("Why is it needed?").fill(reason);
  await form.getByRole("button", { name: "Open the record" }).click();
  await nurse
    .getByText(naughty[0] as string)
    .first()
    .waitFor();
  await discreet(nurse);

  await officer.goto("/privacy/emergencies");
  await officer
    .locator("[data-emergency] blockquote")
    .getByText(naughty[0] as string)
    .waitFor();
  await discreet(officer);
  expect(alarms.flat()).toEqual([]);
});

function bundle(): string {
  const file = join(mkdtempSync(join(tmpdir(), "huddle-words-")), "patient.json");
  const resource = {
    resourceType: "Patient",
    id: "naughty-1",
    identifier: [
      {
        type: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0203", code: "MR" }] },
        system: "urn:huddle:words",
        value: "NAUGHTY-1",
      },
    ],
    active: true,
    name: [{ use: "official", family, given: [given] }],
    birthDate: "1961-04-03",
    gender: "other",
    telecom: [
      { system: "phone", value: "javascript:alert(10)" },
      { system: "email", value: "<img/src=x>@evil.test" },
    ],
    address: [{ text: "<iframe src=javascript:alert(11)>" }],
    contact: [{ name: { text: naughty[2] }, relationship: [{ text: naughty[1] }] }],
  };
  const content = {
    resourceType: "Bundle",
    type: "collection",
    entry: [{ fullUrl: "urn:uuid:1b1f0000-0000-4000-8000-000000000001", resource }],
  };
  writeFileSync(file, JSON.stringify(content));
  return file;
}
