import { expect, test } from "vitest";
import { type Api, cardIn, claim, holderOf as holder, newTask, person, withBrowser, worker } from "./kit";

withBrowser();

const me = async (api: Api): Promise<{ id: string; displayName: string }> =>
  (await api.ask("{ viewer { staff { id displayName } } }")).viewer.staff;

test("a nurse hands a task over, and it is hers until the other acknowledges", async () => {
  const [ana, ben, maya] = await Promise.all([person("nurse"), person("nurse2"), worker("coordinator")]);
  const [nurse, nurse2] = await Promise.all([worker("nurse"), worker("nurse2")]);
  const [anna, other] = await Promise.all([me(nurse), me(nurse2)]);
  const task = await newTask(maya);
  await claim(nurse, task.id);

  await cardIn(ana, "mine", task.id).getByText(task.title).click();
  await ana.getByRole("button", { name: /Hand over…/ }).click();
  const dialog = ana.getByRole("dialog", { name: /Hand over:/ });
  await dialog.getByRole("combobox", { name: "To" }).fill(other.displayName);
  await ana.getByRole("option", { name: other.displayName }).click();
  await dialog.getByLabel("What is going on").fill("Her daughter calls back at two");
  await dialog.getByLabel("What is next").fill("Ask for the new dose");
  await dialog.getByRole("button", { name: "Hand over", exact: true }).click();
  await ana.getByText(/has not acknowledged it yet/).waitFor();
  expect(await holder(maya, task.id)).toBe(anna.id);

  await ben.goto(`/handoffs/${maya.teamId}`);
  const card = ben
    .getByRole("region", { name: "For me" })
    .locator("li", { hasText: "Her daughter calls back at two" });
  await card.getByText("Ask for the new dose").waitFor();
  await card.getByText(/to the managers in/).waitFor();
  await card.getByRole("button", { name: /Acknowledge/ }).click();

  await expect.poll(() => holder(maya, task.id)).toBe(other.id);
  await cardIn(ana, "team", task.id).waitFor();
  await ben.getByRole("region", { name: "Lately" }).getByText("Her daughter calls back at two").waitFor();
});

test("whoever asks for a task gets it by one key of its holder", async () => {
  const [ana, ben, maya] = await Promise.all([person("nurse"), person("nurse2"), worker("coordinator")]);
  const [nurse, nurse2] = await Promise.all([worker("nurse"), worker("nurse2")]);
  const [one, two] = [await newTask(maya), await newTask(maya)];
  await claim(nurse, one.id);
  await claim(nurse, two.id);

  await cardIn(ben, "team", one.id).getByRole("button", { name: "Ask", exact: true }).click();
  await cardIn(ben, "team", one.id).getByRole("button", { name: "Asked" }).waitFor();
  await cardIn(ben, "team", two.id).getByRole("button", { name: "Ask", exact: true }).click();
  await cardIn(ana, "mine", one.id)
    .getByText(/asks for it/)
    .waitFor();
  await cardIn(ana, "mine", one.id).locator("button").first().focus();
  await ana.keyboard.press("g");
  await cardIn(ben, "mine", one.id).waitFor();
  await cardIn(ana, "mine", two.id).getByRole("button", { name: "Keep", exact: true }).click();

  await cardIn(ben, "team", two.id).getByRole("button", { name: "Ask", exact: true }).waitFor();
  expect(await holder(maya, one.id)).toBe((await me(nurse2)).id);
  expect(await holder(maya, two.id)).toBe((await me(nurse)).id);
});

test("a task is given back with a reason by one key", async () => {
  const [ana, maya, nurse] = await Promise.all([person("nurse"), worker("coordinator"), worker("nurse")]);
  const task = await newTask(maya);
  await claim(nurse, task.id);
  await cardIn(ana, "mine", task.id).locator("button").first().focus();

  await ana.keyboard.press("r");
  await ana.getByRole("dialog", { name: /Give back:/ }).waitFor();
  await ana.keyboard.press("2");

  await cardIn(ana, "pool", task.id).waitFor();
  const history = "query($id: ID!) { task(id: $id) { history(first: 1) { nodes { action reason } } } }";
  await expect
    .poll(async () => (await maya.ask(history, { id: task.id })).task.history.nodes[0])
    .toEqual({ action: "RELEASED", reason: "Nobody answers, somebody else may try" });
});

test("what is escalated and what waits with who is away is on the manager's page, until somebody has it", async () => {
  const [eva, nurse, ruth, maya] = await Promise.all([
    person("manager"),
    worker("nurse"),
    worker("ruth.adeyemi@cedar"),
    worker("coordinator"),
  ]);
  const task = await newTask(maya);
  await claim(ruth, task.id);
  const note = `The family calls every hour ${Date.now()}`;
  const escalate = "mutation($i: EscalateTaskInput!) { escalateTask(input: $i) { handoff { id } } }";
  await nurse.ask(escalate, { i: { taskId: task.id, reason: note } });

  await eva.goto(`/handoffs/${maya.teamId}`);
  const escalated = eva.getByRole("region", { name: "For the managers" }).locator("li", { hasText: note });
  await escalated.getByRole("button", { name: "I know" }).click();
  await escalated.waitFor({ state: "detached" });

  await ruth.ask("mutation($i: HoldTaskInput!) { holdTask(input: $i) { task { id } } }", {
    i: { taskId: task.id, reason: "The lab sends it on Thursday" },
  });
  await ruth.ask("mutation { signOut }");
  const away = eva.getByRole("region", { name: "Held by who is away" }).locator(`[data-task="${task.id}"]`);
  await eva.reload();
  await away.getByText("The lab sends it on Thursday").waitFor();
  await away.getByRole("button", { name: "Give to" }).click();
  await eva.getByRole("menuitem", { name: (await me(nurse)).displayName }).click();
  await away.waitFor({ state: "detached" });
  expect(await holder(maya, task.id)).toBe((await me(nurse)).id);
});

test("whoever leaves for the day says what becomes of each task, and nothing stays behind", async () => {
  const [maya, tom] = await Promise.all([worker("coordinator"), worker("ma")]);
  const [one, two] = [await newTask(maya), await newTask(maya)];
  await claim(tom, one.id);
  await claim(tom, two.id);
  const page = await person("ma");

  await page.getByRole("button", { name: "My menu" }).click();
  await page.getByRole("menuitem", { name: "Leave for the day" }).click();
  const dialog = page.getByRole("dialog", { name: "Leave for the day" });
  const line = (id: string) => dialog.locator(`[data-task="${id}"]`);
  await line(one.id).getByText("Hand over").click();
  await line(one.id).getByRole("combobox", { name: "To" }).click();
  await page.getByRole("option", { name: "Anybody on the team" }).click();
  await line(two.id).getByText("Keep until tomorrow").click();
  await line(two.id).getByLabel("Reason").fill("The pharmacy opens at eight");
  await dialog.getByRole("button", { name: "Leave", exact: true }).click();
  await dialog.getByText("All of it is seen to").waitFor();
  await dialog.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();

  const read = "query($id: ID!) { task(id: $id) { status statusReason } }";
  expect((await maya.ask(read, { id: two.id })).task).toEqual({
    status: "ON_HOLD",
    statusReason: "The pharmacy opens at eight",
  });
  const waiting = "{ handoffs(box: TO_ME) { nodes { state items { task { id } } } } }";
  const { handoffs } = await maya.ask(waiting);
  expect(handoffs.nodes.some((one_: any) => one_.items.some((item: any) => item.task?.id === one.id))).toBe(
    true,
  );
});

const coordinatorOf = async (api: Api, id: string): Promise<string | undefined> => {
  const { patient } = await api.ask("query($id: ID!) { patient(id: $id) { coordinator { id } } }", { id });
  return patient.coordinator?.id;
};

/** Patients whom somebody coordinates, and whose name nobody else has. */
async function panelOf(api: Api, from: number, to: number): Promise<{ id: string; displayName: string }[]> {
  const { patients } = await api.ask(
    "query($f: PatientFilter!) { patients(filter: $f, first: 200) { nodes { id displayName } } }",
    { f: { careTeamId: api.teamId, coordinatorId: (await me(api)).id } },
  );
  const all: { id: string; displayName: string }[] = patients.nodes;
  const unique = all.filter(
    (one) => all.filter((other) => other.displayName === one.displayName).length === 1,
  );
  return unique.slice(from, to);
}

test("a coordinator hands a patient over with the work for them, and coordinates until the other acknowledges", async () => {
  const [maya, nurse] = await Promise.all([worker("coordinator"), worker("nurse")]);
  const [own, other] = await Promise.all([me(maya), me(nurse)]);
  const patient = (await panelOf(maya, 0, 1))[0];
  if (!patient) throw new Error("The coordinator has no patients.");
  const task = await newTask(maya, { patientId: patient.id });
  await claim(maya, task.id);
  const [giver, receiver] = await Promise.all([person("coordinator"), person("nurse")]);

  await giver.goto(`/board/${maya.teamId}?patient=${patient.id}`);
  await giver.getByRole("button", { name: "Hand over…" }).click();
  const dialog = giver.getByRole("dialog", { name: /Hand over:/ });
  await dialog.getByText(/Whoever acknowledges becomes the coordinator/).waitFor();
  expect(await dialog.getByLabel(task.title).isChecked()).toBe(true);
  await dialog.getByRole("combobox", { name: "To" }).fill(other.displayName);
  await giver.getByRole("option", { name: other.displayName }).click();
  const words = `She moves in with her son ${Date.now()}`;
  await dialog.getByLabel("What is going on").fill(words);
  await dialog.getByRole("button", { name: "Hand over 2" }).click();
  await giver.getByText(/You hand this patient to/).waitFor();
  expect(await coordinatorOf(maya, patient.id)).toBe(own.id);

  await receiver.goto(`/handoffs/${maya.teamId}`);
  const card = receiver
    .getByRole("region", { name: "For me" })
    .locator("li[data-handoff]", { hasText: words });
  await card.getByRole("button", { name: patient.displayName }).waitFor();
  await card.getByRole("button", { name: /Acknowledge/ }).click();
  await expect.poll(() => coordinatorOf(maya, patient.id)).toBe(other.id);
  expect(await holder(maya, task.id)).toBe(other.id);

  // The giver's open drawer follows by itself, and offers it no more.
  await giver.getByText(/You hand this patient to/).waitFor({ state: "detached" });
  await giver.getByRole("dialog").getByText(other.displayName).first().waitFor();
  expect(await giver.getByRole("button", { name: "Hand over…" }).count()).toBe(0);
});

test("several patients and tasks go at once; whoever of the team is first has them", async () => {
  const [maya, nurse] = await Promise.all([worker("coordinator"), worker("nurse2")]);
  const [one, two] = await panelOf(maya, 2, 4);
  if (!one || !two) throw new Error("The coordinator has too few patients.");
  const task = await newTask(maya);
  await claim(maya, task.id);
  const page = await person("coordinator");
  await page.goto(`/handoffs/${maya.teamId}`);
  await page.getByRole("button", { name: "Hand over…" }).click();
  const dialog = page.getByRole("dialog", { name: "Hand over" });
  for (const name of [one.displayName, two.displayName, task.title]) {
    await dialog.getByLabel("Find among what is yours").fill(name);
    await dialog.getByRole("checkbox", { name }).check();
  }
  await dialog.getByRole("combobox", { name: "To" }).click();
  await page.getByRole("option", { name: "Anybody on the team" }).click();
  const words = `I start at Birch tomorrow ${Date.now()}`;
  await dialog.getByLabel("What is going on").fill(words);
  await dialog.getByRole("button", { name: "Hand over 3" }).click();
  const mine = page.getByRole("region", { name: "From me" }).locator("li[data-handoff]", { hasText: words });
  await mine.getByText(two.displayName).waitFor();

  // What waits is not offered a second time.
  await page.getByRole("button", { name: "Hand over…" }).click();
  await dialog.getByText(/more wait for who is to have them/).waitFor();
  expect(await dialog.getByRole("checkbox", { name: task.title }).count()).toBe(0);

  const id = await mine.getAttribute("data-handoff");
  await nurse.ask(
    "mutation($i: AcknowledgeHandoffInput!) { acknowledgeHandoff(input: $i) { clientMutationId } }",
    {
      i: { handoffId: id },
    },
  );
  const taker = (await me(nurse)).id;
  expect([await coordinatorOf(maya, one.id), await coordinatorOf(maya, two.id)]).toEqual([taker, taker]);
  expect(await holder(maya, task.id)).toBe(taker);
});
