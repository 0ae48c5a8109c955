/** How long work took: until it was touched, claimed and done, and where the time went. */
import { Button, Menu, SegmentedControl, Select, Skeleton } from "@mantine/core";
import { IconChartHistogram, IconDownload } from "@tabler/icons-react";
import { type ReactNode, useMemo, useState } from "react";
import { localDate, serverNow } from "../lib/time";
import { useTeam } from "../live/Team";
import { useViewer } from "../session/Session";
import { EmptyFace, ErrorFace } from "../ui/Face";
import { Distribution } from "./Distribution";
import { RunChart } from "./RunChart";
import { StatePlot } from "./StatePlot";
import { StateTable, TimesTable } from "./Tables";
import { lastDays, type Measure, measures, measureWords, shortDate, stepOf } from "./times";
import css from "./times.module.css";
import { useTimes } from "./useTimes";
import { useTimesExport } from "./useTimesExport";

const periods = [
  { value: "7", label: "7 days" },
  { value: "28", label: "4 weeks" },
  { value: "91", label: "3 months" },
  { value: "364", label: "A year" },
];

export function TimesPage() {
  const { store, zone } = useTeam();
  const { careTeams } = useViewer();
  const [days, setDays] = useState("28");
  const [whole, setWhole] = useState(false);
  const [kind, setKind] = useState<string | null>(null);
  const [measure, setMeasure] = useState<Measure>("claim");
  const [opened] = useState(serverNow);
  const period = lastDays(Number(days), localDate(opened, zone));
  const { from, to } = period;
  const team = whole ? null : store.teamId;
  const filter = useMemo(() => ({ careTeamId: team, from, to, kinds: kind ? [kind] : null }), [team, from, to, kind]);
  const every = useMemo(() => ({ careTeamId: team, from, to, kinds: null }), [team, from, to]);
  const byKind = useTimes(every, "KIND");
  const run = useTimes(filter, stepOf(period));
  const { save, busy } = useTimesExport();
  const shown = kind ? byKind.groups.filter(({ key }) => key === kind) : byKind.groups;
  const failure = byKind.failure ?? run.failure;

  if (failure) return <ErrorFace message={failure.message} onRetry={byKind.failure ? byKind.retry : run.retry} />;
  return (
    <div className={css.page}>
      <header className={css.head}>
        <h1>Times</h1>
        <SegmentedControl size="sm" value={days} onChange={setDays} data={periods} aria-label="Period" />
        {careTeams.length > 1 && (
          <SegmentedControl
            size="sm"
            value={whole ? "all" : "one"}
            onChange={(value) => setWhole(value === "all")}
            data={[
              { value: "one", label: "This team" },
              { value: "all", label: "All my teams" },
            ]}
            aria-label="Of whom"
          />
        )}
        <Select
          size="sm"
          w={200}
          placeholder="All kinds"
          aria-label="Kind of work"
          clearable
          value={kind}
          onChange={setKind}
          data={byKind.groups.map(({ key, name }) => ({ value: key, label: name }))}
        />
        <span className={css.spacer} />
        <Menu position="bottom-end">
          <Menu.Target>
            <Button size="sm" variant="default" leftSection={<IconDownload size={16} />} loading={busy}>
              Save as
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => save("xlsx", filter)}>Workbook (XLSX)</Menu.Item>
            <Menu.Item onClick={() => save("csv", filter)}>Comma-separated values (CSV)</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </header>
      {!byKind.total || !run.total ? (
        <Waiting />
      ) : byKind.total.tasks === 0 ? (
        <EmptyFace icon={<IconChartHistogram />} title="No work came up in this time">
          Choose a longer period, or another team.
        </EmptyFace>
      ) : (
        <>
          <div className={css.measure}>
            <SegmentedControl
              value={measure}
              onChange={(value) => setMeasure(value as Measure)}
              data={measures.map((value) => ({ value, label: measureWords[value].name }))}
              aria-label="Which time"
            />
            <p>{measureWords[measure].means}</p>
          </div>
          <Part
            title={`${measureWords[measure].name} by kind`}
            means={`Of the tasks that came up from ${shortDate(from)} to ${shortDate(to)}. Half of them took no longer than
              the median. A task that is still open counts for as long as it has waited so far: leaving it out would make
              the times look better than they are.`}
            plot={<Distribution groups={shown} measure={measure} />}
            table={
              <TimesTable
                caption={`${measureWords[measure].name} by kind`}
                groups={shown}
                total={kind ? (shown[0] ?? byKind.total) : byKind.total}
                measure={measure}
                name={({ name }) => name}
              />
            }
          />
          <Part
            title={`${measureWords[measure].name} over time`}
            means="Each point is the median of the tasks that came up on that day, or in the week from that Monday. The last
              one is the least certain: much of its work is still open."
            plot={<RunChart groups={run.groups} total={run.total} measure={measure} />}
            table={
              <TimesTable
                caption={`${measureWords[measure].name} over time`}
                groups={run.groups}
                total={run.total}
                measure={measure}
                name={({ key }) => shortDate(key)}
              />
            }
          />
          <Part
            title="Where the time goes"
            means="Which share of their time tasks spent in each state, holds and second claims included, until they ended or
              until now. In the table: on average a task."
            plot={<StatePlot groups={shown} />}
            table={<StateTable groups={shown} total={kind ? (shown[0] ?? byKind.total) : byKind.total} />}
          />
        </>
      )}
    </div>
  );
}

function Part(props: { title: string; means: string; plot: ReactNode; table: ReactNode }) {
  return (
    <section className={css.part} aria-label={props.title}>
      <h2>{props.title}</h2>
      <details className={css.means}>
        <summary>What this means</summary>
        <p>{props.means}</p>
      </details>
      <div className={css.pair}>
        {props.plot}
        {props.table}
      </div>
    </section>
  );
}

function Waiting() {
  return (
    <div aria-busy="true">
      {[0, 1, 2].map((i) => (
        <Skeleton key={i} height={220} mb={14} radius="md" />
      ))}
    </div>
  );
}
