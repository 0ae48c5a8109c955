import { useEffect, useState } from "react";
import type { Failure } from "../lib/errors";
import { countdown } from "../lib/time";

/** After too many tries: how long to wait, counted down. `words` is null when one may try. */
export function useWait() {
  const [until, setUntil] = useState(0);
  const [now, setNow] = useState(Date.now());
  const left = until - now;
  const waits = left > 0;
  useEffect(() => {
    if (!waits) return;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [waits]);
  return {
    words: waits ? `Too many wrong tries. You can try again in ${countdown(left)}.` : null,
    /** True when the failure was one to wait for. */
    heed(failure: Failure): boolean {
      if (failure.code !== "RATE_LIMITED" || failure.retryAfter === null) return false;
      setNow(Date.now());
      setUntil(Date.now() + failure.retryAfter * 1000);
      return true;
    },
  };
}
