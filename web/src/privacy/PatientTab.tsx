import { Button } from "@mantine/core";
import { IconPrinter } from "@tabler/icons-react";
import { useQuery } from "urql";
import { failureOf } from "../lib/errors";
import { exact } from "../lib/time";
import { EmptyFace, ErrorFace } from "../ui/Face";
import { ChoosePatient } from "./Choose";
import { AccessReport } from "./documents";
import { LogTable, Waiting } from "./LogTable";
import { Period } from "./Period";
import css from "./privacy.module.css";
import { filterOf, type LogSearch } from "./search";
import { useZone } from "./useZone";
import { actorWords, kindWords, purposeWords } from "./words";

type Props = { search: LogSearch; onSearch(search: LogSearch): void };

/** Who looked at one patient, as the patient may ask to know, on paper as well. */
export function PatientTab(props: Props) {
  const { search, onSearch } = props;
  const { patient, from, to } = search;
  const zone = useZone();
  const about = { ...(patient && { patient }), ...(from && { from }), ...(to && { to }) };
  return (
    <>
      <div className={css.filters}>
        <ChoosePatient
          value={patient}
          onChange={(id) => {
            const { patient: _, ...rest } = about;
            onSearch(id ? { ...rest, patient: id } : rest);
          }}
        />
        <Period
          key={`${from} ${to}`}
          from={from}
          to={to}
          zone={zone}
          onChange={(period) => {
            const next = { ...about, ...period };
            onSearch(Object.fromEntries(Object.entries(next).filter(([, one]) => one)));
          }}
        />
      </div>
      {patient ? (
        <Report patient={patient} search={about} zone={zone} />
      ) : (
        <EmptyFace title="Choose a patient">
          A patient whom you do not see yourself: press their name in the access log, then come here.
        </EmptyFace>
      )}
    </>
  );
}

function Report(props: { patient: string; search: LogSearch; zone: string }) {
  const { patient, search, zone } = props;
  const [{ data, error, fetching }, again] = useQuery({
    query: AccessReport,
    variables: { patient, from: search.from ?? null, to: search.to ?? null },
    requestPolicy: "network-only",
  });
  const report = data?.patientAccessReport;
  if (error)
    return (
      <ErrorFace
        message={failureOf(error).message}
        busy={fetching}
        onRetry={() => again({ requestPolicy: "network-only" })}
      />
    );
  if (!report && fetching) return <Waiting />;
  if (!report)
    return (
      <EmptyFace title="Nothing is known of this patient">The address may be another practice’s.</EmptyFace>
    );
  return (
    <article>
      <header className={css.reportHead}>
        <div>
          <h2>{report.patient.displayName ?? "No longer here"}</h2>
          <p className={css.small}>
            {report.patient.mrn && `MRN ${report.patient.mrn} · `}
            {report.from ? `from ${exact(report.from, zone)} ` : "all that is on record, "}
            until {exact(report.to, zone)}
          </p>
        </div>
        <Button variant="default" leftSection={<IconPrinter size={16} />} onClick={() => print()}>
          Print
        </Button>
      </header>
      <div className={css.frame}>
        <table className={css.table}>
          <caption className="visually-hidden">Who looked at this patient</caption>
          <thead>
            <tr>
              {["Who", "Did", "What for", "How often", "First", "Last"].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {report.accesses.map((one) => (
              <tr key={`${one.actorKind} ${one.actorName} ${one.staff?.id} ${one.kind} ${one.purpose}`}>
                <td>
                  {one.actorName}
                  {one.actorKind !== "STAFF" && <small>{actorWords[one.actorKind]}</small>}
                </td>
                <td>{kindWords[one.kind]}</td>
                <td>{one.purpose ? purposeWords[one.purpose] : ""}</td>
                <td>{one.count}</td>
                <td>{exact(one.firstAt, zone)}</td>
                <td>{exact(one.lastAt, zone)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <h3 className={css.each}>Each time</h3>
      <LogTable
        caption="Each access to this patient"
        unnamed
        filter={filterOf(search)}
        orderBy={{ field: "AT", direction: "DESC" }}
      />
    </article>
  );
}
