import { Select } from "@mantine/core";
import { IconAlertTriangle, IconX } from "@tabler/icons-react";
import { useMemo } from "react";
import type { Patient, Task, TeamHead } from "../live/merge";
import { priorities, priorityWords } from "../task/words";
import { Attention } from "./Attention";
import css from "./board.module.css";
import { anyFilter, type BoardSearch } from "./filters";

type Props = {
  search: BoardSearch;
  change(part: Partial<BoardSearch>): void;
  tasks: ReadonlyMap<string, Task>;
  patients: ReadonlyMap<string, Patient>;
  gone: ReadonlySet<string>;
  head: TeamHead | null;
  teamId: string;
  onPatient(id: string): void;
};

export function FilterBar(props: Props) {
  const { search, change, tasks, patients } = props;
  const kinds = useMemo(() => {
    const names = new Map([...tasks.values()].map((task) => [task.kind, task.kindName]));
    return [...names].map(([value, label]) => ({ value, label })).sort(byLabel);
  }, [tasks]);
  const people = useMemo(() => {
    const named = new Set([...tasks.values()].map((task) => task.patientId));
    const known = [...patients.values()].filter((one) => named.has(one.id));
    return known.map((one) => ({ value: one.id, label: one.displayName })).sort(byLabel);
  }, [tasks, patients]);
  const holder = props.head?.members.find((one) => one.staff.id === search.holder)?.staff;

  return (
    <div className={css.bar} role="toolbar" aria-label="Filters">
      <Select
        aria-label="Kind of work"
        placeholder="All kinds"
        data={kinds}
        value={search.kind ?? null}
        onChange={(kind) => change({ kind: kind ?? undefined } as Partial<BoardSearch>)}
        clearable
        searchable
        w={172}
        size="sm"
      />
      <Select
        aria-label="Priority"
        placeholder="Any priority"
        data={priorities.map((one) => ({ value: one, label: priorityWords[one] }))}
        value={search.priority ?? null}
        onChange={(priority) => change({ priority: priority ?? undefined } as Partial<BoardSearch>)}
        clearable
        w={136}
        size="sm"
      />
      <Select
        aria-label="Patient"
        placeholder="All patients"
        data={people}
        value={search.of ?? null}
        onChange={(of) => change({ of: of ?? undefined } as Partial<BoardSearch>)}
        clearable
        searchable
        w={184}
        size="sm"
      />
      <button
        type="button"
        className={css.toggle}
        aria-pressed={search.overdue ?? false}
        onClick={() => change({ overdue: search.overdue ? undefined : true } as Partial<BoardSearch>)}
      >
        <IconAlertTriangle size={15} aria-hidden /> Overdue
      </button>
      {holder && (
        <button type="button" className={css.pill} onClick={() => change({ holder: undefined } as never)}>
          Held by {holder.displayName} <IconX size={14} aria-label="Remove filter" />
        </button>
      )}
      {anyFilter(search) && (
        <button type="button" className={css.stat} onClick={() => change(nothing as never)}>
          Clear filters
        </button>
      )}
      <span className={css.spacer} />
      <Attention patients={patients} gone={props.gone} teamId={props.teamId} onPatient={props.onPatient} />
    </div>
  );
}

const nothing = {
  kind: undefined,
  priority: undefined,
  overdue: undefined,
  of: undefined,
  holder: undefined,
};

const byLabel = (a: { label: string }, b: { label: string }) => a.label.localeCompare(b.label);
