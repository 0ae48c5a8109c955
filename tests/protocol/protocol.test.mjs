// The standard clients against the real program: graphql-http's audit of the HTTP draft, and graphql-ws.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { auditServer } from "graphql-http";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { ask, signIn, start } from "./server.mjs";

const FEED = `subscription Feed($team: ID!, $after: String) { teamFeed(careTeamId: $team, after: $after) {
  __typename cursor ... on FeedOpened { resumption } ... on TaskChanged { task { id status claim { by { displayName } } } } } }`;

let server;
let token;
before(async () => {
  server = await start();
  token = await signIn(server, "nurse@demo.example");
});
after(() => server?.stop());

function client(more = {}) {
  return createClient({
    url: server.socket,
    webSocketImpl: WebSocket,
    connectionParams: () => ({ authorization: `Bearer ${token}` }),
    retryAttempts: 5,
    shouldRetry: () => true,
    ...more,
  });
}

const once = async (ws, payload) => {
  for await (const result of ws.iterate(payload)) return result;
};

async function cedar() {
  const data = await ask(server, "query Teams { viewer { careTeams { id name } } }", {}, token);
  return data.viewer.careTeams.find((team) => team.name === "Cedar").id;
}

async function createTask(team, title) {
  const document = "mutation New($input: CreateTaskInput!) { createTask(input: $input) { task { id } } }";
  const data = await ask(server, document, { input: { careTeamId: team, kind: "OUTREACH_CALL", title } }, token);
  return data.createTask.task.id;
}

test("the audit of GraphQL over HTTP finds no error and no warning", async () => {
  const withToken = (url, init) =>
    fetch(url, { ...init, headers: { ...init?.headers, authorization: `Bearer ${token}` } });
  const results = await auditServer({ url: server.url, fetchFn: withToken });

  const count = (status) => results.filter((result) => result.status === status).length;
  const found = results.filter((result) => result.status !== "ok");
  const words = found.map((result) => `${result.status} ${result.id}: ${result.name}: ${result.reason}`);
  console.log(`${count("ok")} of ${results.length} audits, ${count("notice")} notices`, words);
  assert.ok(results.length >= 60, `${results.length} audits`);
  assert.deepEqual(words.filter((word) => !word.startsWith("notice")), []);
});

test("the audit finds nothing without a token either", async () => {
  const results = await auditServer({ url: server.url });

  const found = results.filter((result) => result.status === "error" || result.status === "warn");
  assert.deepEqual(found.map((result) => `${result.id}: ${result.name}: ${result.reason}`), []);
});

test("the standard client queries, mutates and pings over the socket", async () => {
  let pong;
  const heard = new Promise((resolve) => (pong = resolve));
  const closed = [];
  const ws = client({ keepAlive: 50, on: { pong: (received) => received && pong(), closed: (event) => closed.push(event.code) } });
  const team = await cedar();

  const viewer = await once(ws, { query: "query Me { viewer { staff { displayName } } }" });
  const made = await once(ws, {
    query: "mutation New($input: CreateTaskInput!) { createTask(input: $input) { task { status } } }",
    variables: { input: { careTeamId: team, kind: "RECALL", title: "By socket" } },
  });
  const wrong = await once(ws, { query: "query T($id: ID!) { task(id: $id) { id } }", variables: { id: "task_x" } });

  assert.equal(typeof viewer.data.viewer.staff.displayName, "string");
  assert.equal(made.data.createTask.task.status, "READY");
  assert.equal(wrong.errors[0].extensions.code, "BAD_USER_INPUT");
  // It closes when nothing is asked any more, and takes an end without an answer for a cut.
  assert.ok(closed.length > 0 && closed.every((code) => code === 1000), `closed with ${closed}`);
  const feed = ws.iterate({ query: FEED, variables: { team } });
  await feed.next();
  await heard;
  await feed.return();
  await ws.dispose();
});

test("the standard client hears of a claim", async () => {
  const ws = client();
  const team = await cedar();
  const feed = ws.iterate({ query: FEED, variables: { team } });
  const opened = (await feed.next()).value;
  assert.equal(opened.data.teamFeed.__typename, "FeedOpened");

  const task = await createTask(team, "Call the pharmacy");
  await ask(server, "mutation C($id: ID!) { claimTask(input: { taskId: $id }) { outcome } }", { id: task }, token);

  for (;;) {
    const { teamFeed } = (await feed.next()).value.data;
    if (teamFeed.task?.id === task && teamFeed.task.status === "ACCEPTED") {
      assert.equal(typeof teamFeed.task.claim.by.displayName, "string");
      break;
    }
  }
  await feed.return();
  await ws.dispose();
});

test("the standard client comes back after a cut and misses nothing", async () => {
  let cursor = null;
  let current;
  let connections = 0;
  const ws = client({
    retryWait: async () => {},
    on: { opened: (socket) => { current = socket; connections += 1; } },
  });
  const team = await cedar();
  const seen = new Set();
  const wanted = new Set();
  const variables = () => ({ team, after: cursor });
  let finish;
  const finished = new Promise((resolve) => (finish = resolve));
  let opened;
  const open = new Promise((resolve) => (opened = resolve));
  // A new subscription after each cut, from the last cursor, as a screen does.
  const follow = () =>
    ws.subscribe(
      { query: FEED, get variables() { return variables(); } },
      {
        next: ({ data }) => {
          cursor = data.teamFeed.cursor;
          assert.notEqual(data.teamFeed.resumption, "RESET");
          if (data.teamFeed.task) seen.add(data.teamFeed.task.id);
          opened();
          if (wanted.size === 10 && [...wanted].every((id) => seen.has(id))) finish();
        },
        error: (error) => assert.fail(JSON.stringify(error)),
        complete: () => {},
      },
    );
  const stop = follow();
  await open;

  for (let n = 0; n < 10; n += 1) {
    wanted.add(await createTask(team, `After cut ${n}`));
    if (n % 3 === 0) current.terminate();
  }
  await createTask(team, "The last word");

  await Promise.race([finished, new Promise((_, reject) => setTimeout(() => reject(new Error(`${seen.size} of 10 after ${connections} connections`)), 20_000).unref())]);
  assert.ok(connections >= 2, `${connections} connections`);
  stop();
  await ws.dispose();
});

test("a refused sign-in is a code that the standard client tries again after", async () => {
  const closed = new Promise((resolve) => {
    const ws = client({ connectionParams: { authorization: "Bearer hdl_x" }, retryAttempts: 0, shouldRetry: () => false, lazy: false, onNonLazyError: () => {}, on: { closed: (event) => resolve([event, ws]) } });
  });
  const [event, ws] = await closed;

  assert.equal(event.code, 4403);
  await ws.dispose();
});
