/** Who carries how much of what they can: pure. */

import type { StaffRole } from "../gql/enums";
import type { LoadFragment, TeamCaseloadQuery } from "../gql/graphql";
import { tierWords } from "../patient/words";

type Team = NonNullable<TeamCaseloadQuery["careTeam"]>;
export type Member = Team["members"][number];
export type Cover = Team["covers"][number];

export type MemberLoad = {
  id: string;
  name: string;
  role: StaffRole;
  credential: string | null;
  load: LoadFragment;
  languages: readonly string[];
  hours: Member["workPattern"];
  timeOff: Member["timeOff"];
  isOff: boolean;
  /** Open: others have their work. */
  cover: Cover | null;
  /** Load over what they can carry this week; null for a member without a set capacity, or away all week. */
  share: number | null;
};

export const shareOf = (load: Pick<LoadFragment, "weightedLoad" | "effectiveCapacity">): number | null =>
  load.effectiveCapacity ? load.weightedLoad / load.effectiveCapacity : null;

export const isOver = ({ share }: MemberLoad) => share !== null && share > 1;

/** The fullest first; those without a capacity after them, by load. */
export function byShare(a: MemberLoad, b: MemberLoad): number {
  return (
    (b.share ?? -1) - (a.share ?? -1) ||
    b.load.weightedLoad - a.load.weightedLoad ||
    a.name.localeCompare(b.name)
  );
}

/** The share at the end of the scale: capacity stands at 1 for everybody, with room for the fullest. */
export function extent(members: readonly MemberLoad[]): number {
  return Math.max(1, ...members.map(({ share }) => share ?? 0)) * 1.04;
}

/** With as many decimals as there are, two at most: what is shown adds up. */
export const amount = (value: number) => String(Math.round(value * 100) / 100);

export const percent = (share: number) => `${Math.round(share * 100)} %`;

type Part = LoadFragment["parts"][number];

/** What a part counts, in words. */
export function partWords(part: Pick<Part, "kind" | "tier">): string {
  switch (part.kind) {
    case "PATIENTS":
      return part.tier ? `${tierWords[part.tier].toLowerCase()} patients` : "patients not assessed";
    case "OPEN_TASKS":
      return "open tasks";
    case "OVERDUE_TASKS":
      return "of them overdue";
    case "CLOCKS_THIS_WEEK":
      return "clocks due this week";
  }
}

export const roleWords: Record<StaffRole, string> = {
  CARE_COORDINATOR: "Care coordinator",
  NURSE: "Nurse",
  MEDICAL_ASSISTANT: "Medical assistant",
  CLINICIAN: "Clinician",
  SOCIAL_WORKER: "Social worker",
  PHARMACIST: "Pharmacist",
  FRONT_DESK: "Front desk",
  MANAGER: "Manager",
  ADMINISTRATOR: "Administrator",
};
