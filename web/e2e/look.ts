/** A picture of a screen, and what axe says of it. */
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";

const pictures = resolve(import.meta.dirname, "../../test-results");
const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
mkdirSync(pictures, { recursive: true });

/** A laptop, the screen in the huddle room, a tablet held upright. */
export const sizes = [
  ["1280", 1280, 800],
  ["1920", 1920, 1080],
  ["820", 820, 1180],
] as const;

export async function looksGood(page: Page, name: string) {
  // What turns for ever, as a sign of waiting does, is not waited for.
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter((one) => one.effect?.getComputedTiming().endTime !== Infinity)
        .map((one) => one.finished.catch(() => {})),
    ),
  );
  await page.screenshot({ path: `${pictures}/${name}.png` });
  await page.addScriptTag({ path: axe }).catch(async () => {
    // The content security policy refuses added scripts, as it should: evaluate it instead.
    const { readFileSync } = await import("node:fs");
    await page.evaluate(readFileSync(axe, "utf8"));
  });
  const found = await page.evaluate(async () => (await (window as any).axe.run(document)).violations);
  const serious = found.filter((one: any) => one.impact === "serious" || one.impact === "critical");
  const words = serious.map(
    (one: any) =>
      `${one.id}: ${one.nodes
        .map((n: any) => `${n.target} ${n.failureSummary}`)
        .slice(0, 3)
        .join("; ")}`,
  );
  expect(words, name).toEqual([]);
}
