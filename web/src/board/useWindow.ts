/** Which cards of a long column are near the view. Short columns are drawn whole, so that the browser can search them. */
import { type RefObject, useEffect, useState } from "react";

const whole = 60;
const beyond = 8;

type Range = { from: number; to: number };

export function useWindow(scroll: RefObject<HTMLElement | null>, count: number): Range {
  const [range, setRange] = useState<Range>({ from: 0, to: 24 });

  useEffect(() => {
    const area = scroll.current;
    if (!area || count <= whole) return;
    const measure = () => {
      const pitch = area.scrollHeight / count;
      const from = Math.max(0, Math.floor(area.scrollTop / pitch) - beyond);
      const to = Math.ceil((area.scrollTop + area.clientHeight) / pitch) + beyond;
      setRange((was) => (was.from === from && was.to === to ? was : { from, to }));
    };
    measure();
    area.addEventListener("scroll", measure, { passive: true });
    const resized = new ResizeObserver(measure);
    resized.observe(area);
    return () => {
      area.removeEventListener("scroll", measure);
      resized.disconnect();
    };
  }, [scroll, count]);

  return count <= whole ? { from: 0, to: count } : range;
}
