/** My day: what to do next and why it is next, what comes after, what waits on others, the minutes it took. */
import { Button, SegmentedControl, Skeleton } from "@mantine/core";
import { IconKeyboard, IconSun } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { DayBatchKind } from "../gql/enums";
import { longDay } from "../lib/time";
import { useTeam } from "../live/Team";
import { EmptyFace, ErrorFace } from "../ui/Face";
import { useNow } from "../ui/useNow";
import { DayDialogs } from "./DayDialogs";
import css from "./day.module.css";
import { MinutesToday } from "./MinutesToday";
import { NextCard } from "./NextCard";
import { Batches, Rows } from "./Queue";
import { type Day, grouped, queueOf } from "./queue";
import { useDay } from "./useDay";
import { useDayKeys } from "./useDayKeys";
import { useWork } from "./useWork";
import { Waiting } from "./Waiting";

export function DayPage() {
  const { day, failure, read } = useDay();
  if (day) return <Full day={day} read={read} />;
  if (failure) return <ErrorFace message={failure.message} onRetry={read} />;
  return (
    <div className={css.page} aria-busy="true">
      <div className={css.main}>
        <Skeleton height={210} radius="md" mb={18} />
        {[0, 1, 2, 3].map((i) => (
          <Skeleton key={i} height={58} mb={8} radius="md" />
        ))}
      </div>
    </div>
  );
}

type By = "ORDER" | DayBatchKind;

function Full(props: { day: Day; read(): void }) {
  const { day } = props;
  const { view, zone, me } = useTeam();
  const now = useNow("slow");
  const search = useSearch({ from: "/team/day/$teamId" });
  const navigate = useNavigate({ from: "/day/$teamId" });
  const [by, setBy] = useState<By>("ORDER");
  const [skipped, setSkipped] = useState<readonly string[]>([]);
  const [chosenId, setChosen] = useState<string | null>(null);

  const items = queueOf(day, view.tasks, me?.id ?? null, skipped);
  const item = items.find(({ task }) => task.id === chosenId) ?? items[0] ?? null;
  const show = (beside: { task?: string; patient?: string }) =>
    navigate({ search: (was) => ({ ...was, task: undefined, patient: undefined, ...beside }) as never });
  const work = useWork({
    day,
    items,
    item,
    read: props.read,
    onOpen: (task) => show({ task }),
    onNext: () => setChosen(null),
    onSkip: (id) => setSkipped((was) => [...was.filter((one) => one !== id), id]),
  });

  useDayKeys({
    on: !work.dialog && !search.task && !search.patient,
    act: work.act,
    move: (step) => {
      const at = items.findIndex(({ task }) => task.id === item?.task.id) + step;
      const to = items[Math.max(0, Math.min(items.length - 1, at))];
      if (to) setChosen(to.task.id);
    },
    onHelp: () => work.open({ is: "help" }),
  });

  const rest = items.filter(({ task }) => task.id !== item?.task.id);
  const rows = { chosen: item?.task.id ?? null, skipped, onChoose: setChosen };
  const groups = by === "ORDER" ? null : grouped(day, items, by);
  return (
    <div className={css.page}>
      <div className={css.main}>
        <header className={css.head}>
          <h1>My day</h1>
          <span className={css.muted}>{longDay(now, zone)}</span>
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<IconKeyboard size={16} />}
            onClick={() => work.open({ is: "help" })}
          >
            Keys
          </Button>
        </header>
        {item ? (
          <NextCard
            item={item}
            isFirst={item.task.id === items[0]?.task.id}
            isLast={items.length === 1}
            started={work.startedAt(item.task.id)}
            busy={work.busy || view.busy.has(item.task.id)}
            act={work.act}
            onPatient={(patient) => show({ patient })}
          />
        ) : (
          <EmptyFace icon={<IconSun />} title="Nothing waits for you">
            You hold no work, and there is none that you may take.
          </EmptyFace>
        )}
        {items.length > 1 && (
          <div className={css.bar}>
            <h2>After that</h2>
            <SegmentedControl
              size="xs"
              value={by}
              onChange={(value) => setBy(value as By)}
              data={[
                { value: "ORDER", label: "In order" },
                { value: "CALL", label: "By phone" },
                { value: "HOUSEHOLD", label: "By household" },
                { value: "PHARMACY", label: "By pharmacy" },
              ]}
              aria-label="Group by"
            />
          </div>
        )}
        {groups ? (
          <>
            <Batches batches={groups.batches} onCall={work.callBatch} {...rows} />
            {groups.batches.length === 0 && <p className={css.muted}>Nothing goes together this way.</p>}
            <h3 className={css.alone}>On their own</h3>
            <Rows items={groups.alone} label="On their own" {...rows} />
          </>
        ) : (
          <Rows items={rest} label="Queue" {...rows} />
        )}
      </div>
      <aside className={css.aside} aria-label="Beside the queue">
        <h2>Waiting on others · {day.waiting.length}</h2>
        <Waiting waiting={day.waiting} onTask={(task) => show({ task })} />
        <h2>Minutes</h2>
        <MinutesToday day={day} actions={work.actions} />
      </aside>
      <DayDialogs work={work} />
    </div>
  );
}
