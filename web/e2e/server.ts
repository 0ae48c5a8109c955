/** Starts the real server on a fresh demonstration practice. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const web = resolve(import.meta.dirname, "..");
const startsWithin = 120_000;
const stopsWithin = 30_000;

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
    return [server, await addressOf(server)];
  };
  let [server, base] = await begin("127.0.0.1:0");
  return {
    base,
    cli: (...args) =>
      execFileSync(binary, [...args, "--database-url", database], { cwd: web, encoding: "utf8" }),
    stop: () => stop(server),
    start: async () => {
      [server, base] = await again(() => begin(new URL(base).host));
    },
    end: async () => {
      await stop(server);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Somebody else may have been given the port meanwhile, for a moment. */
async function again<T>(begin: () => Promise<T>): Promise<T> {
  for (let left = 20; ; left--) {
    try {
      return await begin();
    } catch (error) {
      if (left === 0 || !String(error).includes("in use")) throw error;
      await new Promise((go) => setTimeout(go, 250));
    }
  }
}

const stopped = new WeakSet<ChildProcess>();

/** Where it listens. A server that ends without being stopped says its last words among those of the tests. */
function addressOf(server: ChildProcess): Promise<string> {
  let log = "";
  server.stderr?.on("data", (chunk) => {
    log = (log + chunk).slice(-4000);
  });
  return new Promise((found, failed) => {
    const fail = (why: string) => failed(new Error(`${why}\n${log}`));
    const timer = setTimeout(() => {
      fail("The server did not say where it listens in time.");
      server.kill("SIGKILL");
    }, startsWithin);
    server.once("error", (error) => fail(`The server could not be started: ${error.message}`));
    // Closed, rather than exited: then all that it said has arrived.
    server.once("close", (code, signal) => {
      clearTimeout(timer);
      fail(`The server ended at once, with ${signal ?? `status ${code}`}.`);
      if (!stopped.has(server))
        process.stderr.write(`A server of the tests ended by itself: ${signal ?? code}\n${log}\n`);
    });
    createInterface({ input: server.stdout as NodeJS.ReadableStream }).on("line", (line) => {
      const address = /listening on (http:\/\/\S+)/.exec(line)?.[1];
      if (!address) return;
      clearTimeout(timer);
      found(address);
    });
  });
}

/** By its own way out, and without it if that takes too long. */
function stop(server: ChildProcess): Promise<void> {
  stopped.add(server);
  return new Promise((done) => {
    if (server.exitCode !== null || server.signalCode !== null) return done();
    const timer = setTimeout(() => server.kill("SIGKILL"), stopsWithin);
    server.once("exit", () => {
      clearTimeout(timer);
      done();
    });
    server.kill("SIGTERM");
  });
}
