/** What the huddle goes through, in its order, under the headings that say why. */
import { IconCircleCheck, IconClockPause, IconUserOff } from "@tabler/icons-react";
import type { HuddleItemState } from "../gql/enums";
import { plainDate } from "../lib/time";
import { StatusChip } from "../patient/StatusChip";
import { Chips } from "./Chips";
import css from "./huddle.module.css";
import { type Huddle, type Item, nameOfItem } from "./useHuddle";
import { count, sectionWords, stateWords } from "./words";

type Props = {
  huddle: Huddle;
  onPatient(id: string): void;
  onTask(id: string): void;
  /** For who leads: makes it the current one. */
  onGo: ((item: Item) => void) | null;
  /** While it runs: the names and states, and the reasons of what is open. */
  compact?: boolean;
};

const marks: Partial<Record<HuddleItemState, typeof IconCircleCheck>> = {
  DISCUSSED: IconCircleCheck,
  DEFERRED: IconClockPause,
  ABSENT: IconUserOff,
};

export function Agenda(props: Props) {
  const { huddle } = props;
  const next = props.compact ? nextThree(huddle) : new Set<string>();
  return (
    <ol className={css.agenda} data-testid="agenda" data-compact={props.compact}>
      {huddle.items.map((item, index) => {
        const heading = item.section !== huddle.items[index - 1]?.section;
        const isCurrent = item.id === huddle.currentItem?.id;
        return (
          <li
            key={item.id}
            data-item={item.id}
            data-state={item.state}
            data-next={next.has(item.id)}
            aria-current={isCurrent ? "step" : undefined}
          >
            {heading && (
              <h3>
                {sectionWords[item.section]}
                {!props.compact && <span>{item.why}</span>}
              </h3>
            )}
            <div className={css.row}>
              <Mark item={item} />
              <div className={css.rowBody}>
                <p className={css.rowName}>
                  <Name {...props} item={item} />
                  {item.patient && <StatusChip status={item.patient.status} quiet />}
                  {isCurrent && <span className={css.now}>now</span>}
                </p>
                {item.state === "OPEN" && <Chips reasons={item.reasons} />}
                {!props.compact && <Origin item={item} />}
                {item.decisions.length > 0 && (
                  <p className={css.why}>{count(item.decisions.length, "decision")}</p>
                )}
              </div>
              {props.onGo && !isCurrent && (
                <button
                  type="button"
                  className={css.go}
                  aria-label={`Go to ${nameOfItem(item)}`}
                  onClick={() => props.onGo?.(item)}
                >
                  Go to
                </button>
              )}
            </div>
          </li>
        );
      })}
    </ol>
  );
}

const nextThree = (huddle: Huddle): Set<string> => {
  const open = huddle.items.filter((item) => item.state === "OPEN" && item.id !== huddle.currentItem?.id);
  return new Set(open.slice(0, 3).map((item) => item.id));
};

function Mark(props: { item: Item }) {
  const { state, position } = props.item;
  const Icon = marks[state];
  return (
    <span className={css.mark} data-state={state} title={stateWords[state]}>
      {Icon ? <Icon size={20} role="img" aria-label={stateWords[state]} /> : position}
    </span>
  );
}

function Name(props: Props & { item: Item }) {
  const { patient, task } = props.item;
  const open = patient ? () => props.onPatient(patient.id) : task ? () => props.onTask(task.id) : null;
  const words = patient?.displayName ?? task?.title ?? nameOfItem(props.item);
  if (!open) return <span className={css.nameText}>{words}</span>;
  return (
    <button type="button" className={css.name} onClick={open}>
      {words}
    </button>
  );
}

/** Who put it there, and from when it was left. */
export function Origin(props: { item: Item }) {
  const { addedBy, rolledOverFrom, note } = props.item;
  const parts = [
    rolledOverFrom && `Left from ${plainDate(rolledOverFrom)}`,
    addedBy && `Added by ${addedBy.displayName}`,
    note && `“${note}”`,
  ].filter(Boolean);
  return parts.length > 0 ? <p className={css.why}>{parts.join(" · ")}</p> : null;
}
