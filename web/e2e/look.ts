/** A picture of a screen, and what axe says of it. */
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";

const pictures = resolve(import.meta.dirname, "../../test-results");
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
mkdirSync(pictures, { recursive: true });

type Size = readonly [name: string, width: number, height: number];

/** A laptop, the screen in the huddle room, a tablet held upright, a phone. */
const laptop: Size = ["1280", 1280, 800];
const room: Size = ["1920", 1920, 1080];
export const tablet: Size = ["820", 820, 1180];
export const phone: Size = ["390", 390, 844];

/** With LOOKS set, each size in each scheme; else what differs: contrast by the scheme, layout by the size. */
const all = Boolean(process.env.LOOKS);

/**
 * One open screen at one size after the other, light and dark, without another sign-in. Ends as it began: a laptop, light.
 * A screen that has a switch of its own for the scheme says how it is dimmed.
 */
export async function looksGoodEverywhere(
  page: Page,
  name: string,
  narrow: readonly Size[] = [tablet],
  dim: (scheme: "light" | "dark") => Promise<unknown> = (colorScheme) => page.emulateMedia({ colorScheme }),
) {
  const sizes = all ? [laptop, room, ...narrow] : [laptop];
  await dim("dark");
  for (const size of sizes) await looksGoodAt(page, name, size, "dark");
  await dim("light");
  for (const size of all ? sizes : [laptop, ...narrow]) await looksGoodAt(page, name, size, "light");
  await page.setViewportSize({ width: laptop[1], height: laptop[2] });
}

async function looksGoodAt(page: Page, name: string, [size, width, height]: Size, scheme: string) {
  await page.setViewportSize({ width, height });
  await looksGood(page, `${name}-${size}-${scheme}`);
}

export async function looksGood(page: Page, name: string) {
  // A frame for what follows the size; then what moves comes to rest. What turns for ever, as a sign of waiting does,
  // is not waited for.
  await page.evaluate(async () => {
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    const ends = document
      .getAnimations()
      .filter((one) => one.effect?.getComputedTiming().endTime !== Infinity)
      .map((one) => one.finished.catch(() => {}));
    await Promise.all(ends);
  });
  await page.screenshot({ path: `${pictures}/${name}.png` });
  // Once a page. The content security policy refuses added scripts, as it should: evaluate it instead.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  const found = await page.evaluate(
    async () => (await (window as any).axe.run(document, { resultTypes: ["violations"] })).violations,
  );
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
