/** Who carries how much of what they can: pure. */
import type { StaffRole } from "../gql/enums";
import type { LoadFragment } from "../gql/graphql";

export type MemberLoad = {
  id: string;
  name: string;
  role: StaffRole;
  credential: string | null;
  load: LoadFragment;
  /** Load over capacity; null for a member without a set capacity. */
  share: number | null;
};

export const shareOf = (load: Pick<LoadFragment, "weightedLoad" | "capacity">): number | null =>
  load.capacity ? load.weightedLoad / load.capacity : null;

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

export const amount = (value: number) => (Number.isInteger(value) ? String(value) : value.toFixed(1));

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
