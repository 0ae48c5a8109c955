import {
  IconArrowBackUp,
  IconArrowRight,
  IconCheck,
  IconClockPause,
  IconFlag,
  IconPlus,
  IconUserOff,
} from "@tabler/icons-react";
import type { HuddleItemState } from "../gql/enums";
import css from "./huddle.module.css";
import type { Item } from "./useHuddle";
import { stateWords } from "./words";

type Props = {
  item: Item | null;
  busy: boolean;
  left: number;
  onSettle(state: HuddleItemState): void;
  onNext(): void;
  onDecide(): void;
  onEnd(): void;
};

/** At the bottom of the screen, where the thumb is. Each with its key. */
export function Controls(props: Props) {
  const { item, busy, onSettle } = props;
  if (!item && props.left === 0)
    return (
      <div className={css.controls}>
        <button type="button" data-main disabled={busy} onClick={props.onEnd}>
          <IconFlag size={22} aria-hidden /> <span>End the huddle</span>
        </button>
      </div>
    );
  if (item && item.state !== "OPEN")
    return (
      <div className={css.controls} role="toolbar" aria-label="This item">
        <button type="button" disabled={busy} onClick={() => onSettle("OPEN")}>
          <IconArrowBackUp size={22} aria-hidden /> <span>{stateWords[item.state]}: open again</span>
        </button>
        <button type="button" disabled={busy} onClick={props.onDecide}>
          <IconPlus size={22} aria-hidden /> <span>Decision</span> <kbd>t</kbd>
        </button>
        <button type="button" data-main disabled={busy} onClick={props.onNext}>
          <IconArrowRight size={22} aria-hidden /> <span>Next</span> <kbd>n</kbd>
        </button>
      </div>
    );
  return (
    <div className={css.controls} role="toolbar" aria-label="This item">
      {item && (
        <>
          <button type="button" disabled={busy} onClick={() => onSettle("ABSENT")}>
            <IconUserOff size={22} aria-hidden /> <span>Absent</span> <kbd>a</kbd>
          </button>
          <button type="button" disabled={busy} onClick={() => onSettle("DEFERRED")}>
            <IconClockPause size={22} aria-hidden /> <span>Deferred</span> <kbd>f</kbd>
          </button>
          <button type="button" disabled={busy} onClick={props.onDecide}>
            <IconPlus size={22} aria-hidden /> <span>Decision</span> <kbd>t</kbd>
          </button>
        </>
      )}
      <button type="button" disabled={busy} onClick={props.onNext}>
        <IconArrowRight size={22} aria-hidden /> <span>Next</span> <kbd>n</kbd>
      </button>
      {item && (
        <button type="button" data-main disabled={busy} onClick={() => onSettle("DISCUSSED")}>
          <IconCheck size={22} aria-hidden /> <span>Discussed</span> <kbd>d</kbd>
        </button>
      )}
    </div>
  );
}
