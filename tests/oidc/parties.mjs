// The two parties: a certified provider, and the real program on a practice of its own.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import Provider from "oidc-provider";

const binary = process.env.HUDDLE_BIN ?? fileURLToPath(new URL("../../target/debug/huddle", import.meta.url));
const SECRET = "a secret of the test, and of nobody else";

const listening = (server, port = 0) =>
  new Promise((resolve) => server.listen(port, "127.0.0.1", () => resolve(server.address().port)));

/** A port that was free a moment ago. */
export async function freePort() {
  const server = createServer();
  const port = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** People are told apart by what they type as their login: `ana`, with these groups. */
export async function startProvider({ publicUrl, people, inIdToken }) {
  const server = createServer();
  const issuer = `http://127.0.0.1:${await listening(server)}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: "huddle", client_secret: SECRET, redirect_uris: [`${publicUrl}/auth/oidc/callback`] }],
    claims: { openid: ["sub"], profile: ["name", "groups"], email: ["email", "email_verified"] },
    // Otherwise what a scope asks for is at the userinfo endpoint only.
    conformIdTokenClaims: !inIdToken,
    pkce: { required: () => true },
    cookies: { keys: ["a key of the test"] },
    features: { devInteractions: { enabled: true } },
    findAccount: (_, id) => people[id] && { accountId: id, claims: () => ({ sub: id, ...people[id] }) },
  });
  server.on("request", provider.callback());
  return { issuer, stop: () => (server.closeAllConnections(), new Promise((resolve) => server.close(resolve))) };
}

export async function startHuddle({ issuer, port, arguments: more = [] }) {
  const folder = mkdtempSync(join(tmpdir(), "huddle-oidc-"));
  writeFileSync(join(folder, "secret"), `${SECRET}\n`);
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(
    binary,
    [
      ...["serve", "--listen", `127.0.0.1:${port}`, "--database-url", `sqlite://${join(folder, "huddle.db")}?mode=rwc`],
      ...["--oidc-issuer", issuer, "--oidc-client-id", "huddle", "--oidc-client-secret-file", join(folder, "secret")],
      ...["--oidc-role", "nurses=nurse", "--oidc-team", "cedar=Cedar", "--public-url", url, "--development", ...more],
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let log = "";
  child.stderr.on("data", (chunk) => (log += chunk));
  const gone = new Promise((_, reject) => {
    child.once("error", (error) => reject(new Error(`${binary} does not start: ${error.message}. Build it, or set HUDDLE_BIN`)));
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}: ${log}`)));
  });
  gone.catch(() => {});
  const lines = createInterface({ input: child.stdout });
  await Promise.race([gone, new Promise((resolve) => lines.once("line", resolve))]);
  return {
    url,
    log: () => log,
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
