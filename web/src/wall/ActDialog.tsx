/** What somebody who stands at the wall does with a task: who they are first, then the task. */
import { due } from "../lib/time";
import type { Task } from "../live/merge";
import { useTeam } from "../live/Team";
import { offersFor, type TaskActions } from "../task/useTaskActions";
import { priorityWords, statusWords } from "../task/words";
import { useNow } from "../ui/useNow";
import css from "./act.module.css";
import type { useActing } from "./useActing";
import { WallDialog } from "./WallDialog";
import { WhoAreYou } from "./WhoAreYou";

export type Chosen = { task: string } | { holder: string };

type Props = {
  chosen: Chosen;
  acts: ReturnType<typeof useActing>;
  actions: TaskActions;
  nameOf(id: string | null): string;
  onChoose(chosen: Chosen): void;
  onClose(): void;
};

export function ActDialog(props: Props) {
  const { view } = useTeam();
  const { acting, take, ask } = props.acts;
  const { chosen } = props;
  if ("holder" in chosen) {
    const tasks = [...view.tasks.values()].filter((task) => task.claim?.by.id === chosen.holder);
    const name = tasks[0]?.claim?.by.displayName ?? acting?.me.displayName ?? "";
    return (
      <WallDialog title={`${name}’s work`} onClose={props.onClose}>
        <Work tasks={tasks} nameOf={props.nameOf} onTask={(task) => props.onChoose({ task })} />
      </WallDialog>
    );
  }
  const task = view.tasks.get(chosen.task);
  return (
    <WallDialog title={task ? titleOf(task, props.nameOf) : "Gone"} onClose={props.onClose}>
      {!task ? (
        <p className={css.small}>
          This work has left the wall: somebody ended it, or it moved to another team.
        </p>
      ) : (
        <>
          <Facts task={task} />
          {acting ? (
            <Offers task={task} meId={acting.me.id} actions={props.actions} onDone={props.onClose} />
          ) : (
            <WhoAreYou take={take} ask={ask} />
          )}
        </>
      )}
    </WallDialog>
  );
}

const titleOf = (task: Task, nameOf: Props["nameOf"]) =>
  task.patientId ? `${nameOf(task.patientId)} · ${task.kindName}` : task.kindName;

function Facts(props: { task: Task }) {
  const { task } = props;
  const { zone } = useTeam();
  const now = useNow("slow");
  const parts = [
    task.priority !== "ROUTINE" && priorityWords[task.priority],
    task.dueAt && due(task.dueAt, task.isOverdue, now, zone),
    statusWords[task.status],
    task.claim ? `with ${task.claim.by.displayName}` : "unclaimed",
  ];
  return <p className={css.facts}>{parts.filter(Boolean).join(" · ")}</p>;
}

type OffersProps = { task: Task; meId: string; actions: TaskActions; onDone(): void };

function Offers(props: OffersProps) {
  const { task, actions } = props;
  const offers = wallOffers(task, props.meId);
  const buttons = [
    offers.claim && { words: "Claim", act: actions.claim },
    offers.start && { words: task.status === "ON_HOLD" ? "Take up again" : "Start", act: actions.start },
    offers.complete && { words: "Done", act: actions.complete },
    offers.release && { words: "Give back", act: actions.release },
  ].filter((one) => one !== false);
  if (buttons.length === 0)
    return <p className={css.small}>It is in somebody else’s hands. Nothing to do here for you.</p>;
  return (
    <div className={css.offers}>
      {buttons.map(({ words, act }, index) => (
        <button
          key={words}
          type="button"
          data-main={index === 0}
          onClick={() => {
            void act(task);
            props.onDone();
          }}
        >
          {words}
        </button>
      ))}
    </div>
  );
}

/** Whether the person may take it, the server says when they try: a wall's own view of a task knows nobody. */
export function wallOffers(task: Task, meId: string) {
  const { start, complete, release } = offersFor(task, meId);
  return { claim: task.status === "READY" && !task.claim, start, complete, release };
}

function Work(props: { tasks: Task[]; nameOf(id: string | null): string; onTask(id: string): void }) {
  if (props.tasks.length === 0) return <p className={css.small}>Nothing in these hands.</p>;
  return (
    <ul className={css.work}>
      {props.tasks.map((task) => (
        <li key={task.id}>
          <button type="button" data-task={task.id} onClick={() => props.onTask(task.id)}>
            <b>{props.nameOf(task.patientId)}</b>
            <span>{task.kindName}</span>
            <span>{statusWords[task.status]}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
