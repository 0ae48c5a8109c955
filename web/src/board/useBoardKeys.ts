/** The board by keyboard: letters act on the selected card, arrows and j/k move between cards and columns. */
import { useEffect, useRef } from "react";
import type { Task } from "../live/merge";
import { type ColumnName, type Columns, columnNames } from "./columns";

export type BoardKeys = {
  columns: Columns;
  selected: Task | null;
  /** False while a dialog or a drawer has the keyboard: then only actions on the open task go through. */
  moving: boolean;
  select(task: Task): void;
  act(key: "c" | "r" | "s" | "d" | "h" | "a" | "e" | "g" | "x", task: Task): void;
  onNew(): void;
  onHelp(): void;
};

export function useBoardKeys(keys: BoardKeys) {
  const latest = useRef(keys);
  latest.current = keys;

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented || inField(event.target))
        return;
      if (handle(event.key, latest.current)) event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}

function inField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("[role=dialog] form, [role=menu], [role=listbox]")) return true;
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}

function handle(key: string, now: BoardKeys): boolean {
  switch (key) {
    case "?":
      now.onHelp();
      return true;
    case "n":
      if (now.moving) now.onNew();
      return now.moving;
    case "c":
    case "r":
    case "s":
    case "d":
    case "h":
    case "a":
    case "e":
    case "g":
    case "x":
      if (now.selected) now.act(key, now.selected);
      return now.selected !== null;
    case "j":
    case "ArrowDown":
      return move(now, 0, 1);
    case "k":
    case "ArrowUp":
      return move(now, 0, -1);
    case "ArrowRight":
      return move(now, 1, 0);
    case "ArrowLeft":
      return move(now, -1, 0);
    default:
      return false;
  }
}

function move(now: BoardKeys, across: number, along: number): boolean {
  if (!now.moving) return false;
  const to = neighbour(now.columns, now.selected, across, along);
  if (to) now.select(to);
  return to !== null;
}

/** The card beside the selected one; the first card of the board where none is selected. */
export function neighbour(columns: Columns, from: Task | null, across: number, along: number): Task | null {
  const filled = columnNames.filter((name) => columns[name].length > 0);
  const here = filled.findIndex((name) => columns[name].some((task) => task.id === from?.id));
  if (!from || here < 0) return columns[filled[0] ?? "pool"][0] ?? null;
  const column = columns[filled[here] as ColumnName];
  const index = column.findIndex((task) => task.id === from.id);
  if (across === 0) return column[index + along] ?? null;
  const next = filled[here + across];
  return next ? (columns[next][Math.min(index, columns[next].length - 1)] ?? null) : null;
}
