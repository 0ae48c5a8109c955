/** The team's patients who are somewhere else than at home: the huddle starts with them. Pure. */
import type { Patient } from "../live/merge";

export const away = ["IN_ED", "INPATIENT", "TRANSITION"] as const;
export type Away = (typeof away)[number];

export function awayPatients(
  patients: ReadonlyMap<string, Patient>,
  gone: ReadonlySet<string>,
  teamId: string,
): Record<Away, Patient[]> {
  const lists: Record<Away, Patient[]> = { IN_ED: [], INPATIENT: [], TRANSITION: [] };
  for (const patient of patients.values()) {
    const list = lists[patient.status as Away];
    if (list && !gone.has(patient.id) && patient.careTeam?.id === teamId) list.push(patient);
  }
  for (const status of away) lists[status].sort((a, b) => b.statusSince.localeCompare(a.statusSince));
  return lists;
}
