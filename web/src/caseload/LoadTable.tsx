import { amount, type MemberLoad, roleWords } from "./balance";
import css from "./caseload.module.css";

/** The same as the bars, in numbers. */
export function LoadTable(props: { members: readonly MemberLoad[]; onChoose(id: string): void }) {
  return (
    <div className={css.tableFrame}>
      <table className={css.table}>
        <caption className="visually-hidden">Caseload by member, the fullest first</caption>
        <thead>
          <tr>
            <th scope="col">Member</th>
            <th scope="col">Role</th>
            {["Patients", "High risk", "Open", "Overdue", "Load", "Capacity", "This week", "Share"].map(
              (name) => (
                <th key={name} scope="col" data-number>
                  {name}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {props.members.map(({ id, name, role, load, share }) => (
            <tr key={id}>
              <th scope="row">
                <button type="button" onClick={() => props.onChoose(id)}>
                  {name}
                </button>
              </th>
              <td>{roleWords[role]}</td>
              <td data-number>{load.patients}</td>
              <td data-number>{load.highRiskPatients}</td>
              <td data-number>{load.openTasks}</td>
              <td data-number>{load.overdueTasks}</td>
              <td data-number>{amount(load.weightedLoad)}</td>
              <td data-number>{load.capacity === null ? "none" : amount(load.capacity)}</td>
              <td data-number>{load.effectiveCapacity === null ? "" : amount(load.effectiveCapacity)}</td>
              <td data-number>
                {share === null ? "" : `${Math.round(share * 100)} %${share > 1 ? ", over" : ""}`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
