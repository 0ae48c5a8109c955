/** The board: the pool, mine, the team's, what waits, what was done today. */
import { IconCircleCheck, IconHandGrab, IconHourglass, IconSparkles, IconUsers } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactNode, useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { GiveBack } from "../handoff/GiveBack";
import { type Request, useHandoffs } from "../handoff/Handoffs";
import { useHandoffActions } from "../handoff/useHandoffActions";
import type { Task } from "../live/merge";
import { useTeam } from "../live/Team";
import { sendStateOf, useUnsent } from "../live/Unsent";
import { NewTask } from "../task/NewTask";
import { ReasonDialog } from "../task/ReasonDialog";
import { offersFor, useTaskActions } from "../task/useTaskActions";
import { EmptyFace, ErrorFace } from "../ui/Face";
import { toast } from "../ui/toast";
import css from "./board.module.css";
import { Card } from "./Card";
import { Column } from "./Column";
import { type ColumnName, columnNames, columnsOf } from "./columns";
import { FilterBar } from "./FilterBar";
import { anyFilter, type BoardSearch, filtersOf } from "./filters";
import { KeysHelp } from "./KeysHelp";
import { useBoardKeys } from "./useBoardKeys";

export function BoardPage() {
  const { store, view, zone, me, reload } = useTeam();
  const search = useSearch({ from: "/team/board/$teamId" });
  const navigate = useNavigate({ from: "/board/$teamId" });
  const actions = useTaskActions();
  const unsent = useUnsent();
  const [selectedId, setSelectedId] = useState<string | null>(null);
  const [help, setHelp] = useState(false);
  const [creating, setCreating] = useState(false);
  const [holding, setHolding] = useState<Task | null>(null);
  const [returning, setReturning] = useState<Task | null>(null);
  const { requests } = useHandoffs();
  const courtesy = useHandoffActions();
  const { head } = view.state;
  const isMember = head?.members.some((one) => one.staff.id === me?.id) ?? false;
  const meId = me?.id ?? null;

  const filters = useMemo(() => filtersOf(search), [search]);
  const columns = useMemo(
    () => columnsOf(view.tasks.values(), meId, head?.dayStartedAt ?? null, filters),
    [view.tasks, meId, head?.dayStartedAt, filters],
  );

  const change = useCallback(
    (part: Partial<BoardSearch>, push = false) =>
      navigate({ search: (was: BoardSearch) => ({ ...was, ...part }), replace: !push }),
    [navigate],
  );
  const open = useCallback((task: string) => change({ task, patient: undefined } as never, true), [change]);
  const openPatient = useCallback(
    (patient: string) => change({ patient, task: undefined } as never, true),
    [change],
  );

  const beside = search.task ?? search.patient ?? null;
  const selected = view.tasks.get(search.task ?? (search.patient ? "" : (selectedId ?? ""))) ?? null;
  const page = useFollowFocus(selectedId, columnOfId(columns, selectedId));

  useBoardKeys({
    columns,
    selected,
    moving: !beside && !creating && !holding && !returning && !help,
    select: (task) => {
      // Drawn first, wherever its column is scrolled to, then focused.
      flushSync(() => setSelectedId(task.id));
      focusCard(page.current, task.id);
    },
    act: (key, task) => {
      const offers = offersFor(task, meId);
      const no = (words: string) => toast("bad", `“${task.title}” ${words}`);
      if (key === "c") return offers.claim ? void actions.claim(task) : no(whyNotClaim(task, meId));
      if (key === "s") return offers.start ? void actions.start(task) : no("is not yours to start.");
      if (key === "d") return offers.complete ? void actions.complete(task) : no("is not in your hands.");
      if (key === "r") return offers.release ? setReturning(task) : no("is not in your hands.");
      if (key === "a") return offers.ask ? void courtesy.ask(task, null) : no("is in nobody else’s hands.");
      if (key === "e") return offers.renew ? void actions.renew(task) : no("does not lapse soon.");
      const asked = requestFor(requests.get(task.id), meId);
      if (key === "g" || key === "x") {
        if (asked?.holder.id !== meId) return no("is asked for by nobody.");
        return void (key === "g" ? courtesy.grant(asked) : courtesy.refuse(asked));
      }
      return offers.hold ? setHolding(task) : no("is not in your hands.");
    },
    onNew: () => setCreating(true),
    onHelp: () => setHelp(true),
  });

  if (view.failure && !head) return <ErrorFace message={view.failure.message} onRetry={reload} />;
  const filtered = anyFilter(search);
  const clear = () =>
    change({
      kind: undefined,
      priority: undefined,
      overdue: undefined,
      of: undefined,
      holder: undefined,
    } as never);

  return (
    <div className={css.page} ref={page}>
      <FilterBar
        search={search}
        change={change}
        tasks={view.state.tasks}
        patients={view.state.patients}
        gone={view.state.gone}
        head={head}
        teamId={store.teamId}
        onPatient={openPatient}
      />
      <div className={css.columns}>
        {columnNames.map((name) => {
          const list = columns[name];
          const tab = list.find((task) => task.id === selectedId)?.id ?? list[0]?.id ?? null;
          return (
            <Column
              key={name}
              name={name}
              tasks={list}
              loading={!head}
              tab={tab}
              empty={
                filtered ? (
                  <NothingMatches {...(name === "pool" ? { onClear: clear } : {})} />
                ) : (
                  emptyFaces[name]
                )
              }
              card={(task) => (
                <Card
                  task={task}
                  patient={view.state.patients.get(task.patientId ?? "") ?? null}
                  meId={meId}
                  zone={zone}
                  busy={view.busy.has(task.id)}
                  send={sendStateOf(unsent, task.id)}
                  lost={view.lost.has(task.id)}
                  tabbable={task.id === tab}
                  actions={actions}
                  request={requestFor(requests.get(task.id), meId)}
                  courtesy={courtesy}
                  mayAsk={isMember}
                  onOpen={open}
                  onPatient={openPatient}
                  onFocus={setSelectedId}
                />
              )}
            />
          );
        })}
      </div>
      <KeysHelp opened={help} onClose={() => setHelp(false)} />
      {creating && <NewTask onClose={() => setCreating(false)} />}
      {returning && (
        <GiveBack
          task={returning}
          onClose={() => setReturning(null)}
          onReason={(reason) => void actions.release(returning, reason)}
        />
      )}
      {holding && (
        <ReasonDialog
          title={`Put on hold: ${holding.title}`}
          label="What is it waiting for?"
          action="Put on hold"
          onClose={() => setHolding(null)}
          onReason={async (reason) => (await actions.hold(holding, reason)) !== null}
        />
      )}
    </div>
  );
}

/** The request for a task that the viewer answers, or else their own. */
function requestFor(requests: readonly Request[] | undefined, meId: string | null): Request | null {
  if (!requests) return null;
  const mine = (one: Request) => one.from.id === meId;
  return requests.find((one) => one.holder.id === meId) ?? requests.find(mine) ?? null;
}

function columnOfId(columns: Record<ColumnName, Task[]>, id: string | null): ColumnName | null {
  return columnNames.find((name) => columns[name].some((task) => task.id === id)) ?? null;
}

function focusCard(page: HTMLElement | null, id: string) {
  const card = page?.querySelector<HTMLElement>(`[data-task="${CSS.escape(id)}"] button`);
  card?.focus({ preventScroll: true });
  card?.closest("li")?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** The selected card keeps the focus when it moves to another column, whoever moved it. */
function useFollowFocus(selectedId: string | null, column: ColumnName | null) {
  const page = useRef<HTMLDivElement>(null);
  const was = useRef<{ id: string | null; column: ColumnName | null }>({ id: null, column: null });
  useLayoutEffect(() => {
    const moved =
      was.current.id === selectedId && was.current.column !== null && was.current.column !== column;
    was.current = { id: selectedId, column };
    const lost = document.activeElement === document.body || document.activeElement === null;
    if (moved && selectedId && lost) focusCard(page.current, selectedId);
  }, [selectedId, column]);
  return page;
}

function whyNotClaim(task: Task, meId: string | null): string {
  if (task.claim?.by.id === meId) return "is yours already.";
  if (task.claim) return `is with ${task.claim.by.displayName}.`;
  if (task.status === "READY") return "needs another role or licence than yours.";
  return "is not open to claim.";
}

function NothingMatches(props: { onClear?: () => void }) {
  if (!props.onClear) return <EmptyFace>Nothing matches.</EmptyFace>;
  return (
    <EmptyFace title="Nothing matches">
      <button type="button" className={css.stat} onClick={props.onClear}>
        Clear filters
      </button>
    </EmptyFace>
  );
}

const emptyFaces: Record<ColumnName, ReactNode> = {
  pool: (
    <EmptyFace icon={<IconSparkles />} title="The pool is empty">
      Everything has a taker. Press <b>n</b> to add work.
    </EmptyFace>
  ),
  mine: (
    <EmptyFace icon={<IconHandGrab />} title="Nothing in your hands">
      Take a card from the pool: Claim, or press <b>c</b> on it.
    </EmptyFace>
  ),
  team: (
    <EmptyFace icon={<IconUsers />} title="Nobody else holds work">
      What colleagues claim shows here at once.
    </EmptyFace>
  ),
  waiting: (
    <EmptyFace icon={<IconHourglass />} title="Nothing waits">
      Work put on hold, with its reason, rests here.
    </EmptyFace>
  ),
  done: (
    <EmptyFace icon={<IconCircleCheck />} title="Nothing yet today">
      Finished work collects here until midnight.
    </EmptyFace>
  ),
};
