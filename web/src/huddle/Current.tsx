/** The one that the room speaks about: who, why, what is on the way, what was decided. */
import { IconLanguage, IconPlus } from "@tabler/icons-react";
import { useMemo } from "react";
import { byUrgency } from "../board/columns";
import { DueWords } from "../board/DueWords";
import { age, due, moment, serverNow, since } from "../lib/time";
import { useTeam } from "../live/Team";
import { StatusChip } from "../patient/StatusChip";
import { languageName, tierWords } from "../patient/words";
import { useNow } from "../ui/useNow";
import { Origin } from "./Agenda";
import { Chips } from "./Chips";
import { DecisionForm } from "./DecisionForm";
import css from "./huddle.module.css";
import { PatientSince } from "./Since";
import { type Actions, type Decision, type Huddle, type Item, nameOfItem } from "./useHuddle";
import { sectionWords } from "./words";

type Props = {
  huddle: Huddle;
  item: Item;
  actions: Actions;
  /** The item that a decision is being written for. */
  deciding: Item | null;
  onDeciding(item: string | null): void;
  onDirty(dirty: boolean): void;
  onPatient(id: string): void;
  onTask(id: string): void;
};

export function Current(props: Props) {
  const { huddle, item, onPatient } = props;
  const { patient, task } = item;
  const { view } = useTeam();
  const work = useMemo(
    () =>
      [...view.tasks.values()]
        .filter((one) => (patient ? one.patientId === patient.id : one.id === task?.id))
        .filter((one) => one.status !== "COMPLETED")
        .sort(byUrgency),
    [view.tasks, patient, task],
  );
  return (
    <article className={css.current} data-testid="current" data-item={item.id}>
      <p className={css.place}>
        {item.position} of {huddle.items.length} · {sectionWords[item.section]}
      </p>
      <h2 className={css.who} tabIndex={-1}>
        {patient ? (
          <button type="button" className={css.name} onClick={() => onPatient(patient.id)}>
            {patient.displayName}
          </button>
        ) : (
          (task?.title ?? nameOfItem(item))
        )}
      </h2>
      {patient && <About patient={patient} />}
      <Chips reasons={item.reasons} />
      <p className={css.why}>{item.why}</p>
      <Origin item={item} />
      <div className={css.columns}>
        <section aria-label="Open work">
          <h3>Open work</h3>
          {work.length === 0 && <p className={css.quiet}>Nothing is open.</p>}
          <ul className={css.work}>
            {work.slice(0, 6).map((one) => (
              <li key={one.id}>
                <button type="button" className={css.link} onClick={() => props.onTask(one.id)}>
                  {one.title}
                </button>
                <span>{one.claim ? one.claim.by.displayName : "Nobody holds it"}</span>
                <DueWords task={one} zone={view.state.head?.timeZone ?? "UTC"} />
              </li>
            ))}
          </ul>
          {work.length > 6 && <p className={css.quiet}>and {work.length - 6} more</p>}
        </section>
        {patient && (
          <PatientSince
            key={patient.id}
            patientId={patient.id}
            news={work.map((one) => one.version).join()}
            onTask={props.onTask}
          />
        )}
      </div>
      <section aria-label="Decisions">
        <h3>Decisions</h3>
        <ul className={css.decisions}>
          {item.decisions.map((one) => (
            <DecisionRow key={`${one.at} ${one.task?.id}`} decision={one} onTask={props.onTask} />
          ))}
        </ul>
        {props.deciding ? (
          <DecisionForm
            key={props.deciding.id}
            item={props.deciding}
            elsewhere={props.deciding.id !== item.id}
            actions={props.actions}
            onDirty={props.onDirty}
            onClose={() => props.onDeciding(null)}
          />
        ) : (
          huddle.viewerCanLead && (
            <button type="button" className={css.new} onClick={() => props.onDeciding(item.id)}>
              <IconPlus size={18} aria-hidden /> New decision <kbd>t</kbd>
            </button>
          )
        )}
      </section>
    </article>
  );
}

function About(props: { patient: NonNullable<Item["patient"]> }) {
  const { patient } = props;
  const { zone } = useTeam();
  const now = useNow("slow");
  return (
    <p className={css.about}>
      <StatusChip status={patient.status} />
      <span>for {since(patient.statusSince, now)}</span>
      {patient.birthDate && <span>{age(patient.birthDate, serverNow(), zone)} years</span>}
      {patient.riskTier && <span>{tierWords[patient.riskTier]}</span>}
      <span>{patient.coordinator ? `Coordinator ${patient.coordinator.displayName}` : "No coordinator"}</span>
      {patient.interpreterNeeded && (
        <span className={css.interpreter}>
          <IconLanguage size={17} aria-hidden /> Interpreter
          {patient.preferredLanguage ? `: ${languageName(patient.preferredLanguage)}` : ""}
        </span>
      )}
    </p>
  );
}

export function DecisionRow(props: { decision: Decision; onTask(id: string): void }) {
  const { task, at } = props.decision;
  const { zone } = useTeam();
  const now = useNow("slow");
  if (!task) return <li className={css.quiet}>A decision that is not yours to see</li>;
  const owner = task.claim?.by.displayName ?? "Nobody";
  return (
    <li data-task={task.id}>
      <button type="button" className={css.link} onClick={() => props.onTask(task.id)}>
        {task.title}
      </button>
      <span>
        {owner} · {task.dueAt ? due(task.dueAt, task.isOverdue, now, zone) : moment(at, now, zone)}
      </span>
    </li>
  );
}
