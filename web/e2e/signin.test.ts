import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { base, claim, isLive, newTask, person, signIn, signOut, stranger, withBrowser, worker } from "./kit";
import { type Running, run } from "./server";
import { authenticator } from "./totp";

withBrowser();

const out = (page: Page) => page.getByRole("heading", { name: "Sign in" }).waitFor();
const shown = async (page: Page, label: string) =>
  (await page.locator(`[data-copy="${label}"]`).innerText()).trim();

const registered: Record<string, string> = JSON.parse(
  readFileSync(join(import.meta.dirname, "../dist/documents.json"), "utf8"),
);
const documentId = Object.keys(registered).find((id) => registered[id]?.includes("query WhoAmI{"));

/** Whoever has this page's cookie, as the server sees it. By a document of the dashboard: a practice runs no others. */
async function whoAmI(page: Page): Promise<string> {
  const answer = await (await page.request.post("/graphql", { data: { documentId } })).json();
  return answer.errors?.[0]?.extensions.code ?? answer.data.viewer.staff.displayName;
}

/** Sets up an authenticator app on the open page. */
async function enrol(page: Page) {
  await page.getByText("Type it instead").click();
  const app = authenticator(await shown(page, "Secret for your app"));
  await page.getByLabel("Code from your app").fill(app.wrong());
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText(/did not match/).waitFor();
  await page.getByLabel("Code from your app").fill(app.code());
  await page.getByRole("button", { name: "Confirm" }).click();
  const codes = (await shown(page, "Recovery codes")).split(/\s+/);
  await page.getByLabel("I have kept these codes").check();
  return { app, codes };
}

describe("in a practice of its own", () => {
  let practice: Running;
  beforeAll(async () => {
    practice = await run("empty");
  });
  afterAll(() => practice?.end());

  test("cases 12 and 14: an invitation leads to a password and a second factor, once; the password alone to nothing", async () => {
    const email = "ada@clinic.example";
    const invited = practice.cli(
      ...["user", "invite", email, "--name", "Ada Kern", "--role", "administrator"],
      ...["--public-url", practice.base],
    );
    const link = /http\S+\/enter#\S+/.exec(invited)?.[0] ?? "";
    const page = await stranger({ at: practice.base });

    await page.goto(link);
    await page.getByRole("heading", { name: "Welcome, Ada Kern" }).waitFor();
    expect(page.url()).not.toContain("#");
    await page.getByLabel("New password").fill("correct horse battery");
    await page.getByLabel("The same again").fill("correct horse battery");
    await page.getByRole("button", { name: "Set the password and sign in" }).click();
    await page.getByRole("heading", { name: "Set up a second factor" }).waitFor();
    expect(await whoAmI(page)).toBe("UNAUTHENTICATED");
    const { app, codes } = await enrol(page);
    expect(codes).toHaveLength(10);
    await page.getByRole("button", { name: "Go on to Huddle" }).click();
    await page.getByRole("heading", { name: "Administration" }).waitFor();
    expect(await whoAmI(page)).toBe("Ada Kern");

    // The link was good once.
    const late = await stranger({ at: practice.base });
    await late.goto(link);
    await late.getByRole("heading", { name: "This link does not work" }).waitFor();

    // The password alone is no way in, and neither is a wrong code.
    await signOut(page);
    await signIn(page, email, "correct horse battery");
    await page.getByRole("heading", { name: "One more step" }).waitFor();
    expect(await whoAmI(page)).toBe("UNAUTHENTICATED");
    await page.getByLabel("Code from your app").fill(app.wrong());
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByText("That did not match").waitFor();
    await page.getByLabel("Code from your app").fill(app.code());
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("heading", { name: "Administration" }).waitFor();

    // A recovery code is one, too, and once.
    for (const [round, words] of [
      [1, "Administration"],
      [2, "One more step"],
    ] as const) {
      await signOut(page);
      await signIn(page, email, "correct horse battery");
      await page.getByRole("button", { name: "Use a recovery code" }).click();
      await page.getByLabel("Recovery code").fill(codes[0] ?? "");
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      if (round === 2) await page.getByText("That did not match").waitFor();
      await page.getByRole("heading", { name: words }).waitFor();
      if (round === 2) break;
    }
  });
});

test("a passkey is made, and signs in alone", async () => {
  const page = await stranger({ at: base.replace("127.0.0.1", "localhost") });
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await signIn(page, "luis.ortega@cedar");
  await isLive(page);

  await page.goto("/account");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByRole("button", { name: "Make a passkey" }).click();
  await page.getByLabel("I have kept these codes").check();
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("button", { name: "Remove Passkey" }).waitFor();
  await signOut(page);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();

  await page.getByText("This browser, now").waitFor();
  expect(await whoAmI(page)).toBe("Luis Ortega");
});

test("case 6: many wrong passwords wait, and the wait is counted down", async () => {
  const page = await stranger();
  await page.goto("/signin");
  await page.getByLabel("E-mail").fill(`nobody-${Date.now()}@demo.example`);
  const locked = page.getByText(/You can try again in/);

  for (let tries = 0; tries < 12 && (await locked.count()) === 0; tries++) {
    await page.locator("input[type=password]").fill(`wrong ${tries}`);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page
      .getByText(/do not go together|You can try again in/)
      .first()
      .waitFor();
  }

  await locked.waitFor();
  expect(await page.getByRole("button", { name: "Sign in", exact: true }).isDisabled()).toBe(true);
});

/** Makes the page, read again, believe that its session ends so many seconds after it first asked; once, or for good. */
async function endsIn(page: Page, seconds: number, how: "once" | "always") {
  let end: string | null = null;
  const at = page.url();
  // Nothing is on its way that was asked before.
  await page.goto("about:blank");
  await page.route("**/graphql", async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    if (body.data?.viewer?.session && (end === null || how === "always")) {
      end ??= new Date(Date.now() + seconds * 1000).toISOString();
      body.data.viewer.session.idleExpiresAt = end;
    }
    await route.fulfill({ response: answer, json: body });
  });
  await page.goto(at);
}

test("case 10: a minute before the end the screen asks whether somebody is there", async () => {
  const page = await person("nurse");
  const passive: (string | undefined)[] = [];
  page.on("request", (request) => {
    if (request.postData()?.includes("ReadLimits")) passive.push(request.headers()["huddle-passive"]);
  });
  await endsIn(page, 55, "once");
  await page
    .getByRole("dialog")
    .getByText(/You will be signed out in/)
    .waitFor();
  await page.getByRole("button", { name: "Stay signed in" }).click();

  await page.getByRole("dialog").waitFor({ state: "detached" });
  await isLive(page);
  expect(passive.at(-1)).toBeUndefined();
});

test("case 10: at the limit everything leaves the screen, here and at the server", async () => {
  const page = await person("nurse");
  await page.locator("[data-task]").first().waitFor();
  await endsIn(page, 8, "always");
  await page.getByText(/You will be signed out in/).waitFor();

  await page.getByText(/nobody did anything here/).waitFor();

  expect(await page.locator("[data-task]").count()).toBe(0);
  await expect.poll(() => whoAmI(page)).toBe("UNAUTHENTICATED");
});

test("case 10: what the feed causes keeps nobody signed in", async () => {
  const manager = await person("manager");
  const [maya, ben] = await Promise.all([worker("coordinator"), worker("nurse2")]);
  await manager.goto(`/caseload/${maya.teamId}`);
  await isLive(manager);
  const touched = Date.now();
  const later: (string | undefined)[] = [];
  manager.on("request", (request) => {
    if (request.url().endsWith("/graphql") && Date.now() - touched > 6_000)
      later.push(request.headers()["huddle-passive"]);
  });

  await expect
    .poll(
      async () => {
        await claim(ben, (await newTask(maya)).id);
        return later.length;
      },
      { timeout: 30_000, interval: 700 },
    )
    .toBeGreaterThan(2);

  expect(new Set(later)).toEqual(new Set(["1"]));
});

test("case 73: signing out leaves nothing behind, in every tab", async () => {
  const ana = await person("nurse");
  const second = await ana.context().newPage();
  await second.goto("/");
  await isLive(second);
  const board = ana.url();
  await ana.getByRole("link", { name: "Caseload" }).click();
  await ana
    .getByRole("heading", { name: /Caseload|load/i })
    .first()
    .waitFor();

  await signOut(ana);

  await out(second);
  for (const page of [ana, second]) {
    expect(await page.locator("[data-task]").count()).toBe(0);
    expect(await page.title()).toBe("Huddle");
  }
  const kept = await ana.evaluate(async () => ({
    local: Object.keys(localStorage).filter((key) => !key.startsWith("mantine-color-scheme")),
    session: Object.entries(sessionStorage).filter(([, value]) => /patient|task_|token/i.test(value)),
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
    cookies: document.cookie,
  }));
  expect(kept).toEqual({ local: [], session: [], databases: 0, caches: 0, cookies: "" });
  await ana.goBack();
  await out(ana);
  await ana.goto(board);
  await out(ana);
  expect(await ana.locator("[data-task]").count()).toBe(0);
});

test("case 73: a page that the browser kept whole shows nothing before the server was asked", async () => {
  const ana = await person("nurse");
  await ana.locator("[data-task]").first().waitFor();

  const seen = await ana.evaluate(() => {
    const leave = new PageTransitionEvent("pagehide", { persisted: true });
    const back = new PageTransitionEvent("pageshow", { persisted: true });
    dispatchEvent(leave);
    const hidden = getComputedStyle(document.body).display;
    dispatchEvent(back);
    return { hidden, tasks: document.querySelectorAll("[data-task]").length };
  });

  expect(seen).toEqual({ hidden: "none", tasks: 0 });
  await isLive(ana);
});

test("somebody else who signs in in another tab takes the first one along", async () => {
  const first = await person("nurse");
  const second = await first.context().newPage();

  await second.goto("/signin");
  await isLive(second);
  await signOut(second);
  await signIn(second, "manager");
  await isLive(second);

  await expect.poll(() => first.getByRole("button", { name: "PV, my menu" }).count()).toBe(1);
});
