/** Roles and scopes in the words that people use. */
import type { FactorKind, IntegrationScope, StaffRole } from "../gql/enums";

export const roleWords: Record<StaffRole, string> = {
  ADMINISTRATOR: "Administrator",
  MANAGER: "Manager",
  CARE_COORDINATOR: "Care coordinator",
  NURSE: "Nurse",
  MEDICAL_ASSISTANT: "Medical assistant",
  CLINICIAN: "Clinician",
  SOCIAL_WORKER: "Social worker",
  PHARMACIST: "Pharmacist",
  FRONT_DESK: "Front desk",
};

export const roles = Object.keys(roleWords) as StaffRole[];
export const roleOptions = roles.map((value) => ({ value, label: roleWords[value] }));

export const factorWords: Record<FactorKind, string> = {
  TOTP: "App",
  PASSKEY: "Passkey",
  RECOVERY_CODE: "Recovery codes",
};

export const scopeWords: Record<IntegrationScope, [name: string, what: string]> = {
  READ: ["Read", "Every team, its patients and its tasks"],
  TASKS_WRITE: ["Write tasks", "Create, edit and comment on tasks; cancel those that nobody holds"],
  PATIENTS_WRITE: ["Write patients", "Status, coordinator and care team of patients"],
  AUDIT_READ: ["Read the record", "Who did and saw what"],
  CONFIDENTIAL_READ: ["Read confidential patients", "Also those that most people here do not see"],
};

export const scopes = Object.keys(scopeWords) as IntegrationScope[];
