import { useMemo } from "react";
import type { PatientStatus } from "../gql/enums";
import type { Failure } from "../lib/errors";
import { useSend } from "../live/useSend";
import { toast } from "../ui/toast";
import { AssignCoordinator, MovePatient, SetPharmacy, SetStatus } from "./documents";

type Named = { id: string; displayName: string };

/** What a person does with a patient. The answers update the cache; the feed brings the rest. */
export function usePatientActions() {
  const send = useSend();
  return useMemo(
    () => ({
      /** Null when it was done. CONFLICT is the caller's to explain. */
      async setStatus(
        patient: Named,
        status: PatientStatus,
        note: string | null,
        seen: number,
      ): Promise<Failure | null> {
        const { failure } = await send({
          document: SetStatus,
          input: { patientId: patient.id, status, note, expectedVersion: seen },
          about: patient.id,
          words: `set the status of ${patient.displayName}`,
        });
        return failure;
      },
      async setPharmacy(
        patientId: string,
        name: string | null,
        phone: string | null,
      ): Promise<Failure | null> {
        const { failure } = await send({
          document: SetPharmacy,
          input: { patientId, name, phone },
          about: patientId,
          words: "set the pharmacy",
        });
        return failure;
      },
      async assignCoordinator(patient: Named, staffId: string) {
        const { data, failure, told } = await send({
          document: AssignCoordinator,
          input: { patientId: patient.id, staffId },
          about: patient.id,
          words: `change the coordinator of ${patient.displayName}`,
        });
        if (data) toast("good", "The coordinator is changed.");
        else if (!told) toast("bad", failure.message);
        return Boolean(data);
      },
      async movePatient(patient: Named, team: { id: string; name: string }) {
        const { data, failure, told } = await send({
          document: MovePatient,
          input: { patientId: patient.id, careTeamId: team.id },
          about: patient.id,
          words: `move ${patient.displayName} to ${team.name}`,
        });
        if (data) toast("good", `Moved to ${team.name}, with the open work.`);
        else if (!told) toast("bad", failure.message);
      },
    }),
    [send],
  );
}
