import { Button } from "@mantine/core";
import { useState } from "react";
import type { PatientDetailsFragment } from "../gql/graphql";
import { Going, useGoing } from "../handoff/Going";
import { TransferDialog } from "../handoff/TransferDialog";
import { newsOf, type Patient } from "../live/merge";
import { useTeam } from "../live/Team";
import { isOpen } from "../task/words";
import css from "./patient.module.css";

/** For their coordinator: hands the patient over, with the work for them that the coordinator holds. */
export function GiveAway(props: { details: PatientDetailsFragment; card: Patient }) {
  const { details, card } = props;
  const { me } = useTeam();
  const going = useGoing(card.id);
  const [giving, setGiving] = useState(false);
  const team = details.careTeam;
  if (!me || card.coordinator?.id !== me.id || !team || details.emergencyAccess) return null;
  if (going)
    return (
      <div className={css.going}>
        <Going handoff={going} what="this patient" until="You coordinate until then." />
      </div>
    );
  const work = details.tasks.nodes
    .map((node) => newsOf(node).task)
    .filter((one) => isOpen(one.status) && one.claim?.by.id === me.id && one.careTeam.id === team.id)
    .map((one) => ({ kind: "task" as const, id: one.id, name: one.title, about: "" }));
  const things = [{ kind: "patient" as const, id: card.id, name: card.displayName, about: "" }, ...work];
  return (
    <>
      <Button mt="xs" size="compact-sm" variant="default" onClick={() => setGiving(true)}>
        Hand over…
      </Button>
      {giving && (
        <TransferDialog
          title={`Hand over: ${card.displayName}`}
          team={team}
          things={things}
          chosen={things.map((one) => one.id)}
          onClose={() => setGiving(false)}
        />
      )}
    </>
  );
}
