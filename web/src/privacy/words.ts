/** Privacy in the words of those who read it. */
import type {
  AuditActorKind,
  AuditKind,
  AuditPurpose,
  AuditResult,
  BreakGlassOutcome,
  Sensitivity,
} from "../gql/enums";

export const flagWords: Record<Sensitivity, { name: string; means: string }> = {
  BEHAVIORAL_HEALTH: { name: "Behavioral health", means: "Notes and care of mental health." },
  SUBSTANCE_USE: {
    name: "Substance use",
    means: "Treatment under 42 CFR Part 2: only with consent on file.",
  },
  RESTRICTED: {
    name: "Restricted chart",
    means: "Somebody well known, of the staff, or at risk of violence.",
  },
};
export const flags = Object.keys(flagWords) as Sensitivity[];

export const kindWords: Record<AuditKind, string> = {
  READ: "Looked at",
  WRITE: "Changed",
  SEARCH: "Searched",
  PUSHED: "Shown live",
  BREAK_GLASS: "Emergency look",
  EXPORT: "Exported",
  DENIED: "Denied",
  SIGN_IN: "Signed in",
  SIGN_OUT: "Signed out",
  REFUSED: "Sign-in failed",
};
export const kinds = Object.keys(kindWords) as AuditKind[];

export const purposeWords: Record<AuditPurpose, string> = {
  TREAT: "Treatment",
  HOPERAT: "Operations",
  ETREAT: "Emergency",
};
export const purposes = Object.keys(purposeWords) as AuditPurpose[];

export const resultWords: Record<AuditResult, string> = { SUCCESS: "Done", DENIED: "Denied" };
export const results = Object.keys(resultWords) as AuditResult[];

export const actorWords: Record<AuditActorKind, string> = {
  STAFF: "Person",
  DISPLAY: "Wall display",
  INTEGRATION: "Integration",
  SYSTEM: "Huddle itself",
};

export const outcomeWords: Record<BreakGlassOutcome, string> = {
  APPROPRIATE: "Appropriate",
  INAPPROPRIATE: "Not appropriate",
};
