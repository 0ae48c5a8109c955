import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "urql";
import { readFragment } from "../gql";
import { FindPatients, PatientHit } from "./documents";

/** Patients by words of a name, a birth date or an MRN, while somebody types. */
export function useFindPatients(words: string, teamId: string | null) {
  const [search] = useDebouncedValue(words.trim(), 180);
  const [result] = useQuery({
    query: FindPatients,
    variables: { filter: { search: search || null, careTeamId: teamId } },
    pause: search.length < 2,
    requestPolicy: "network-only",
  });
  const hits = search.length < 2 ? [] : readFragment(PatientHit, result.data?.patients.nodes ?? []);
  const waiting = words.trim().length >= 2 && (result.fetching || search !== words.trim());
  return { hits, waiting, error: result.error ?? null, asked: search.length >= 2 && !waiting };
}
