import { Popover } from "@mantine/core";
import { IconAmbulance, IconBed, IconHomeMove } from "@tabler/icons-react";
import { since } from "../lib/time";
import type { Patient } from "../live/merge";
import { type Away, away, awayPatients } from "../patient/attention";
import { useNow } from "../ui/useNow";
import css from "./board.module.css";

const words: Record<Away, string> = { IN_ED: "in ED", INPATIENT: "inpatient", TRANSITION: "in transition" };
const icons: Record<Away, typeof IconBed> = {
  IN_ED: IconAmbulance,
  INPATIENT: IconBed,
  TRANSITION: IconHomeMove,
};

type Props = {
  patients: ReadonlyMap<string, Patient>;
  gone: ReadonlySet<string>;
  teamId: string;
  onPatient(id: string): void;
};

/** How many of the team's patients are in the emergency department, in hospital, or just out of it; and who. */
export function Attention(props: Props) {
  const lists = awayPatients(props.patients, props.gone, props.teamId);
  const now = useNow("slow");
  return away.map((status) => {
    const Icon = icons[status];
    const list = lists[status];
    return (
      <Popover key={status} position="bottom-end" shadow="md" trapFocus>
        <Popover.Target>
          <button
            type="button"
            className={css.stat}
            data-status={status}
            title={`${list.length} ${words[status]}`}
          >
            <Icon size={17} aria-hidden /> <strong>{list.length}</strong>{" "}
            <span className={css.word}>{words[status]}</span>
          </button>
        </Popover.Target>
        <Popover.Dropdown p="xs">
          {list.length === 0 ? (
            <p style={{ margin: "0.4rem 0.6rem", fontSize: "0.9rem" }}>
              Nobody of this team is {words[status]}.
            </p>
          ) : (
            <ul className={css.people}>
              {list.map((patient) => (
                <li key={patient.id}>
                  <button type="button" onClick={() => props.onPatient(patient.id)}>
                    {patient.displayName} <span>{since(patient.statusSince, now)}</span>
                  </button>
                </li>
              ))}
            </ul>
          )}
        </Popover.Dropdown>
      </Popover>
    );
  });
}
