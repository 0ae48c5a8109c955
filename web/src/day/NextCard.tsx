/** What to do next, large, and why it is next. */
import { Button, Kbd } from "@mantine/core";
import {
  IconClock,
  IconLanguage,
  IconPhone,
  IconPlayerPause,
  IconPlayerPlay,
  IconUser,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { DueWords } from "../board/DueWords";
import { useTeam } from "../live/Team";
import { UnsentLines } from "../live/Unsent";
import { StatusChip } from "../patient/StatusChip";
import { languageName } from "../patient/words";
import { priorityWords, statusWords } from "../task/words";
import { useNow } from "../ui/useNow";
import css from "./day.module.css";
import { type Item, minutesSince } from "./queue";
import { Reasons } from "./Reasons";
import type { DayKey } from "./useDayKeys";
import { aheadWords } from "./words";

type Props = {
  item: Item;
  isFirst: boolean;
  isLast: boolean;
  /** When work on it was begun on this page. */
  started: number | null;
  busy: boolean;
  act(key: DayKey): void;
  onPatient(id: string): void;
};

export function NextCard(props: Props) {
  const { item, act, started } = props;
  const { task, patient } = item;
  const { zone } = useTeam();
  const now = useNow("slow");
  const begun = task.status === "IN_PROGRESS";
  return (
    <section className={css.next} aria-label="Next" data-task={task.id} data-testid="next">
      <p className={css.eyebrow}>
        {props.isFirst ? "Next" : "Chosen by you"}
        <span>
          {task.kindName} · {priorityWords[task.priority]} · {statusWords[task.status]}
        </span>
        {started !== null && (
          <output className={css.timer}>
            <IconClock size={15} aria-hidden /> {minutesSince(started, now)} min
          </output>
        )}
      </p>
      <h2 className={css.title}>
        <button type="button" className={css.plain} onClick={() => act("o")}>
          {task.title}
        </button>
        <DueWords task={task} zone={zone} />
      </h2>
      {patient && (
        <p className={css.who}>
          <button type="button" className={css.patient} onClick={() => props.onPatient(patient.id)}>
            <IconUser size={17} aria-hidden /> {patient.displayName}
          </button>
          <StatusChip status={patient.status} quiet />
          {item.phone && (
            <a href={`tel:${item.phone}`} className={css.phone}>
              <IconPhone size={16} aria-hidden /> {item.phone}
            </a>
          )}
          {patient.interpreterNeeded && (
            <span className={css.interpreter}>
              <IconLanguage size={16} aria-hidden /> Interpreter
              {patient.preferredLanguage ? `: ${languageName(patient.preferredLanguage)}` : ""}
            </span>
          )}
        </p>
      )}
      <Reasons why={item.why} label="Why it is here" />
      {props.isFirst && item.aheadBy && !props.isLast && (
        <p className={css.ahead}>Before the next one because {aheadWords[item.aheadBy]}.</p>
      )}
      <UnsentLines about={task.id} />
      <div className={css.actions}>
        {!begun && (
          <Key letter="⏎" of="Enter" act={act} busy={props.busy} primary icon={<IconPlayerPlay size={16} />}>
            {task.claim ? (task.status === "ON_HOLD" ? "Take up again" : "Start") : "Take and start"}
          </Key>
        )}
        {task.claim && (
          <Key letter="c" of="c" act={act} busy={props.busy} primary={begun}>
            Complete
          </Key>
        )}
        {patient && (
          <Key letter="p" of="p" act={act} icon={<IconPhone size={16} />}>
            Record a call
          </Key>
        )}
        {patient && task.claim && (
          <Key letter="k" of="k" act={act} busy={props.busy} icon={<IconPlayerPause size={16} />}>
            Park this call
          </Key>
        )}
        {task.claim && task.status !== "ON_HOLD" && (
          <Key letter="h" of="h" act={act}>
            Put on hold
          </Key>
        )}
        {patient && (
          <Key letter="n" of="n" act={act}>
            Log minutes
          </Key>
        )}
        <Key letter="s" of="s" act={act}>
          Not now
        </Key>
      </div>
    </section>
  );
}

function Key(props: {
  letter: string;
  of: DayKey;
  act(key: DayKey): void;
  busy?: boolean;
  primary?: boolean;
  icon?: ReactNode;
  children: ReactNode;
}) {
  return (
    <Button
      variant={props.primary ? "filled" : "default"}
      size="sm"
      loading={props.busy ?? false}
      leftSection={props.icon}
      rightSection={
        <Kbd size="xs" aria-hidden>
          {props.letter}
        </Kbd>
      }
      onClick={() => props.act(props.of)}
    >
      {props.children}
    </Button>
  );
}
