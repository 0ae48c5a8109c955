// How sockets end, as the standard client sees it: each breach of the protocol by its code, and a session that ends
// while a screen follows.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { ask, signIn, start } from "./server.mjs";

const FEED = `subscription Feed($team: ID!, $after: String) { teamFeed(careTeamId: $team, after: $after) {
  __typename cursor ... on TaskChanged { task { id } } } }`;

let server;
let token;
before(async () => {
  server = await start();
  token = await signIn(server, "nurse@demo.example");
});
after(() => server?.stop());

const cedar = async () => {
  const data = await ask(server, "query Teams { viewer { careTeams { id name } } }", {}, token);
  return data.viewer.careTeams.find((team) => team.name === "Cedar").id;
};

/** The code with which the client's socket is closed, after `breach` had its hands on it. */
async function closedWith(breach, options = {}) {
  let sent = false;
  const seen = await new Promise((resolve) => {
    const ws = createClient({
      url: server.socket,
      webSocketImpl: WebSocket,
      lazy: false,
      retryAttempts: 0,
      shouldRetry: () => false,
      onNonLazyError: () => {},
      connectionParams: () => ({ authorization: `Bearer ${token}` }),
      ...options,
      on: {
        opened: (socket) => {
          if (options.early) breach(socket);
        },
        connected: (socket) => {
          if (!options.early && !sent) breach(socket);
          sent = true;
        },
        closed: (event) => resolve({ code: event.code, reason: event.reason, ws }),
      },
    });
  });
  await seen.ws.dispose();
  return seen.code;
}

const subscribe = (id, team) => JSON.stringify({ id, type: "subscribe", payload: { query: FEED, variables: { team } } });

test("each breach of the protocol has its code", async () => {
  const team = await cedar();

  const codes = {
    malformed: await closedWith((socket) => socket.send("{")),
    "an unknown type": await closedWith((socket) => socket.send('{"type":"start"}')),
    "subscribe before init": await closedWith((socket) => socket.send(subscribe("1", team)), {
      early: true,
      connectionParams: () => new Promise(() => {}),
    }),
    "init twice": await closedWith((socket) => socket.send('{"type":"connection_init"}')),
    "an id twice": await closedWith((socket) => {
      socket.send(subscribe("1", team));
      socket.send(subscribe("1", team));
    }),
    "no init": await closedWith(() => {}, { early: true, connectionParams: () => new Promise(() => {}) }),
    "init refused": await closedWith(() => {}, { connectionParams: { authorization: "Bearer hdl_x" } }),
    "too long": await closedWith((socket) => socket.send("x".repeat(100_000))),
    flood: await closedWith((socket) => {
      for (let n = 0; n < 1_000; n += 1) socket.send('{"type":"pong"}');
    }),
  };

  assert.deepEqual(codes, {
    malformed: 4400,
    "an unknown type": 4400,
    "subscribe before init": 4401,
    "init twice": 4429,
    "an id twice": 4409,
    "no init": 4408,
    "init refused": 4403,
    "too long": 1009,
    flood: 1008,
  });
});

test("a foreign page and the legacy protocol open no socket", async () => {
  const refused = (protocol, headers) =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(server.socket, protocol, { headers });
      socket.once("unexpected-response", (_, response) => resolve(response.statusCode));
      socket.once("open", () => reject(new Error(`${protocol} was opened`)));
      socket.once("error", () => {});
    });

  assert.equal(await refused("graphql-transport-ws", { origin: "https://evil.example" }), 403);
  assert.equal(await refused("graphql-transport-ws", { origin: "null" }), 403);
  assert.equal(await refused("graphql-ws", {}), 400);
});

test("the eleventh socket of a person is refused", async () => {
  const own = await signIn(server, "coordinator@demo.example");
  const open = () =>
    new Promise((resolve) => {
      const ws = createClient({
        url: server.socket,
        webSocketImpl: WebSocket,
        lazy: false,
        retryAttempts: 0,
        shouldRetry: () => false,
        onNonLazyError: () => {},
        connectionParams: { authorization: `Bearer ${own}` },
        on: { connected: () => resolve([ws, 0]), closed: (event) => resolve([ws, event.code]) },
      });
    });
  const sockets = [];
  for (let n = 0; n < 11; n += 1) sockets.push(await open());

  assert.deepEqual(sockets.map(([, code]) => code), [...Array(10).fill(0), 4410]);
  for (const [ws] of sockets) await ws.dispose();
});

test("who signs in again resumes without loss", async () => {
  const team = await cedar();
  const made = async (title) => {
    const document = "mutation New($input: CreateTaskInput!) { createTask(input: $input) { task { id } } }";
    const input = { careTeamId: team, kind: "OUTREACH_CALL", title };
    return (await ask(server, document, { input }, token)).createTask.task.id;
  };
  let own = await signIn(server, "nurse@demo.example");
  const ws = createClient({
    url: server.socket,
    webSocketImpl: WebSocket,
    shouldRetry: () => true,
    retryWait: async () => {},
    connectionParams: async () => ({ authorization: `Bearer ${own}` }),
  });
  const seen = [];
  let cursor = null;
  let told = () => {};
  let ends = 0;
  // As a screen does: when its feed ends it signs in again and goes on after what it knows.
  const follow = () => {
    const again = async () => {
      ends += 1;
      own = await signIn(server, "nurse@demo.example");
      follow();
    };
    ws.subscribe(
      { query: FEED, get variables() { return { team, after: cursor }; } },
      {
        next: ({ data, errors }) => {
          if (errors) return;
          cursor = data.teamFeed.cursor;
          if (data.teamFeed.task) seen.push(data.teamFeed.task.id);
          told();
        },
        error: again,
        complete: () => {},
      },
    );
  };
  const until = async (what, holds) => {
    const since = Date.now();
    while (!holds()) {
      assert.ok(Date.now() - since < 20_000, what);
      await new Promise((resolve) => {
        told = resolve;
        setTimeout(resolve, 100).unref();
      });
    }
  };
  follow();
  await until("the feed opens", () => cursor !== null);
  const before = await made("Before");
  await until("what came before is seen", () => seen.includes(before));

  await ask(server, "mutation { signOut }", {}, own);
  const meanwhile = await made("Meanwhile");
  await until("what happened meanwhile is seen", () => seen.includes(meanwhile));
  const last = await made("After");
  await until("the feed goes on", () => seen.includes(last));

  assert.ok(ends >= 1, "the session ended");
  assert.deepEqual(seen.filter((id) => [before, meanwhile, last].includes(id)), [before, meanwhile, last]);
  await ws.dispose();
});

test("a server that stops says so", async () => {
  const own = await start();
  const theirs = await signIn(own, "nurse@demo.example");
  const [opened, closed] = [defer(), defer()];
  const ws = createClient({
    url: own.socket,
    webSocketImpl: WebSocket,
    lazy: false,
    retryAttempts: 0,
    shouldRetry: () => false,
    onNonLazyError: () => {},
    connectionParams: { authorization: `Bearer ${theirs}` },
    on: { connected: () => opened.resolve(), closed: (event) => closed.resolve(event.code) },
  });
  await opened.promise;

  await own.stop();

  assert.equal(await closed.promise, 1001);
  await ws.dispose();
});

function defer() {
  let resolve;
  const promise = new Promise((done) => (resolve = done));
  return { promise, resolve };
}
