import { useMemo } from "react";
import { useClient } from "urql";
import type { PatientStatus } from "../gql/enums";
import { type Failure, failureOf } from "../lib/errors";
import { toast } from "../ui/toast";
import { AssignCoordinator, MovePatient, SetStatus } from "./documents";

/** What a person does with a patient. The answers update the cache; the feed brings the rest. */
export function usePatientActions() {
  const api = useClient();
  return useMemo(
    () => ({
      /** Null when it was done. CONFLICT is the caller's to explain. */
      async setStatus(
        id: string,
        status: PatientStatus,
        note: string | null,
        seen: number,
      ): Promise<Failure | null> {
        const input = { patientId: id, status, note, expectedVersion: seen };
        const { data, error } = await api.mutation(SetStatus, { input }).toPromise();
        return data ? null : failureOf(error);
      },
      async assignCoordinator(patientId: string, staffId: string) {
        const { data, error } = await api
          .mutation(AssignCoordinator, { input: { patientId, staffId } })
          .toPromise();
        if (data) toast("good", "The coordinator is changed.");
        else toast("bad", failureOf(error).message);
        return Boolean(data);
      },
      async movePatient(patientId: string, team: { id: string; name: string }) {
        const input = { patientId, careTeamId: team.id };
        const { data, error } = await api.mutation(MovePatient, { input }).toPromise();
        if (data) toast("good", `Moved to ${team.name}, with the open work.`);
        else toast("bad", failureOf(error).message);
      },
    }),
    [api],
  );
}
