/** Shared screens: paired by the code that they show, confirmed by somebody who may. */
import type { Page } from "playwright-core";
import { type Api, isLive, stranger } from "./kit";

export const shownCode = async (screen: Page): Promise<string> => {
  const code = screen.getByTestId("pairing-code").filter({ hasText: /^[A-Z0-9]{4}-[A-Z0-9]{4}$/ });
  return (await code.innerText()).trim();
};

export async function confirmCode(by: Api, userCode: string, name: string): Promise<{ id: string }> {
  const { confirmDisplay } = await by.ask(
    "mutation($i: ConfirmDisplayInput!) { confirmDisplay(input: $i) { display { id } } }",
    { i: { userCode, careTeamId: by.teamId, name } },
  );
  return confirmDisplay.display;
}

export type Wall = { screen: Page; id: string };

/** A screen on Cedar's wall, live. */
export async function wall(manager: Api, at?: string): Promise<Wall> {
  const screen = await stranger(at ? { at } : {});
  await screen.goto("/pair");
  const { id } = await confirmCode(manager, await shownCode(screen), "Huddle room");
  await isLive(screen);
  return { screen, id };
}

/** A wall has a switch of its own, whatever the browser wishes. */
export const dimmer = (screen: Page) => async (scheme: "light" | "dark") => {
  await screen.emulateMedia({ colorScheme: scheme });
  if ((await screen.getByTestId("wall").getAttribute("data-scheme")) === scheme) return;
  await screen.getByRole("button", { name: scheme === "light" ? "Light" : "Dark", exact: true }).click();
};

export const row = (screen: Page, task: string) => screen.locator(`[data-testid=wall] [data-task="${task}"]`);

export const touch = (screen: Page, task: string) => row(screen, task).getByRole("button").click();

/** Sets the PIN with which somebody acts at walls. */
export async function pin(by: Api): Promise<string> {
  const digits = "739104";
  await by.ask("mutation($i: SetPinInput!) { setPin(input: $i) { viewer { hasPin } } }", {
    i: { pin: digits },
  });
  return digits;
}

export async function typePin(screen: Page, digits: string) {
  for (const digit of digits)
    await screen.getByRole("dialog").getByRole("button", { name: digit, exact: true }).click();
  await screen.getByRole("dialog").getByRole("button", { name: "OK" }).click();
}

export const nameOf = async (by: Api): Promise<{ id: string; displayName: string }> =>
  (await by.ask("{ viewer { staff { id displayName } } }")).viewer.staff;
