import { useEffect } from "react";

/** Asks the browser to keep the screen on while the wall is shown; again after it was hidden. */
export function useAwake() {
  useEffect(() => {
    let lock: WakeLockSentinel | null = null;
    let shown = true;
    const ask = async () => {
      if (document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
      // A browser or a battery may refuse: then the screen keeps its own habits.
      const given = await navigator.wakeLock.request("screen").catch(() => null);
      if (shown) lock = given;
      else void given?.release();
    };
    void ask();
    document.addEventListener("visibilitychange", ask);
    return () => {
      shown = false;
      document.removeEventListener("visibilitychange", ask);
      void lock?.release();
    };
  }, []);
}
