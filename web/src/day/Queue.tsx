/** What comes after: in order, or in batches of what goes together. */
import { Button } from "@mantine/core";
import { IconHome, IconPhone, IconPill } from "@tabler/icons-react";
import { DueWords } from "../board/DueWords";
import type { DayBatchKind } from "../gql/enums";
import { useTeam } from "../live/Team";
import { StatusChip } from "../patient/StatusChip";
import css from "./day.module.css";
import type { Batch, Item } from "./queue";
import { Reasons } from "./Reasons";
import { batchWords } from "./words";

type RowProps = { chosen: string | null; skipped: readonly string[]; onChoose(id: string): void };

export function Rows(props: RowProps & { items: readonly Item[]; label: string }) {
  const { zone } = useTeam();
  return (
    <ol className={css.rows} aria-label={props.label}>
      {props.items.map(({ task, patient, why, rank }) => (
        <li key={task.id} data-task={task.id} data-chosen={props.chosen === task.id || undefined}>
          <button type="button" onClick={() => props.onChoose(task.id)} className={css.row}>
            <span className={css.rank}>{rank}</span>
            <span className={css.what}>
              <strong>{task.title}</strong>
              <span className={css.about}>
                {patient ? patient.displayName : "The team’s own work"}
                {patient && <StatusChip status={patient.status} quiet />}
                {props.skipped.includes(task.id) && <em>Not now</em>}
              </span>
            </span>
            <DueWords task={task} zone={zone} />
            <Reasons why={why} label="Why" few />
          </button>
        </li>
      ))}
    </ol>
  );
}

const icons: Record<DayBatchKind, typeof IconHome> = {
  CALL: IconPhone,
  HOUSEHOLD: IconHome,
  PHARMACY: IconPill,
};

export function Batches(props: RowProps & { batches: readonly Batch[]; onCall(batch: Batch): void }) {
  return props.batches.map((batch) => {
    const Icon = icons[batch.kind];
    const key = `${batch.kind} ${batch.items[0]?.task.id}`;
    const names = batch.patients.map(({ displayName }) => displayName).join(" · ");
    return (
      <section key={key} className={css.batch} data-batch={batch.kind} aria-label={batchWords[batch.kind]}>
        <header>
          <Icon size={18} aria-hidden />
          <h3>{batch.name ?? names}</h3>
          {batch.name && <span className={css.about}>{names}</span>}
          {batch.phone && <a href={`tel:${batch.phone}`}>{batch.phone}</a>}
          <Button size="compact-sm" variant="light" onClick={() => props.onCall(batch)}>
            Record one call
          </Button>
        </header>
        <Rows
          items={batch.items}
          label={names}
          chosen={props.chosen}
          skipped={props.skipped}
          onChoose={props.onChoose}
        />
      </section>
    );
  });
}
