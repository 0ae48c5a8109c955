// Puts the documents of the dashboard beside it, by the id that it names them by: the server runs these and no others.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { registered } from "./registered.mjs";

const web = join(import.meta.dirname, "..");
const written = JSON.parse(readFileSync(join(web, "src/gql/persisted-documents.json"), "utf8"));

const documents = {};
for (const [known, source] of Object.entries(written)) {
  const { id, text } = registered(source);
  if (id !== known) throw new Error(`the dashboard would name ${known}, and it is ${id}: ${text}`);
  documents[id] = text;
}
writeFileSync(join(web, "dist/documents.json"), JSON.stringify(documents));
