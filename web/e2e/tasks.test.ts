import { expect, test } from "vitest";
import { cardIn, claim, newTask, person, signIn, somePatient, stranger, withBrowser, worker } from "./kit";

withBrowser();

test("what falls due turns red by itself, on a screen that nobody touches", async () => {
  const [ana, maya] = await Promise.all([person("nurse"), worker("coordinator")]);
  const task = await newTask(maya, { dueAt: new Date(Date.now() + 4_000).toISOString() });
  await cardIn(ana, "pool", task.id).waitFor();

  await cardIn(ana, "pool", task.id).locator("time[data-state=OVERDUE]").waitFor();
});

test("what one says and checks off shows in the other's open drawer", async () => {
  const [ana, ben, maya] = await Promise.all([person("nurse"), person("nurse2"), worker("coordinator")]);
  const task = await newTask(maya);
  for (const page of [ana, ben]) await cardIn(page, "pool", task.id).locator("button").first().click();
  const [hers, his] = [ana.getByRole("dialog"), ben.getByRole("dialog")];

  await hers.getByLabel("New step").fill("Ask for the discharge letter");
  await hers.getByRole("button", { name: "Add" }).click();
  await his.getByRole("checkbox", { name: "Ask for the discharge letter" }).waitFor();
  await hers.getByRole("checkbox", { name: "Ask for the discharge letter" }).check();
  await hers.getByLabel("New comment").fill("Daughter answers after four");
  await hers.getByRole("button", { name: "Send" }).click();

  await his.getByText("Daughter answers after four").waitFor();
  await expect.poll(() => his.getByRole("checkbox").first().isChecked()).toBe(true);
});

test("the coordinator gives a task to a nurse, and it lands in her hands", async () => {
  const [maya, ana, by] = await Promise.all([person("coordinator"), person("nurse"), worker("coordinator")]);
  const task = await newTask(by);
  const { viewer } = await (await worker("nurse")).ask("{ viewer { staff { displayName } } }");
  await cardIn(maya, "pool", task.id).locator("button").first().click();

  await maya.getByRole("dialog").getByRole("button", { name: "Assign" }).click();
  await maya.getByRole("menuitem", { name: viewer.staff.displayName }).click();

  await cardIn(ana, "mine", task.id).waitFor();
});

test("new work typed on one screen lands in the other's pool", async () => {
  const [maya, ana] = await Promise.all([person("coordinator"), person("nurse")]);
  const title = `Bring the wheelchair back ${Date.now()}`;

  await maya.keyboard.press("n");
  await maya.getByLabel("What has to be done").fill(title);
  await maya.getByLabel("Kind", { exact: false }).last().click();
  await maya.getByRole("option").first().click();
  await maya.getByLabel("Priority").last().click();
  await maya.getByRole("option", { name: "STAT" }).click();
  await maya.getByRole("button", { name: "Add to the pool" }).click();

  await ana.locator("section[data-name=pool]").getByText(title).waitFor();
});

test("a patient who moves to another team takes their work along, on both boards", async () => {
  const maple = await stranger();
  await signIn(maple, "nurse@maple");
  const [ana, manager] = await Promise.all([person("nurse"), worker("manager")]);
  const patient = await somePatient(manager, ["STABLE"]);
  const task = await newTask(manager, { patientId: patient.id });
  await cardIn(ana, "pool", task.id).waitFor();
  const { viewer } = await manager.ask("{ viewer { careTeams { id name } } }");
  const to = viewer.careTeams.find((team: { name: string }) => team.name === "Maple").id;

  await manager.ask("mutation($i: MovePatientInput!) { movePatient(input: $i) { patient { id } } }", {
    i: { patientId: patient.id, careTeamId: to },
  });

  await cardIn(maple, "pool", task.id).waitFor();
  await cardIn(ana, "pool", task.id).waitFor({ state: "detached" });
});

test("who is taken off the team is told, and sees its patients no more", async () => {
  const [ma, manager, as] = await Promise.all([person("ma"), worker("manager"), worker("ma")]);
  const { viewer } = await as.ask("{ viewer { staff { id } } }");
  const member = { careTeamId: manager.teamId, staffId: viewer.staff.id };

  await manager.ask(
    "mutation($i: RemoveCareTeamMemberInput!) { removeCareTeamMember(input: $i) { careTeam { id } } }",
    { i: member },
  );

  await ma.getByText(/not yours to see/).waitFor();
  expect(await ma.locator("[data-task]").count()).toBe(0);
  await manager.ask(
    "mutation($i: AddCareTeamMemberInput!) { addCareTeamMember(input: $i) { careTeam { id } } }",
    {
      i: member,
    },
  );
});

test("an address with a filter shows what it says", async () => {
  const [ana, maya] = await Promise.all([person("nurse"), worker("coordinator")]);
  const task = await newTask(maya);
  await cardIn(ana, "pool", task.id).waitFor();
  await claim(await worker("nurse2"), task.id);

  await ana.goto(`${ana.url().split("?")[0]}?priority=ROUTINE`);

  await ana.locator("section[data-name=pool] h2").waitFor();
  await ana.getByRole("button", { name: "Clear filters" }).first().click();
  await cardIn(ana, "team", task.id).waitFor();
});
