/** Rows of the record: who did what, when, about whom, what for, with what result, and from where. */
import { Button, Skeleton } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { readFragment } from "../gql";
import type { AuditOrderField } from "../gql/enums";
import type { AuditFilter, AuditOrder, LogEntryFragment } from "../gql/graphql";
import { exact } from "../lib/time";
import { EmptyFace, ErrorFace } from "../ui/Face";
import { AccessLog, LogEntry } from "./documents";
import css from "./privacy.module.css";
import { usePages } from "./usePages";
import { useZone } from "./useZone";
import { actorWords, kindWords, purposeWords, resultWords } from "./words";

type Props = {
  caption: string;
  /** Without the patients, where it is about one: a row may concern others as well, who are nobody's business here. */
  unnamed?: boolean;
  filter: AuditFilter;
  orderBy: AuditOrder;
  /** Where a person may choose the order. */
  onSort?(field: AuditOrderField): void;
  /** Where a name narrows the list. */
  onPatient?(id: string): void;
  onStaff?(id: string): void;
};

const columns: { name: string; field?: AuditOrderField }[] = [
  { name: "When", field: "AT" },
  { name: "Who", field: "STAFF" },
  { name: "Did", field: "KIND" },
  { name: "Operation", field: "OPERATION" },
  { name: "Patient", field: "PATIENT" },
  { name: "What for" },
  { name: "Result" },
  { name: "Where from" },
];

export function LogTable(props: Props) {
  const { filter, orderBy, unnamed = false } = props;
  const named = !unnamed;
  const zone = useZone();
  const log = usePages(AccessLog, { filter, orderBy, named }, (answer) => answer.auditEntries);
  if (!log.nodes && log.failure)
    return <ErrorFace message={log.failure.message} onRetry={log.again} busy={log.busy} />;
  if (!log.nodes) return <Waiting />;
  if (log.nodes.length === 0)
    return <EmptyFace title="Nothing on record">Nothing fits what was asked for.</EmptyFace>;
  const rows = readFragment(LogEntry, log.nodes);
  return (
    <>
      <div className={css.frame} aria-busy={log.busy}>
        <table className={css.table}>
          <caption className="visually-hidden">{props.caption}</caption>
          <thead>
            <tr>
              {columns
                .filter((column) => named || column.field !== "PATIENT")
                .map((column) => (
                  <Head key={column.name} {...column} orderBy={orderBy} onSort={props.onSort} />
                ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={row.id} row={row} zone={zone} onPatient={props.onPatient} onStaff={props.onStaff} />
            ))}
          </tbody>
        </table>
      </div>
      <p className={css.count}>
        {rows.length === log.total ? `${log.total} on record` : `${rows.length} of ${log.total} on record`}{" "}
        {log.more && (
          <Button size="compact-sm" variant="default" loading={log.busy} onClick={log.more}>
            More
          </Button>
        )}
      </p>
      {log.failure && (
        <p className={css.failure} role="alert">
          {log.failure.message}
        </p>
      )}
    </>
  );
}

type HeadProps = {
  name: string;
  field?: AuditOrderField;
  orderBy: AuditOrder;
  onSort?: Props["onSort"] | undefined;
};

function Head({ name, field, orderBy, onSort }: HeadProps) {
  if (!field || !onSort) return <th scope="col">{name}</th>;
  const sorted = orderBy.field === field;
  const up = orderBy.direction === "ASC";
  const Arrow = up ? IconArrowUp : IconArrowDown;
  return (
    <th scope="col" aria-sort={sorted ? (up ? "ascending" : "descending") : "none"}>
      <button type="button" onClick={() => onSort(field)}>
        {name} {sorted && <Arrow size={14} aria-hidden />}
      </button>
    </th>
  );
}

type RowProps = {
  row: LogEntryFragment;
  zone: string;
  onPatient?: Props["onPatient"] | undefined;
  onStaff?: Props["onStaff"] | undefined;
};

function Row({ row, zone, onPatient, onStaff }: RowProps) {
  const { staff } = row;
  const more = row.patientCount - (row.patients?.length ?? 0);
  return (
    <tr data-kind={row.kind}>
      <td>
        <time dateTime={row.at}>{exact(row.at, zone)}</time>
      </td>
      <td>
        <Name id={staff?.id} name={row.actorName} onChoose={onStaff} />
        {row.actorKind !== "STAFF" && <small>{actorWords[row.actorKind]}</small>}
      </td>
      <td>{kindWords[row.kind]}</td>
      <td>
        <code>{row.operation}</code>
      </td>
      {row.patients && (
        <td>
          {row.patients.map((one) => (
            <div key={one.id}>
              <Name id={one.id} name={one.displayName ?? "No longer here"} onChoose={onPatient} />
              {one.mrn && <small>{one.mrn}</small>}
            </div>
          ))}
          {more > 0 && <small>and {more} more</small>}
        </td>
      )}
      <td>{row.purpose ? purposeWords[row.purpose] : ""}</td>
      <td data-bad={row.result === "DENIED" || undefined}>{resultWords[row.result]}</td>
      <td>{row.address ?? ""}</td>
    </tr>
  );
}

type NameProps = { id: string | undefined; name: string; onChoose: ((id: string) => void) | undefined };

function Name({ id, name, onChoose }: NameProps) {
  if (!id || !onChoose) return <span>{name}</span>;
  return (
    <button type="button" onClick={() => onChoose(id)} title="Only these">
      {name}
    </button>
  );
}

export function Waiting() {
  return (
    <div aria-busy="true">
      {[0, 1, 2, 3, 4].map((i) => (
        <Skeleton key={i} height={44} mb={8} />
      ))}
    </div>
  );
}
