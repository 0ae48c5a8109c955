import { expect, test } from "vitest";
import { isLive, password, signIn, stranger, withBrowser, worker } from "./kit";

withBrowser();

test("case 5: a session that is ended elsewhere clears its screen", async () => {
  const [here, there] = [await stranger(), await stranger()];
  await signIn(here, "kei.tanaka@cedar");
  await isLive(here);
  await signIn(there, "kei.tanaka@cedar");
  await isLive(there);

  await here.goto("/account");
  await here.getByText("This browser, now").waitFor();
  await here.getByRole("button", { name: "End all others" }).click();

  await there.getByRole("heading", { name: "Sign in" }).waitFor();
  await there.getByText(/the session ended/).waitFor();
  expect(await there.locator("[data-task]").count()).toBe(0);
  await here.getByRole("button", { name: "End all others" }).waitFor({ state: "detached" });
});

test("a changed password is the only one", async () => {
  const page = await stranger();
  await signIn(page, "mina.haq@cedar");
  await isLive(page);
  await page.goto("/account");
  await page.getByRole("button", { name: "Change my password" }).click();
  const fill = async (old: string, fresh: string) => {
    await page.getByLabel("Present password").fill(old);
    await page.getByRole("textbox", { name: "New password" }).fill(fresh);
    await page.getByLabel("The new one again").fill(fresh);
    await page.getByRole("button", { name: "Change it" }).click();
  };

  await fill("not this one", "seven brown otters");
  await page.getByText("That is not your present password").waitFor();
  await fill(password, "huddle huddle");
  await page.getByText(/The new password is made of names/).waitFor();
  await fill(password, "seven brown otters");
  await page.getByText("Your password is changed").waitFor();

  const former = await stranger();
  await signIn(former, "mina.haq@cedar", password);
  await former.getByText(/do not go together/).waitFor();
  const other = await stranger();
  await signIn(other, "mina.haq@cedar", "seven brown otters");
  await isLive(other);
});

test("what matters asks again who one is, and then goes on by itself", async () => {
  const page = await stranger();
  await signIn(page, "ruth.adeyemi@cedar");
  await isLive(page);
  await page.goto("/account");
  // The proof at the sign-in is fresh: as if it were old, once.
  let stale = true;
  await page.route("**/graphql", async (route) => {
    if (!stale || !/SetPin/.test(route.request().postData() ?? "")) return route.continue();
    stale = false;
    await route.fulfill({
      json: {
        data: null,
        errors: [{ message: "prove it", extensions: { code: "FORBIDDEN", reason: "REAUTHENTICATE" } }],
      },
    });
  });

  await page.getByRole("button", { name: "Set a PIN" }).click();
  await page.getByLabel("New PIN").fill("739154");
  await page.getByLabel("The same again").fill("739154");
  await page.getByRole("button", { name: "Set it" }).click();
  await page.getByLabel("Your password").fill("not this one");
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("That is not your password").waitFor();
  await page.getByLabel("Your password").fill(password);
  await page.getByRole("button", { name: "Confirm" }).click();

  await page.getByText("Your PIN is set").waitFor();
  await page.getByRole("button", { name: "Change my PIN" }).waitFor();

  await page.getByRole("button", { name: "Remove my PIN" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.getByText("Your PIN is removed").waitFor();
  await page.getByRole("button", { name: "Set a PIN" }).waitFor();
  expect(await page.getByRole("button", { name: "Remove my PIN" }).count()).toBe(0);
});

test("the phone confirms who acts at the wall", async () => {
  const [manager, wall] = [await worker("manager"), await stranger()];
  const ask = async (query: string, variables: object = {}) =>
    (await (await wall.request.post("/graphql", { data: { query, variables } })).json()) as any;
  const { userCode, deviceCode } = (await ask("mutation { requestDisplayPairing { userCode deviceCode } }"))
    .data.requestDisplayPairing;
  const { careTeams } = await manager.ask<any>("{ careTeams { nodes { id name } } }");
  const cedar = careTeams.nodes.find((team: any) => team.name === "Cedar");
  await manager.ask("mutation($i: ConfirmDisplayInput!) { confirmDisplay(input: $i) { display { id } } }", {
    i: { userCode, careTeamId: cedar.id, name: "Corridor" },
  });
  await ask("mutation($c: String!) { pairDisplay(input: { pairingCode: $c }) { viewer { isDisplay } } }", {
    c: deviceCode,
  });
  const { actCode } = (await ask("mutation { requestActing(input: {}) { actCode } }")).data.requestActing;
  const phone = await stranger({ width: 390, height: 800 });
  await signIn(phone, "nurse2");
  await isLive(phone);

  await phone.goto("/confirm");
  await phone.getByLabel("Code on the wall").fill("AAA-AAA");
  await phone.getByRole("button", { name: "It is me" }).click();
  await phone.getByText(/No wall shows this code/).waitFor();
  await phone.getByLabel("Code on the wall").fill(actCode.toLowerCase());
  await phone.getByRole("button", { name: "It is me" }).click();

  await phone.getByText(/You act at “Corridor” for/).waitFor();
  const { data } = await ask("{ viewer { acting { staff { displayName } } } }");
  expect(data.viewer.acting.staff.displayName).toBe("Tom Albright");
});
