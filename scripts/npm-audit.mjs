// `node scripts/npm-audit.mjs FOLDER`: known holes in the npm packages of a folder, but those that npm-audit.json explains.
// Ends with 1 for a hole that nobody explained or an explanation that nothing needs any more, with 2 where the database
// does not answer.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const folder = process.argv[2]
const explained = JSON.parse(readFileSync(new URL('npm-audit.json', import.meta.url)))[folder] ?? {}
const run = spawnSync('npm', ['audit', '--json'], { cwd: folder, encoding: 'utf8' })
let report
try {
  report = JSON.parse(run.stdout)
} catch {
  report = {}
}
if (!report.vulnerabilities) process.exit(2)

const holes = new Map()
for (const { via } of Object.values(report.vulnerabilities)) {
  for (const hole of via.filter((one) => typeof one === 'object')) holes.set(hole.url.split('/').pop(), hole)
}
let bad = false
for (const [id, hole] of holes) {
  if (explained[id]) continue
  bad = true
  console.error(`${folder}: ${hole.severity} hole in ${hole.name}: ${hole.title} (${hole.url})`)
}
for (const id of Object.keys(explained).filter((id) => !holes.has(id))) {
  bad = true
  console.error(`${folder}: npm-audit.json explains ${id}, which is no hole any more: take it out`)
}
process.exit(bad ? 1 : 0)
