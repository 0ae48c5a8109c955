import encodeQR from "qr";
import { useMemo } from "react";
import css from "./feedback.module.css";

/** Drawn here, so that what it says goes to nobody else. Dark on light in any scheme: cameras want it so. */
export function QrCode(props: { text: string; label: string; size?: number }) {
  const { text, label, size = 200 } = props;
  const { side, path } = useMemo(() => {
    const rows = encodeQR(text, "raw", { border: 2 });
    const squares = rows.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")));
    return { side: rows.length, path: squares.join("") };
  }, [text]);
  return (
    <svg
      className={css.qr}
      width={size}
      height={size}
      viewBox={`0 0 ${side} ${side}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect width={side} height={side} fill="#fff" />
      <path d={path} fill="#111" />
    </svg>
  );
}
