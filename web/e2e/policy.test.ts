/** What the browser is told to forbid stays forbidden, and the dashboard does without it. */
import { expect, test } from "vitest";
import { column, isLive, signIn, stranger, withBrowser } from "./kit";

withBrowser();

test("the dashboard runs under its content policy and names its documents by hash", async () => {
  const page = await stranger();
  const violations: string[] = [];
  const sent: Record<string, unknown>[] = [];
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) violations.push(message.text());
  });
  page.on("request", (request) => {
    if (request.url().endsWith("/graphql") && request.method() === "POST") sent.push(request.postDataJSON());
  });
  page.on("websocket", (socket) =>
    socket.on("framesent", ({ payload }) => {
      const message = JSON.parse(String(payload));
      if (message.type === "subscribe") sent.push(message.payload);
    }),
  );

  await signIn(page, "nurse");
  await isLive(page);
  await column(page, "pool").locator("[data-task]").first().click();
  await page.getByRole("dialog").waitFor();

  expect(sent.map((body) => body.operationName)).toContain("TeamFeed");
  for (const body of sent) {
    expect(body.documentId, JSON.stringify(body)).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(body.query ?? "").toBe("");
  }
  // The component library's styles are there: with the policy alone, and no nonce, they would not be.
  expect(await page.locator("style[nonce]").count()).toBeGreaterThan(0);
  expect(violations).toEqual([]);
  // A script or a style of somebody else's does nothing.
  const ran = await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.broken = true";
    document.body.append(script);
    const style = document.createElement("style");
    style.textContent = "body { outline: 7px solid red }";
    document.body.append(style);
    return [(window as { broken?: boolean }).broken ?? false, getComputedStyle(document.body).outlineWidth];
  });
  expect(ran[0]).toBe(false);
  expect(ran[1]).not.toBe("7px");
});
