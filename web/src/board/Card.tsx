import { IconLanguage } from "@tabler/icons-react";
import { memo } from "react";
import type { Request } from "../handoff/Handoffs";
import type { HandoffActions } from "../handoff/useHandoffActions";
import { clock } from "../lib/time";
import type { Patient, Task } from "../live/merge";
import { type SendState, SendWords } from "../live/Unsent";
import { StatusChip } from "../patient/StatusChip";
import { languageName } from "../patient/words";
import { offersFor, type TaskActions } from "../task/useTaskActions";
import { priorityWords } from "../task/words";
import css from "./board.module.css";
import { DueWords } from "./DueWords";
import { HolderWords } from "./HolderWords";

export type CardProps = {
  task: Task;
  patient: Patient | null;
  meId: string | null;
  zone: string;
  busy: boolean;
  /** What was done here and is not answered yet. */
  send: SendState;
  lost: boolean;
  /** Reached by Tab: one card of each column is. */
  tabbable: boolean;
  actions: TaskActions;
  /** Who asks for it, if the viewer answers or asked. */
  request: Request | null;
  courtesy: HandoffActions;
  /** Who is on the team may ask for what others hold. */
  mayAsk: boolean;
  onOpen(task: string): void;
  onPatient(patient: string): void;
  onFocus(task: string): void;
};

export const Card = memo(function Card(props: CardProps) {
  const { task, patient, meId, zone, busy, actions, courtesy, request } = props;
  const offers = offersFor(task, meId);
  const tab = props.tabbable ? 0 : -1;
  const asked = request?.viewerCanAnswer && request.holder.id === meId ? request : null;
  const waiting = request?.from.id === meId;
  const compact = task.status === "COMPLETED";
  return (
    <article
      className={css.card}
      data-task={task.id}
      data-priority={task.priority}
      data-busy={busy}
      data-send={props.send ?? undefined}
      data-lost={props.lost}
      data-selected={props.tabbable}
    >
      <div className={css.top}>
        {task.priority !== "ROUTINE" && !compact && (
          <span className={css.priority} data-priority={task.priority}>
            {priorityWords[task.priority]}
          </span>
        )}
        <span className={css.kind}>{compact && patient ? patient.displayName : task.kindName}</span>
        {!compact && <DueWords task={task} zone={zone} />}
      </div>
      <button
        type="button"
        className={css.open}
        tabIndex={tab}
        onClick={() => props.onOpen(task.id)}
        onFocus={() => props.onFocus(task.id)}
      >
        <span className={css.title}>{task.title}</span>
      </button>
      {!compact && (
        <div className={css.patient}>
          {patient && (
            <>
              <button
                type="button"
                className={css.patientName}
                tabIndex={tab}
                onClick={() => props.onPatient(patient.id)}
              >
                {patient.displayName}
              </button>
              {patient.interpreterNeeded && <Interpreter language={patient.preferredLanguage} />}
              <StatusChip status={patient.status} quiet />
            </>
          )}
        </div>
      )}
      <div className={css.foot}>
        {props.send ? (
          <SendWords is={props.send} />
        ) : asked ? (
          <span className={css.holder} data-loud title={asked.message ?? undefined}>
            {asked.from.displayName} asks for it
          </span>
        ) : offers.renew && task.claim?.leaseUntil ? (
          <span className={css.holder} data-loud title="Your claim lapses: any work keeps it">
            Lapses at {clock(task.claim.leaseUntil, zone)}
          </span>
        ) : (
          <HolderWords task={task} mine={task.claim?.by.id === meId} zone={zone} />
        )}
        <span className={css.actions}>
          {offers.claim && (
            <button
              type="button"
              className={css.act}
              data-main
              tabIndex={tab}
              onClick={() => actions.claim(task)}
            >
              Claim
            </button>
          )}
          {asked ? (
            <>
              <button
                type="button"
                className={css.act}
                tabIndex={tab}
                onClick={() => void courtesy.refuse(asked)}
              >
                Keep
              </button>
              <button
                type="button"
                className={css.act}
                data-main
                tabIndex={tab}
                onClick={() => void courtesy.grant(asked)}
              >
                Give
              </button>
            </>
          ) : offers.renew ? (
            <button
              type="button"
              className={css.act}
              data-main
              tabIndex={tab}
              onClick={() => actions.renew(task)}
            >
              Keep it
            </button>
          ) : (
            <Next {...props} tab={tab} />
          )}
          {offers.ask && props.mayAsk && !asked && (
            <button
              type="button"
              className={css.act}
              tabIndex={tab}
              disabled={waiting}
              title={waiting ? "You asked for it" : "Ask its holder for it"}
              onClick={() => void courtesy.ask(task, null)}
            >
              {waiting ? "Asked" : "Ask"}
            </button>
          )}
        </span>
      </div>
    </article>
  );
});

/** The next step of who holds it. */
function Next(props: CardProps & { tab: number }) {
  const { task, actions, tab } = props;
  const offers = offersFor(task, props.meId);
  if (offers.start)
    return (
      <button type="button" className={css.act} data-main tabIndex={tab} onClick={() => actions.start(task)}>
        {task.status === "ON_HOLD" ? "Resume" : "Start"}
      </button>
    );
  if (!offers.complete || task.status !== "IN_PROGRESS") return null;
  return (
    <button type="button" className={css.act} data-main tabIndex={tab} onClick={() => actions.complete(task)}>
      Done
    </button>
  );
}

function Interpreter(props: { language: string | null }) {
  const words = `Interpreter needed${props.language ? `: ${languageName(props.language)}` : ""}`;
  return (
    <span title={words} role="img" aria-label={words} style={{ lineHeight: 0, flex: "none" }}>
      <IconLanguage size={15} color="var(--warn)" aria-hidden />
    </span>
  );
}
