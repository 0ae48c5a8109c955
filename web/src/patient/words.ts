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

/** Ben Ito also has this patient open. */
export function alsoHere(names: readonly string[]): string {
  const [first, second, ...more] = names;
  if (!first) return "";
  if (!second) return `${first} also has this patient open`;
  const others = more.length === 0 ? second : `${1 + more.length} others`;
  return `${first} and ${others} also have this patient open`;
}
