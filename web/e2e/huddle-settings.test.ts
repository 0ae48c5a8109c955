/** What a team sets about its huddles, what people put on an agenda, and what is added to a record. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { type Api, newTask, person, somePatient, withBrowser, worker } from "./kit";

withBrowser();

const settings = (page: Page) => page.getByRole("region", { name: "How this team huddles" });

async function toHuddle(page: Page, by: Api) {
  await page.goto(`/huddle/${by.teamId}`);
  await page.getByTestId("agenda").locator("li").first().waitFor();
}

test("a manager sets after how much silence a patient is on the agenda; the team reads it at once", async () => {
  const [eva, ana, api] = await Promise.all([person("manager"), person("nurse"), worker("manager")]);
  await Promise.all([toHuddle(eva, api), toHuddle(ana, api)]);
  expect(await settings(ana).getByRole("button", { name: "Change…" }).count()).toBe(0);
  await settings(ana).getByText("14 days").waitFor();

  await settings(eva).getByRole("button", { name: "Change…" }).click();
  const dialog = eva.getByRole("dialog", { name: "How this team huddles" });
  expect(await dialog.getByLabel("High risk").inputValue()).toBe("14 days");
  await dialog.getByText("14 unless set").waitFor();
  await dialog.getByLabel("High risk").fill("21");
  await dialog.getByLabel("Length").fill("15");
  await dialog.getByRole("button", { name: "Set", exact: true }).click();
  await dialog.waitFor({ state: "detached" });

  await settings(eva).getByText("21 days").waitFor();
  await settings(ana).getByText("21 days").waitFor();
  await settings(ana).getByText("Its huddles take 15 minutes.").waitFor();
  const { careTeam } = await api.ask(
    "query($id: ID!) { careTeam(id: $id) { huddleSettings { highTouchDays lowTouchDays } } }",
    { id: api.teamId },
  );
  expect(careTeam.huddleSettings).toEqual({ highTouchDays: 21, lowTouchDays: 90 });
});

test("work without a patient is put on the agenda by its words, work for a patient as that patient", async () => {
  const [page, api] = await Promise.all([person("nurse"), worker("nurse")]);
  const patient = await somePatient(api, ["STABLE"]);
  const stamp = Date.now();
  const later = { priority: "ROUTINE", dueAt: new Date(Date.now() + 9 * 86_400_000).toISOString() };
  const plain = await newTask(api, { title: `Order the new forms ${stamp}`, ...later });
  const about = await newTask(api, { title: `Fill in the form ${stamp}`, patientId: patient.id, ...later });
  await toHuddle(page, api);
  const agenda = page.getByTestId("agenda");

  async function add(words: string, option: RegExp, note: string) {
    await page.getByRole("button", { name: "Add…" }).click();
    const dialog = page.getByRole("dialog", { name: "Add to the huddle" });
    await dialog.getByRole("combobox", { name: "Patient or work" }).fill(words);
    await page.getByRole("option", { name: option }).first().click();
    await dialog.getByLabel("What it is about").fill(note);
    await dialog.getByRole("button", { name: "Add", exact: true }).click();
    await dialog.waitFor({ state: "detached" });
  }
  await add(plain.title.toLowerCase(), new RegExp(plain.title), "Who has the old ones?");
  const item = agenda.locator("[data-item]", { hasText: plain.title });
  await item.getByText("Who has the old ones?").waitFor();
  await item.getByRole("button", { name: plain.title }).click();
  await page.getByRole("dialog").getByRole("heading", { name: plain.title }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });

  await add(about.title, /Fill in the form/, `For the school ${stamp}`);
  const person_ = agenda.locator("[data-item]", { hasText: `For the school ${stamp}` });
  await person_.getByRole("button", { name: patient.displayName }).waitFor();
  expect(await agenda.getByText(about.title).count()).toBe(0);

  await add(patient.displayName, new RegExp(patient.displayName), `And by name ${stamp}`);
  await agenda.locator("[data-item]", { hasText: `And by name ${stamp}` }).waitFor();
});

test("what somebody else adds to a record is on the open page by itself", async () => {
  const [lead, api] = await Promise.all([person("nurse@maple"), worker("hugo.lindgren@maple")]);
  await lead.goto(`/huddle/${api.teamId}`);
  await lead.getByRole("button", { name: "Start huddle" }).click();
  await lead.getByRole("button", { name: "End the huddle" }).first().click();
  await lead.getByRole("dialog").getByRole("button", { name: "End and sign" }).click();
  await lead.getByTestId("record").getByText("Unchanged since it was signed.").waitFor();
  const { careTeam } = await api.ask(
    "query($id: ID!) { careTeam(id: $id) { huddles(first: 1) { nodes { id } } } }",
    { id: api.teamId },
  );
  const id = careTeam.huddles.nodes[0].id;
  await lead.goto(`/huddle/${api.teamId}/record/${id}`);
  await lead.getByTestId("record").getByText("Unchanged since it was signed.").waitFor();
  await lead.locator("[data-testid=connection][data-is=live]").waitFor();

  await api.ask(
    "mutation($i: AddHuddleAddendumInput!) { addHuddleAddendum(input: $i) { clientMutationId } }",
    {
      i: { huddleId: id, text: "The ride was for Tuesday" },
    },
  );

  await lead.getByRole("region", { name: "Added later" }).getByText("The ride was for Tuesday").waitFor();
  await lead.getByText("Hugo Lindgren,").waitFor();
});
