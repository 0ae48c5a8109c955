/** The day by keyboard: letters act on the task that is next, or the chosen one. */
import { useEffect, useRef } from "react";

export type DayKey = "Enter" | "c" | "h" | "n" | "p" | "k" | "s" | "o";

export type DayKeys = {
  /** False while a dialog or a drawer has the keyboard. */
  on: boolean;
  act(key: DayKey): void;
  move(by: 1 | -1): void;
  onHelp(): void;
};

const keys: string[] = ["Enter", "c", "h", "n", "p", "k", "s", "o"] satisfies DayKey[];

export function useDayKeys(now: DayKeys) {
  const latest = useRef(now);
  latest.current = now;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { on, act, move, onHelp } = latest.current;
      if (!on || event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented) return;
      if (inField(event.target)) return;
      // A button or a link that has the focus keeps its Enter.
      if (event.key === "Enter" && event.target instanceof Element && event.target.closest("button, a"))
        return;
      if (event.key === "ArrowDown") move(1);
      else if (event.key === "ArrowUp") move(-1);
      else if (event.key === "?") onHelp();
      else if (keys.includes(event.key)) act(event.key as DayKey);
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}

function inField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("[role=dialog], [role=menu], [role=listbox], [role=radiogroup]")) return true;
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}
