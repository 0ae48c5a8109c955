/** Patient statuses and tiers in the words that the team uses. */
import type { PatientStatus, RiskTier } from "../gql/enums";

export const statusWords: Record<PatientStatus, string> = {
  STABLE: "Stable",
  WATCH: "Watch",
  IN_CLINIC: "In clinic",
  IN_ED: "In ED",
  INPATIENT: "Inpatient",
  TRANSITION: "Transition",
  LOST_TO_CONTACT: "Lost to contact",
  INACTIVE: "Inactive",
  DECEASED: "Deceased",
};

export const statuses = Object.keys(statusWords) as PatientStatus[];

export const tierWords: Record<RiskTier, string> = {
  LOW: "Low risk",
  RISING: "Rising risk",
  HIGH: "High risk",
  HIGHEST: "Highest risk",
};

const languages = new Intl.DisplayNames(["en"], { type: "language" });

/** Spanish, for "es"; the code itself where nobody knows better. */
export function languageName(code: string): string {
  try {
    return languages.of(code) ?? code;
  } catch {
    return code;
  }
}
