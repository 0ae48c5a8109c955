/** Short words about what just happened: seen in the corner, and read aloud. */
import { IconX } from "@tabler/icons-react";
import { useSyncExternalStore } from "react";
import css from "./feedback.module.css";

type Toast = { id: number; tone: "good" | "bad"; text: string };

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

export function toast(tone: Toast["tone"], text: string) {
  const id = next++;
  toasts = [...toasts.slice(-3), { id, tone, text }];
  tell();
  setTimeout(() => dismiss(id), tone === "bad" ? 9_000 : 5_000);
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
            <p>{one.text}</p>
            <button type="button" className={css.close} onClick={() => dismiss(one.id)} aria-label="Dismiss">
              <IconX size={16} />
            </button>
          </div>
        ))}
      </section>
    </>
  );
}
