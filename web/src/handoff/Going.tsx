import { Button } from "@mantine/core";
import { type Handoff, useHandoffs } from "./Handoffs";
import css from "./handoff.module.css";
import { useHandoffActions } from "./useHandoffActions";

/** What one hands over of a task or a patient, and nobody has acknowledged. */
export function useGoing(id: string): Handoff | undefined {
  const { fromMe } = useHandoffs();
  return fromMe.find(
    (one) =>
      one.kind === "TRANSFER" &&
      one.items.some((item) => (item.task?.id ?? item.patient?.id) === id && item.moved === null),
  );
}

/** Says so, with the way back. */
export function Going(props: { handoff: Handoff; what: string; until: string }) {
  const { handoff, what, until } = props;
  const actions = useHandoffActions();
  const { to, items } = handoff;
  return (
    <p className={css.note}>
      {handoff.state === "DECLINED"
        ? `${to?.displayName ?? "They"} declined: “${handoff.answer ?? ""}”. Nothing has moved.`
        : `You hand ${what} to ${to?.displayName ?? "the team"}, who ${to ? "has" : "have"} not acknowledged it yet. ${until}`}{" "}
      <Button variant="subtle" size="compact-sm" onClick={() => void actions.withdraw(handoff)}>
        {items.length > 1 ? `Take all ${items.length} back` : "Take back"}
      </Button>
    </p>
  );
}
