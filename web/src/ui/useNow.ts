/** A clock that many small parts share: one timer for each step, however many words tick. */
import { useSyncExternalStore } from "react";
import { serverNow } from "../lib/time";

class Ticker {
  now = serverNow();
  private listeners = new Set<() => void>();
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly step: number) {}

  subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    this.timer ??= setInterval(this.tick, this.step);
    this.now = serverNow();
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size > 0) return;
      clearInterval(this.timer);
      this.timer = undefined;
    };
  };

  read = () => this.now;

  private tick = () => {
    this.now = serverNow();
    for (const listener of this.listeners) listener();
  };
}

const tickers = { second: new Ticker(1_000), slow: new Ticker(20_000) };

/** The server's time, renewed each second or (slow) three times a minute. */
export function useNow(pace: keyof typeof tickers): number {
  const ticker = tickers[pace];
  return useSyncExternalStore(ticker.subscribe, ticker.read);
}
