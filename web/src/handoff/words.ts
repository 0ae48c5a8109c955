/** Handoffs in the words that the team uses. */
import type { Handoff } from "./Handoffs";

export const kindWords: Record<Handoff["kind"], string> = {
  TRANSFER: "Handover",
  ESCALATION: "Escalated",
  NOTICE: "For your knowledge",
};

export function stateWords(handoff: Pick<Handoff, "kind" | "state">): string {
  switch (handoff.state) {
    case "OPEN":
      return handoff.kind === "NOTICE" ? "not read yet" : "waits for its receiver";
    case "ESCALATED":
      return handoff.kind === "ESCALATION" ? "waits for a manager" : "nobody acknowledged it in time";
    case "ACKNOWLEDGED":
      return "acknowledged";
    case "DECLINED":
      return "declined: it is still with its giver";
    case "WITHDRAWN":
      return "taken back";
  }
}
