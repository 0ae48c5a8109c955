/**
 * Whether this browser was a wall the last time somebody asked. A screen whose pairing ended belongs to the pairing page and
 * not to the sign-in, also after it was switched off meanwhile. It says nothing about anybody.
 */
import { useEffect } from "react";
import { useSession } from "../session/Session";

const key = "huddle-screen";

export function wasWall(): boolean {
  try {
    return localStorage.getItem(key) === "wall";
  } catch {
    return false;
  }
}

/** A browser without storage asks for the sign-in instead, which leads to the pairing page as well. */
export function forgetWall() {
  try {
    localStorage.removeItem(key);
  } catch {}
}

export function useScreenMemory() {
  const { phase } = useSession();
  const isWall = phase.is === "in" ? phase.viewer.isDisplay : null;
  useEffect(() => {
    if (isWall === null) return;
    if (!isWall) return forgetWall();
    try {
      localStorage.setItem(key, "wall");
    } catch {}
  }, [isWall]);
}
