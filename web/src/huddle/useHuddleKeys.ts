/** The huddle by keyboard, for who leads it. */
import { useEffect, useRef } from "react";

export type HuddleKeys = {
  /** False while a dialog or a drawer has the keyboard. */
  listening: boolean;
  next(): void;
  back(): void;
  discussed(): void;
  deferred(): void;
  absent(): void;
  decide(): void;
  help(): void;
};

const keys: Record<string, keyof Omit<HuddleKeys, "listening">> = {
  n: "next",
  ArrowRight: "next",
  ArrowLeft: "back",
  d: "discussed",
  f: "deferred",
  a: "absent",
  t: "decide",
  "?": "help",
};

export function useHuddleKeys(now: HuddleKeys) {
  const latest = useRef(now);
  latest.current = now;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const key = keys[event.key];
      if (!key || !latest.current.listening || event.defaultPrevented || event.repeat) return;
      if (event.metaKey || event.ctrlKey || event.altKey || inField(event.target)) return;
      event.preventDefault();
      latest.current[key]();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}

function inField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("form, [role=dialog], [role=menu], [role=listbox]")) return true;
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}
