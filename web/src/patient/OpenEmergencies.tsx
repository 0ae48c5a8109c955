import { IconUrgent } from "@tabler/icons-react";
import { useQuery } from "urql";
import { clock } from "../lib/time";
import { useTeam } from "../live/Team";
import { MyEmergencies } from "./documents";
import css from "./search.module.css";

/** The way back to whom one opened in an emergency. Without names: naming them here would be a look at them. */
export function OpenEmergencies(props: { onPatient(id: string): void }) {
  const { zone } = useTeam();
  const [{ data }] = useQuery({ query: MyEmergencies, requestPolicy: "network-only" });
  return data?.viewer.emergencyAccess.map((one) => (
    <button
      key={one.id}
      type="button"
      className={css.emergency}
      onClick={() => props.onPatient(one.patientId)}
    >
      <IconUrgent size={20} aria-hidden />
      <span>
        Opened in an emergency at {clock(one.startedAt, zone)}, until {clock(one.until, zone)}:{" "}
        <strong>go on</strong>
      </span>
    </button>
  ));
}
