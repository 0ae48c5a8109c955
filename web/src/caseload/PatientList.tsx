import { Button, Menu, Skeleton } from "@mantine/core";
import { IconArrowsExchange } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useQuery } from "urql";
import { readFragment } from "../gql";
import type { RiskTier } from "../gql/enums";
import type { PatientFilter } from "../gql/graphql";
import { failureOf } from "../lib/errors";
import { PatientCard } from "../live/documents";
import { useTeam } from "../live/Team";
import { StatusChip } from "../patient/StatusChip";
import { usePatientActions } from "../patient/usePatientActions";
import { tierWords } from "../patient/words";
import { ErrorFace } from "../ui/Face";
import { amount, type MemberLoad } from "./balance";
import css from "./caseload.module.css";
import { MemberPatients } from "./documents";

type Props = { filter: PatientFilter; takers: readonly MemberLoad[] };

const weight: Record<RiskTier, number> = { HIGHEST: 3, HIGH: 2, RISING: 1, LOW: 0 };
const page = 50;

/** Patients, the riskiest first, each to be given to somebody with room. */
export function PatientList(props: Props) {
  const { view } = useTeam();
  const navigate = useNavigate();
  const { assignCoordinator } = usePatientActions();
  const [first, setFirst] = useState(page);
  const [result, again] = useQuery({ query: MemberPatients, variables: { filter: props.filter, first } });

  // biome-ignore lint/correctness/useExhaustiveDependencies: what the feed changes is read again a little later.
  useEffect(() => {
    const timer = setTimeout(() => again({ requestPolicy: "network-only" }), 300);
    return () => clearTimeout(timer);
  }, [view.revision]);

  const found = result.data?.patients ?? null;
  const patients = [...readFragment(PatientCard, found?.nodes ?? [])].sort(
    (a, b) => (b.riskTier ? weight[b.riskTier] : -1) - (a.riskTier ? weight[a.riskTier] : -1),
  );
  return (
    <>
      {!found && result.error && (
        <ErrorFace
          message={failureOf(result.error).message}
          onRetry={() => again({ requestPolicy: "network-only" })}
        />
      )}
      {!found && result.fetching && [0, 1, 2, 3, 4].map((i) => <Skeleton key={i} height={46} mb={6} />)}
      {found && (
        <p className={css.muted}>{found.totalCount === 1 ? "1 patient" : `${found.totalCount} patients`}</p>
      )}
      <ul className={css.patients}>
        {patients.map((patient) => (
          <li key={patient.id}>
            <button
              type="button"
              className={css.patient}
              onClick={() =>
                navigate({ to: ".", search: (was) => ({ ...was, patient: patient.id }) as never })
              }
            >
              <span className={css.patientName}>
                {patient.displayName}
                <span className={css.muted}>
                  {patient.riskTier ? tierWords[patient.riskTier] : "Not assessed"}
                </span>
              </span>
              <span className={css.chipPlace}>
                <StatusChip status={patient.status} quiet />
              </span>
            </button>
            <Menu>
              <Menu.Target>
                <button
                  type="button"
                  className={css.give}
                  aria-label={`Give ${patient.displayName} to somebody else`}
                >
                  <IconArrowsExchange size={17} />
                </button>
              </Menu.Target>
              <Menu.Dropdown mah={340} style={{ overflowY: "auto" }}>
                <Menu.Label>Give to</Menu.Label>
                {props.takers.map((one) => (
                  <Menu.Item
                    key={one.id}
                    rightSection={
                      <span className={css.muted}>
                        {amount(one.load.weightedLoad)}
                        {one.load.capacity === null ? "" : ` of ${amount(one.load.capacity)}`}
                      </span>
                    }
                    onClick={() => assignCoordinator(patient, one.id)}
                  >
                    {one.name}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
          </li>
        ))}
      </ul>
      {found && found.totalCount > patients.length && first < 200 && (
        <Button
          variant="default"
          size="compact-sm"
          loading={result.fetching}
          onClick={() => setFirst(Math.min(200, first + page))}
        >
          Show more
        </Button>
      )}
    </>
  );
}
