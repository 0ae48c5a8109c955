// Holds what npm installs to the same rules as deny.toml: by its digest, and under a licence that we may give on.
import { readFileSync } from "node:fs";

const licences = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC-BY-4.0", // data of caniuse-lite, for building only
  "CC0-1.0",
  "ISC",
  "MIT",
  "MIT-0",
  "MPL-2.0", // axe-core and lightningcss, for building and testing only
  "OFL-1.1", // the typeface
  "Python-2.0", // argparse, for building only
  "Unlicense",
]);

/** An SPDX expression of ORs and ANDs: one way through it must be ours. */
const isAllowed = (expression) =>
  expression
    .replace(/[()]/g, "")
    .split(/ OR /i)
    .some((way) => way.split(/ AND /i).every((licence) => licences.has(licence.trim())));

/** Programs for machines that are neither built on nor tested on: npm installs them there only. */
const isForOthers = ({ optional, os = ["linux"], cpu = ["x64"], libc = ["glibc"] }) =>
  optional && !(os.includes("linux") && cpu.includes("x64") && libc.includes("glibc"));

const wrong = process.argv.slice(2).flatMap((file) => {
  const packages = Object.entries(JSON.parse(readFileSync(file, "utf8")).packages).filter(([path]) => path !== "");
  if (packages.length === 0) return [`${file} names no package`];
  return packages.flatMap(([path, one]) => {
    const { license, integrity, inBundle, resolved } = one;
    return [
    ...(integrity || inBundle || isForOthers(one) ? [] : [`${file}: ${path} has no digest`]),
    ...(resolved && !/^https:\/\/registry\.npmjs\.org\//.test(resolved) ? [`${file}: ${path} is from ${resolved}`] : []),
    ...(license && isAllowed(license) ? [] : [`${file}: ${path} has the licence ${license}`]),
    ];
  });
});

for (const line of wrong) console.error(line);
process.exit(wrong.length > 0 ? 1 : 0);
