import { type RefObject, useLayoutEffect, useRef, useState } from "react";

/** How wide a part is just now, so that what is drawn in it keeps the size of its words. */
export function useWidth<T extends HTMLElement>(): [RefObject<T | null>, number] {
  const part = useRef<T>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const node = part.current;
    if (!node) return;
    const measure = () => setWidth(Math.round(node.clientWidth));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(node);
    return () => observer.disconnect();
  }, []);
  return [part, width];
}
