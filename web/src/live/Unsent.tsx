/** Says in words what this person did and Huddle has not answered yet. */
import { IconCloudUp, IconLoader2 } from "@tabler/icons-react";
import { useSyncExternalStore } from "react";
import { useSession } from "../session/Session";
import css from "./live.module.css";
import { type Unsent, waiting } from "./outbox";

export function useUnsent(): readonly Unsent[] {
  const { outbox } = useSession();
  return useSyncExternalStore(outbox.subscribe, outbox.read);
}

export type SendState = "slow" | "kept" | null;

/** What a card says: the worst of what is on its way for it. */
export function sendStateOf(unsent: readonly Unsent[], about: string): SendState {
  const states = unsent.filter((one) => one.about === about).map((one) => one.is);
  if (states.includes("kept")) return "kept";
  return states.includes("slow") ? "slow" : null;
}

export function SendWords(props: { is: "slow" | "kept" }) {
  return props.is === "kept" ? (
    <span className={css.send} data-is="kept">
      <IconCloudUp size={15} aria-hidden /> Not sent yet
    </span>
  ) : (
    <span className={css.send} data-is="slow">
      <IconLoader2 size={15} aria-hidden /> Saving…
    </span>
  );
}

/** In a drawer: each thing by its words. */
export function UnsentLines(props: { about: string }) {
  const unsent = useUnsent();
  const lines = waiting(unsent).filter((one) => one.about === props.about);
  if (lines.length === 0) return null;
  return (
    <ul className={css.lines} aria-label="Not sent yet">
      {lines.map((one) => (
        <li key={one.name}>
          <IconCloudUp size={16} aria-hidden /> Not sent yet: {one.words}
        </li>
      ))}
    </ul>
  );
}

/** In a form that waits for its answer. */
export function KeptWords(props: { busy: boolean }) {
  const kept = waiting(useUnsent()).length > 0;
  if (!props.busy || !kept) return null;
  return (
    <p className={css.kept} role="status">
      <IconCloudUp size={16} aria-hidden /> Not sent yet: Huddle does not answer. It is sent again by itself,
      for two minutes; you can go on meanwhile.
    </p>
  );
}
