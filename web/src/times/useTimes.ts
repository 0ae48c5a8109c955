import { useQuery } from "urql";
import type { WorkTimesGrouping } from "../gql/enums";
import type { WorkTimesFilter } from "../gql/graphql";
import { type Failure, failureOf } from "../lib/errors";
import { WorkTimesBy } from "./documents";
import { type Group, readGroup } from "./times";

export type Read = {
  groups: Group[];
  total: Group | null;
  zone: string;
  loading: boolean;
  failure: Failure | null;
  retry(): void;
};

export function useTimes(filter: WorkTimesFilter, by: WorkTimesGrouping): Read {
  const [result, again] = useQuery({ query: WorkTimesBy, variables: { filter, by } });
  const found = result.data?.workTimes;
  return {
    groups: found?.groups.map(readGroup) ?? [],
    total: found ? readGroup(found.total) : null,
    zone: found?.timeZone ?? "",
    loading: result.fetching && !found,
    failure: !found && result.error ? failureOf(result.error) : null,
    retry: () => again({ requestPolicy: "network-only" }),
  };
}
