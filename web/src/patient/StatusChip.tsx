import {
  IconAmbulance,
  IconBedFilled,
  IconEye,
  IconHome,
  IconHomeMove,
  IconPhoneOff,
  IconStethoscope,
} from "@tabler/icons-react";
import type { PatientStatus } from "../gql/enums";
import css from "./patient.module.css";
import { statusWords } from "./words";

const icons: Partial<Record<PatientStatus, typeof IconEye>> = {
  IN_ED: IconAmbulance,
  INPATIENT: IconBedFilled,
  TRANSITION: IconHomeMove,
  WATCH: IconEye,
  IN_CLINIC: IconStethoscope,
  LOST_TO_CONTACT: IconPhoneOff,
  STABLE: IconHome,
};

/** Where the patient is: loud in the emergency department and in hospital, quiet when all is well. */
export function StatusChip(props: { status: PatientStatus; quiet?: boolean }) {
  if (props.quiet && props.status === "STABLE") return null;
  const Icon = icons[props.status];
  return (
    <span className={css.chip} data-status={props.status}>
      {Icon && <Icon size={13} aria-hidden />}
      {statusWords[props.status]}
    </span>
  );
}
