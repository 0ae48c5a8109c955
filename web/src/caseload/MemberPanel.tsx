import { Button } from "@mantine/core";
import { IconLayoutKanban } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTeam } from "../live/Team";
import { useViewer } from "../session/Session";
import { Away } from "./Away";
import type { MemberLoad } from "./balance";
import { CapacityForm } from "./CapacityForm";
import css from "./caseload.module.css";
import { Hours } from "./Hours";
import { PatientList } from "./PatientList";

type Props = { member: MemberLoad; members: readonly MemberLoad[]; canManage: boolean; onChanged(): void };

/** A member: what they can carry, when they are here, and their patients. */
export function MemberPanel(props: Props) {
  const { member } = props;
  const { store } = useTeam();
  const { staff } = useViewer();
  const isManager = staff?.role === "MANAGER";
  return (
    <>
      <header className={css.memberHead}>
        <h2>{member.name}</h2>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconLayoutKanban size={15} />}
          renderRoot={(root) => (
            <Link
              to="/board/$teamId"
              params={{ teamId: store.teamId }}
              search={{ holder: member.id }}
              {...root}
            />
          )}
        >
          Their work
        </Button>
      </header>
      {props.canManage && <CapacityForm key={String(member.load.capacity)} member={member} />}
      <Hours member={member} canChange={isManager} onChanged={props.onChanged} />
      <Away
        member={member}
        canChange={isManager || staff?.id === member.id}
        isOwn={staff?.id === member.id}
        onChanged={props.onChanged}
      />
      <PatientList
        filter={{ careTeamId: store.teamId, coordinatorId: member.id }}
        takers={props.members.filter((one) => one.id !== member.id)}
      />
    </>
  );
}
