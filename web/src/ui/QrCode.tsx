import encodeQR from "qr";

/** A text as a QR code, drawn here: it goes to nobody. Dark on white in every scheme, as cameras want it. */
export function QrCode(props: { text: string; size: number; label: string }) {
  const rows = encodeQR(props.text, "raw", { border: 2 });
  const path = rows.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  return (
    <svg
      width={props.size}
      height={props.size}
      viewBox={`0 0 ${rows.length} ${rows.length}`}
      role="img"
      aria-label={props.label}
      shapeRendering="crispEdges"
    >
      <rect width="100%" height="100%" fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
