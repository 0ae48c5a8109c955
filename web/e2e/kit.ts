/** People with browsers: they sign in, look at the board and act on it; or act by the API, as another program would. */
import { existsSync } from "node:fs";
import {
  type APIRequestContext,
  type Browser,
  type BrowserContext,
  chromium,
  type Locator,
  type Page,
  request,
} from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { run } from "./server";

export const password = "huddle-demo";

// A practice for each file of tests: what one leaves behind is in no other's way, and files run side by side.
const server = await run();
export const base = server.base;
afterAll(() => server.end());

/** nurse is nurse@demo.example; nurse@maple is nurse@maple.demo.example. */
export const mail = (name: string) => {
  if (!name.includes("@")) return `${name}@demo.example`;
  return name.endsWith(".example") ? name : `${name}.demo.example`;
};

const chrome = process.env.HUDDLE_CHROMIUM ?? "/usr/bin/chromium";
const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

let browser: Browser;
let windows: BrowserContext[] = [];
let programs: APIRequestContext[] = [];

/** Call once in a file: one browser for its tests. What a test opened is closed after it, so that it does no more work. */
export function withBrowser() {
  beforeAll(async () => {
    if (!existsSync(chrome)) throw new Error(`No Chromium at ${chrome}: install it, or set HUDDLE_CHROMIUM.`);
    browser = await chromium.launch({ executablePath: chrome, args: flags });
  });
  // What was opened before the tests is for all of them.
  beforeEach(() => {
    windows = [];
  });
  afterEach(async () => {
    const closing = windows;
    windows = [];
    for (const page of closing.flatMap((one) => one.pages()))
      await page.unrouteAll({ behavior: "ignoreErrors" }).catch(() => {});
    await Promise.all(closing.map((one) => one.close().catch(() => {})));
  });
  afterAll(async () => {
    await Promise.all(programs.map((one) => one.dispose()));
    programs = [];
    await browser?.close();
  });
}

export type Look = { width?: number; height?: number; scheme?: "light" | "dark"; at?: string };

/** A fresh window with nobody signed in. */
export async function stranger(look: Look = {}): Promise<Page> {
  const context = await browser.newContext({
    baseURL: look.at ?? base,
    viewport: { width: look.width ?? 1280, height: look.height ?? 900 },
    colorScheme: look.scheme ?? "light",
  });
  windows.push(context);
  return context.newPage();
}

export async function signIn(page: Page, name: string, secret = password) {
  await page.goto("/signin");
  await page.getByLabel("E-mail").fill(mail(name));
  await page.locator("input[type=password]").fill(secret);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

export async function signOut(page: Page) {
  await page.getByRole("button", { name: "My menu" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
}

/** A person at their board, live; signed in by the API, as the form is the matter of other tests. */
export async function person(name: string, look: Look = {}): Promise<Page> {
  const page = await stranger(look);
  await enter(asks(page.request), name);
  await page.goto("/");
  await isLive(page);
  return page;
}

export const mark = (page: Page) => page.getByTestId("connection");
export const isLive = (page: Page) => page.locator("[data-testid=connection][data-is=live]").waitFor();

export const column = (page: Page, name: "pool" | "mine" | "team" | "waiting" | "done") =>
  page.locator(`section[data-name=${name}]`);

export const cardIn = (page: Page, name: Parameters<typeof column>[1], id: string): Locator =>
  column(page, name).locator(`[data-task="${id}"]`);

type Ask = <T = any>(query: string, variables?: object) => Promise<T>;
export type Api = { ask: Ask; teamId: string };

function asks(client: APIRequestContext): Ask {
  return async (query, variables = {}) => {
    const answer = await (await client.post("/graphql", { data: { query, variables } })).json();
    if (answer.errors) throw new Error(JSON.stringify(answer.errors));
    return answer.data;
  };
}

const enter = (ask: Ask, name: string) =>
  ask("mutation($i: SignInInput!) { signIn(input: $i) { viewer { isDisplay } } }", {
    i: { email: mail(name), password },
  });

/** Somebody at work without a browser. */
export async function worker(name: string, at = base): Promise<Api> {
  const client = await request.newContext({ baseURL: at });
  programs.push(client);
  const ask = asks(client);
  await enter(ask, name);
  const { viewer } = await ask<{ viewer: { careTeams: { id: string; name: string }[] } }>(
    "{ viewer { careTeams { id name } } }",
  );
  const cedar = viewer.careTeams.find((team) => team.name === "Cedar") ?? viewer.careTeams[0];
  return { ask, teamId: cedar?.id ?? "" };
}

let made = 0;

/** A fresh task in Cedar's pool, urgent enough to stand at its top. */
export async function newTask(by: Api, over: object = {}): Promise<{ id: string; title: string }> {
  const input = {
    careTeamId: by.teamId,
    kind: "OUTREACH_CALL",
    title: `Ask about the test ${Date.now()}-${++made}`,
    priority: "STAT",
    dueAt: new Date(Date.now() + 60_000 * made).toISOString(),
    ...over,
  };
  const { createTask } = await by.ask(
    "mutation($i: CreateTaskInput!) { createTask(input: $i) { task { id title } } }",
    {
      i: input,
    },
  );
  return createTask.task;
}

/** Who holds it, as the server has it: a card shows what was asked for before there is an answer. */
export const holderOf = async (by: Api, id: string): Promise<string | null> => {
  const { task } = await by.ask("query($id: ID!) { task(id: $id) { claim { by { id } } } }", { id });
  return task.claim?.by.id ?? null;
};

/** By the keyboard to the button with this name, wherever the focus is among what comes before it. */
export async function tabTo(page: Page, name: string) {
  const there = () => page.evaluate(() => document.activeElement?.textContent ?? "");
  for (let step = 0; step < 10 && (await there()) !== name; step++) await page.keyboard.press("Tab");
  await expect.poll(there).toBe(name);
}

/** The field has the keyboard, and what its dialog does about the focus is over: what is typed lands in it. */
export const hasKeyboard = (field: Locator) =>
  expect
    .poll(() =>
      field.evaluate(async (one) => {
        await new Promise((over) => setTimeout(over, 10));
        return one === document.activeElement;
      }),
    )
    .toBe(true);

export const claim = (by: Api, id: string) =>
  by.ask("mutation($id: ID!) { claimTask(input: { taskId: $id }) { outcome } }", { id });

/** A patient of Cedar in one of the statuses. */
export async function somePatient(
  by: Api,
  status: string[],
): Promise<{ id: string; displayName: string; version: number }> {
  const { patients } = await by.ask(
    "query($f: PatientFilter!) { patients(filter: $f, first: 1) { nodes { id displayName version } } }",
    { f: { careTeamId: by.teamId, status } },
  );
  return patients.nodes[0];
}
