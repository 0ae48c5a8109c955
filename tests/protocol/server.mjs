// Starts the real program on a demonstration practice of its own, and signs in.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const binary = process.env.HUDDLE_BIN ?? fileURLToPath(new URL("../../target/debug/huddle", import.meta.url));

export async function start(more = []) {
  const folder = mkdtempSync(join(tmpdir(), "huddle-protocol-"));
  const database = `sqlite://${join(folder, "huddle.db")}?mode=rwc`;
  const flags = ["serve", "--demo", "--listen", "127.0.0.1:0", "--database-url", database, ...more];
  const child = spawn(binary, flags, {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  child.stderr.on("data", (chunk) => (log += chunk));
  const gone = new Promise((_, reject) => {
    child.once("error", (error) => reject(new Error(`${binary} does not start: ${error.message}. Build it, or set HUDDLE_BIN`)));
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}: ${log}`)));
  });
  gone.catch(() => {});
  const lines = createInterface({ input: child.stdout });
  const address = await Promise.race([
    gone,
    new Promise((resolve) =>
      lines.on("line", (line) => {
        const found = /^listening on (http:\/\/\S+)$/.exec(line);
        if (found) resolve(found[1]);
      }),
    ),
  ]);
  return {
    url: `${address}/graphql`,
    socket: `${address.replace("http", "ws")}/graphql`,
    async stop() {
      if (child.exitCode === null) {
        const ended = new Promise((resolve) => child.once("exit", resolve));
        child.kill("SIGTERM");
        await ended;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function ask(server, query, variables, token) {
  const answer = await fetch(server.url, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify({ query, variables }),
  });
  const body = await answer.json();
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return body.data;
}

export async function signIn(server, email) {
  const document = "mutation SignIn($input: SignInInput!) { signIn(input: $input) { token } }";
  const data = await ask(server, document, { input: { email, password: "huddle-demo" } });
  return data.signIn.token;
}
