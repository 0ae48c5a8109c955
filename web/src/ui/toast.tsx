/** Short words about what just happened: seen in the corner, and read aloud. What was lost stays until it is read. */
import { IconAlertTriangle, IconX } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useSyncExternalStore } from "react";
import css from "./feedback.module.css";

type Way = { to: string; words: string };
type Toast = { id: number; tone: "good" | "bad" | "lost"; title?: string; text: string; way?: Way };

let toasts: readonly Toast[] = [];
let spoken = "";
let next = 1;
const listeners = new Set<() => void>();
const tell = () => {
  for (const listener of listeners) listener();
};
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export function toast(tone: "good" | "bad", text: string) {
  const id = next++;
  const passing = toasts.filter((one) => one.tone !== "lost");
  const over = new Set(passing.slice(0, -3));
  toasts = [...toasts.filter((one) => !over.has(one)), { id, tone, text }];
  tell();
  setTimeout(() => dismiss(id), tone === "bad" ? 9_000 : 5_000);
}

/** Stays until it is dismissed. */
export function lossNotice(title: string, text: string, way?: Way) {
  toasts = [...toasts, { id: next++, tone: "lost", title, text, ...(way && { way }) }];
  tell();
}

/** Nothing of what one person was told is left for the next. */
export function forgetNotices() {
  toasts = [];
  tell();
}

function dismiss(id: number) {
  toasts = toasts.filter((one) => one.id !== id);
  tell();
}

let waiting: string[] = [];
let timer: ReturnType<typeof setTimeout> | null = null;

function speak() {
  timer = null;
  spoken = waiting.join(". ");
  waiting = [];
  tell();
}

/** Says it to those who listen, politely, at most once in two seconds, the latest three. */
export function announce(text: string) {
  waiting = [...waiting, text].slice(-3);
  if (timer) return;
  timer = setTimeout(speak, spoken ? 2_000 : 100);
}

export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => toasts);
  const words = useSyncExternalStore(subscribe, () => spoken);
  return (
    <>
      <output className="visually-hidden" aria-live="polite" data-testid="announcer">
        {words}
      </output>
      <section className={css.toasts} aria-label="Notices" aria-live="polite">
        {shown.map((one) => (
          <div key={one.id} className={css.toast} data-tone={one.tone}>
            {one.tone === "lost" && <IconAlertTriangle size={20} aria-hidden />}
            <p {...(one.tone === "lost" ? { role: "alert" } : {})}>
              {one.title && <strong>{one.title}</strong>}
              {one.text}{" "}
              {one.way && (
                <Link to={one.way.to} onClick={() => dismiss(one.id)}>
                  {one.way.words}
                </Link>
              )}
            </p>
            <button type="button" className={css.close} onClick={() => dismiss(one.id)} aria-label="Dismiss">
              <IconX size={16} />
            </button>
          </div>
        ))}
      </section>
    </>
  );
}
