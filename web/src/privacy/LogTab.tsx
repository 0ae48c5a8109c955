import { Button, Select, TextInput } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { ChoosePatient, ChoosePerson } from "./Choose";
import { LogTable } from "./LogTable";
import { Period } from "./Period";
import css from "./privacy.module.css";
import type { LogSearch } from "./search";
import { filterOf, orderOf, sortedBy } from "./search";
import { useExport } from "./useExport";
import { useZone } from "./useZone";
import { kinds, kindWords, purposes, purposeWords, results, resultWords } from "./words";

type Props = { search: LogSearch; onSearch(search: LogSearch): void };

/** Who did and saw what, narrowed and sorted as one likes. */
export function LogTab(props: Props) {
  const { search, onSearch } = props;
  const zone = useZone();
  const { save, busy } = useExport();
  const narrow = (part: { [Name in keyof LogSearch]?: LogSearch[Name] | undefined }) =>
    onSearch(
      Object.fromEntries(Object.entries({ ...search, ...part }).filter(([, one]) => one !== undefined)),
    );
  return (
    <>
      <div className={css.filters}>
        <ChoosePatient value={search.patient} onChange={(patient) => narrow({ patient })} />
        <ChoosePerson value={search.staff} onChange={(staff) => narrow({ staff })} />
        <OneOf
          label="Did"
          all={kinds}
          words={kindWords}
          value={search.kind}
          onChange={(kind) => narrow({ kind })}
        />
        <OneOf
          label="What for"
          all={purposes}
          words={purposeWords}
          value={search.purpose}
          onChange={(purpose) => narrow({ purpose })}
        />
        <OneOf
          label="Result"
          all={results}
          words={resultWords}
          value={search.result}
          onChange={(result) => narrow({ result })}
        />
        <TextInput
          label="Operation"
          placeholder="tasks.claim"
          defaultValue={search.operation ?? ""}
          onBlur={(event) => narrow({ operation: event.currentTarget.value.trim() || undefined })}
        />
        <Period
          key={`${search.from} ${search.to}`}
          from={search.from}
          to={search.to}
          zone={zone}
          onChange={narrow}
        />
      </div>
      <div className={css.tools}>
        <Button variant="subtle" size="compact-sm" onClick={() => onSearch({})}>
          Show all
        </Button>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconDownload size={15} />}
          loading={busy}
          onClick={() => save(filterOf(search), orderOf(search))}
        >
          Export as CSV
        </Button>
      </div>
      <LogTable
        caption="The access log"
        filter={filterOf(search)}
        orderBy={orderOf(search)}
        onSort={(field) => onSearch(sortedBy(search, field))}
        onPatient={(patient) => narrow({ patient })}
        onStaff={(staff) => narrow({ staff })}
      />
    </>
  );
}

type OneOfProps<T extends string> = {
  label: string;
  all: readonly T[];
  words: Record<T, string>;
  value: T | undefined;
  onChange(value: T | undefined): void;
};

function OneOf<T extends string>(props: OneOfProps<T>) {
  return (
    <Select
      label={props.label}
      placeholder="Anything"
      clearable
      data={props.all.map((value) => ({ value, label: props.words[value] }))}
      value={props.value ?? null}
      onChange={(value) => props.onChange((value as T | null) ?? undefined)}
    />
  );
}
