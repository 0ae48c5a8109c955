/** Starts the real server on a fresh demonstration practice, once for all browser tests, and stops it at the end. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    base: string;
  }
}

const web = resolve(import.meta.dirname, "..");
const startsWithin = 120_000;

export default async function setup(project: TestProject) {
  const binary = resolve(web, process.env.HUDDLE_BIN ?? "../target/debug/huddle");
  if (!existsSync(binary))
    throw new Error(`No server at ${binary}: run cargo build first, or set HUDDLE_BIN.`);
  if (!existsSync(join(web, "dist/index.html"))) throw new Error("No dist/: run npm run build first.");

  const folder = mkdtempSync(join(tmpdir(), "huddle-e2e-"));
  const database = `sqlite://${join(folder, "demo.db")}?mode=rwc`;
  const flags = ["serve", "--demo", "--database-url", database, "--listen", "127.0.0.1:0"];
  const server = spawn(binary, flags, { cwd: web, stdio: ["ignore", "pipe", "pipe"] });
  const log: string[] = [];
  server.stderr.on("data", (chunk) => log.push(String(chunk)));

  project.provide("base", await addressOf(server, log));
  return async () => {
    await stop(server);
    rmSync(folder, { recursive: true, force: true });
  };
}

function addressOf(server: ChildProcess, log: string[]): Promise<string> {
  return new Promise((found, failed) => {
    const fail = (why: string) => failed(new Error(`${why}\n${log.join("").slice(-2000)}`));
    const timer = setTimeout(() => fail("The server did not say where it listens in time."), startsWithin);
    server.once("exit", (code) => fail(`The server ended at once, with status ${code}.`));
    createInterface({ input: server.stdout as NodeJS.ReadableStream }).on("line", (line) => {
      const address = /listening on (http:\/\/\S+)/.exec(line)?.[1];
      if (!address) return;
      clearTimeout(timer);
      found(address);
    });
  });
}

function stop(server: ChildProcess): Promise<void> {
  return new Promise((done) => {
    if (server.exitCode !== null) return done();
    server.once("exit", () => done());
    server.kill("SIGTERM");
  });
}
