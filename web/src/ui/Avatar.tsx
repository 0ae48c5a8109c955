/** A person as a round mark with initials, always the same colour for the same person. */
import css from "./feedback.module.css";

const colours = ["#0f6b66", "#5633b0", "#8a3b12", "#1a56a8", "#7a2a5c", "#3f6212", "#8a1c3c", "#3b4a8c"];

export function initialsOf(name: string): string {
  const words = name
    .replace(/[^\p{L}\s'-]/gu, "")
    .trim()
    .split(/\s+/)
    .filter(Boolean);
  const first = words[0]?.[0] ?? "?";
  const last = words.length > 1 ? (words.at(-1)?.[0] ?? "") : "";
  return (first + last).toUpperCase();
}

export function Avatar(props: { id: string; name: string; size?: string }) {
  let hash = 0;
  for (const letter of props.id) hash = (hash * 31 + letter.charCodeAt(0)) >>> 0;
  const style = { background: colours[hash % colours.length], "--size": props.size ?? "1.5rem" };
  return (
    <span className={css.avatar} style={style} aria-hidden title={props.name}>
      {initialsOf(props.name)}
    </span>
  );
}
