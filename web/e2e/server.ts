/** Starts the real server on a fresh demonstration practice. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const web = resolve(import.meta.dirname, "..");
const startsWithin = 120_000;

export type Running = {
  base: string;
  /** Nobody answers at this address until `start`. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** For good. */
  end(): Promise<void>;
  /** The command line beside it, on the same database: what it printed. */
  cli(...args: string[]): string;
};

const binary = resolve(web, process.env.HUDDLE_BIN ?? "../target/debug/huddle");

/** A server of its own on a fresh demonstration practice, or an empty one, which comes back at the same address. */
export async function run(practice: "demo" | "empty" = "demo"): Promise<Running> {
  if (!existsSync(binary))
    throw new Error(`No server at ${binary}: run cargo build first, or set HUDDLE_BIN.`);
  if (!existsSync(join(web, "dist/index.html"))) throw new Error("No dist/: run npm run build first.");

  const folder = mkdtempSync(join(tmpdir(), "huddle-e2e-"));
  const database = `sqlite://${join(folder, "demo.db")}?mode=rwc`;
  const begin = async (listen: string): Promise<[ChildProcess, string]> => {
    const kind = practice === "demo" ? ["--demo"] : [];
    const flags = ["serve", ...kind, "--database-url", database, "--listen", listen];
    const server = spawn(binary, flags, { cwd: web, stdio: ["ignore", "pipe", "pipe"] });
    const log: string[] = [];
    server.stderr.on("data", (chunk) => log.push(String(chunk)));
    return [server, await addressOf(server, log)];
  };
  let [server, base] = await begin("127.0.0.1:0");
  return {
    base,
    cli: (...args) =>
      execFileSync(binary, [...args, "--database-url", database], { cwd: web, encoding: "utf8" }),
    stop: () => stop(server),
    start: async () => {
      [server, base] = await begin(new URL(base).host);
    },
    end: async () => {
      await stop(server);
      rmSync(folder, { recursive: true, force: true });
    },
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
