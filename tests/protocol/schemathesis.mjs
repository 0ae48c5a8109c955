// Schemathesis over the whole schema, with a fixed seed, against the real program: nothing may be our fault, and no
// answer may tell how we are made.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { signIn, start } from "./server.mjs";

const program = process.env.SCHEMATHESIS ?? "schemathesis";
const seed = process.env.SEED ?? "1";
const examples = process.env.EXAMPLES ?? "15";
/** What only we should ever read. */
const inside = /panicked|backtrace|sqlx|sea_orm|async_graphql|rusqlite|\bSELECT \b|\bINSERT INTO\b|\.rs:\d|\/api\/src\/|constraint failed|no such (table|column)|syntax error at or near|"code":"INTERNAL"/;

const folder = mkdtempSync(join(tmpdir(), "huddle-schemathesis-"));
const report = join(folder, "exchanges.json");
const server = await start(["--limit-person", "0", "--limit-organization", "0", "--limit-address", "0"]);
let failed = true;
try {
  const token = await signIn(server, "manager@demo.example");
  const flags = [
    "run", server.url,
    "--header", `Authorization: Bearer ${token}`,
    "--seed", seed,
    "--phases", "fuzzing",
    "--max-examples", examples,
    // Whoever signs out is nobody for the rest of the run, and passwords are slow on purpose.
    "--exclude-name-regex", "signOut|signIn|pairDisplay",
    "--checks", "not_a_server_error",
    "--continue-on-failure",
    "--report", "har",
    "--report-har-path", report,
    "--suppress-health-check", "all",
    "--no-color",
  ];
  const child = spawn(program, flags, { stdio: "inherit", cwd: folder });
  const code = await new Promise((resolve, reject) => {
    child.once("error", () => reject(new Error(`${program} does not start: make schemathesis installs it`)));
    child.once("exit", resolve);
  });
  const entries = JSON.parse(readFileSync(report, "utf8")).log.entries;
  const faults = entries.filter(({ response }) => response.status >= 500);
  const leaks = entries.filter(({ response }) => inside.test(response.content?.text ?? ""));
  for (const { request, response } of [...faults, ...leaks].slice(0, 5)) {
    console.error(`${response.status} ${response.content?.text}\n  to ${request.postData?.text}`);
  }
  console.log(`${entries.length} exchanges, ${faults.length} faults, ${leaks.length} leaks, seed ${seed}`);
  failed = code !== 0 || entries.length < 100 || faults.length > 0 || leaks.length > 0;
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
