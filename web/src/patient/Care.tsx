/** Who is responsible for the patient and which team they are with, each to be changed in place. */
import { Button, Menu } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import type { PatientDetailsFragment } from "../gql/graphql";
import type { Patient } from "../live/merge";
import { useViewer } from "../session/Session";
import { Avatar } from "../ui/Avatar";
import css from "./patient.module.css";
import { usePatientActions } from "./usePatientActions";

export function Coordinator(props: { details: PatientDetailsFragment; card: Patient }) {
  const { details, card } = props;
  const { assignCoordinator } = usePatientActions();
  const members = details.careTeam?.members.filter((one) => one.staff.active) ?? [];
  const name = card.coordinator?.displayName ?? "Nobody yet";
  return (
    <>
      {name}
      {details.viewerCanEdit && members.length > 0 && (
        <Menu position="bottom-start">
          <Menu.Target>
            <Button
              size="compact-xs"
              variant="subtle"
              className={css.menuLink ?? ""}
              rightSection={<IconChevronDown size={13} />}
            >
              {card.coordinator ? "Change" : "Assign"}
            </Button>
          </Menu.Target>
          <Menu.Dropdown mah={360} style={{ overflowY: "auto" }}>
            {members.map(({ staff }) => (
              <Menu.Item
                key={staff.id}
                leftSection={<Avatar id={staff.id} name={staff.displayName} />}
                disabled={staff.id === card.coordinator?.id}
                onClick={() => assignCoordinator(card, staff.id)}
              >
                {staff.displayName}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  );
}

export function TeamOf(props: { details: PatientDetailsFragment; card: Patient }) {
  const { details, card } = props;
  const { movePatient } = usePatientActions();
  const others = useViewer().careTeams.filter((team) => team.id !== details.careTeam?.id);
  return (
    <>
      {details.careTeam?.name ?? "No team"}
      {details.viewerCanEdit && others.length > 0 && (
        <Menu position="bottom-start">
          <Menu.Target>
            <Button
              size="compact-xs"
              variant="subtle"
              className={css.menuLink ?? ""}
              rightSection={<IconChevronDown size={13} />}
            >
              Move
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Label>With all open work, to</Menu.Label>
            {others.map((team) => (
              <Menu.Item key={team.id} onClick={() => movePatient(card, team)}>
                {team.name}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  );
}
