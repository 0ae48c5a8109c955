// Writes a .br and a .gz beside every text file of dist/, so that the server only has to pick one. Not beside the page,
// which is another each time it is sent, nor beside the documents, which are not sent.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const dist = join(import.meta.dirname, "..", "dist");

for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
  if (["index.html", "documents.json"].includes(entry.name)) continue;
  if (!entry.isFile() || !/\.(js|css|html|svg|json|txt)$/.test(entry.name)) continue;
  const path = join(entry.parentPath, entry.name);
  const bytes = readFileSync(path);
  const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, brotli));
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
}
