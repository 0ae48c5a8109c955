import { useEffect } from "react";
import { flushSync } from "react-dom";

/**
 * A page that the browser kept whole when it was left (the back/forward cache), from before a sign-out perhaps: it shows
 * nothing until the server was asked who looks at it.
 */
export function useAway(ask: () => void) {
  useEffect(() => {
    const away = (is: boolean) => document.documentElement.toggleAttribute("data-away", is);
    const onHide = (event: PageTransitionEvent) => event.persisted && away(true);
    const onShow = (event: PageTransitionEvent) => {
      if (!event.persisted) return;
      flushSync(ask);
      away(false);
    };
    addEventListener("pagehide", onHide);
    addEventListener("pageshow", onShow);
    return () => {
      removeEventListener("pagehide", onHide);
      removeEventListener("pageshow", onShow);
    };
  }, [ask]);
}
