import { useNavigate } from "@tanstack/react-router";
import { useTeamStore } from "../live/Team";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import type { Actions, Huddle } from "./useHuddle";
import { count } from "./words";

/** What was done, what goes to the next one, and whose name the record carries. */
export function EndDialog(props: { huddle: Huddle; actions: Actions; busy: boolean; onClose(): void }) {
  const { huddle, actions } = props;
  const { store, me } = useTeamStore();
  const navigate = useNavigate();

  async function end(): Promise<boolean> {
    const done = await actions.end();
    if (!done) return false;
    void navigate({
      to: "/huddle/$teamId/record/$id",
      params: { teamId: store.teamId, id: huddle.id },
    });
    return true;
  }

  return (
    <ConfirmDialog
      title="End the huddle?"
      action="End and sign"
      waits={props.busy}
      onClose={props.onClose}
      onConfirm={end}
    >
      <p>{summaryOf(huddle)}</p>
      <p>
        {me?.displayName ?? "You"} will have signed the record. It cannot be changed afterwards; corrections
        are added to it by name.
      </p>
    </ConfirmDialog>
  );
}

export function summaryOf(huddle: Huddle): string {
  const of = (state: string) => huddle.items.filter((item) => item.state === state).length;
  const decisions = huddle.items.reduce((sum, item) => sum + item.decisions.length, 0);
  const left = of("OPEN") + of("DEFERRED");
  return `${count(huddle.attendance.length, "person was", "people were")} there. ${of("DISCUSSED")} discussed, ${of("ABSENT")} absent, ${count(decisions, "decision")}. ${
    left > 0 ? `${left} go to the next huddle, with their reasons.` : "Nothing is left for the next one."
  }`;
}
