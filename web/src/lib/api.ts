/** The only way to the server over HTTP: queries and mutations, normalised in one cache. */
import {
  type Client,
  type ClientOptions,
  createClient,
  fetchExchange,
  mapExchange,
  type OperationResult,
} from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import type { GraphQLError } from "graphql";
import { tell } from "./activity";
import { type Failure, failureOf } from "./errors";
import { proofExchange } from "./proof";
import { byHash } from "./registered";
import { learnServerTime } from "./time";

const noKey = () => null;
const byCode = (data: Record<string, unknown>) => String(data.code);

/** A server that stands still must not hold a person up: whoever asked may try again. */
const answerWithin = 30_000;

/** Gives up on an answer in time, and says which requests nobody asked for: those keep nobody signed in. */
export const fetchWithin =
  (ms: number): NonNullable<ClientOptions["fetch"]> =>
  async (input, init) => {
    const timeout = AbortSignal.timeout(ms);
    const signal = init?.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
    const headers = new Headers(init?.headers);
    if (!tell()) headers.set("Huddle-Passive", "1");
    // biome-ignore lint/style/noRestrictedGlobals: the one place.
    const answer = await fetch(input, { ...init, headers, signal });
    const at = answer.headers.get("date");
    if (at) learnServerTime(at);
    return answer;
  };

/** Saves what a path answers with as a file. Null: it is saved. */
export async function download(path: string, asked: object): Promise<Failure | null> {
  try {
    const answer = await fetchWithin(120_000)(path, {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(asked),
    });
    if (!answer.ok) return failureOf((await answer.json()).errors);
    const name = /filename="([\w.-]+)"/.exec(answer.headers.get("content-disposition") ?? "")?.[1];
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await answer.blob());
    link.download = name ?? "huddle.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    return null;
  } catch {
    return failureOf(null);
  }
}

/** What is not there, or not this viewer's to see any more, is null: so the cache forgets what it knew of it. */
export function withoutNotFound(result: OperationResult): OperationResult {
  const { data, error, operation } = result;
  if (operation.kind !== "query" || !data || !error || error.networkError) return result;
  const isNull = ({ path, extensions }: GraphQLError) =>
    path?.length === 1 && extensions?.code === "NOT_FOUND";
  return error.graphQLErrors.every(isNull) ? { ...result, error: undefined } : result;
}

type Hooks = {
  onSignedOut(): void;
  /** Asks the person to prove who they are; false when they would rather not. */
  prove(): Promise<boolean>;
};

export function createApi(hooks: Hooks): Client {
  return createClient({
    url: "/graphql",
    preferGetMethod: false,
    fetch: fetchWithin(answerWithin),
    fetchOptions: { credentials: "same-origin" },
    requestPolicy: "cache-and-network",
    exchanges: [
      mapExchange({
        onError(error) {
          if (failureOf(error).code === "UNAUTHENTICATED") hooks.onSignedOut();
        },
      }),
      byHash,
      cacheExchange({
        keys: {
          CareTeamMember: noKey,
          Caseload: noKey,
          CaseloadSettings: noKey,
          CoverItem: noKey,
          KeptMove: noKey,
          LeftOut: noKey,
          LoadPart: noKey,
          LoadPoint: noKey,
          PlannedLoad: noKey,
          PlannedMove: noKey,
          RebalancePlan: noKey,
          RoleCapacity: noKey,
          WorkPattern: noKey,
          Identifier: noKey,
          PatientContact: noKey,
          TaskClaim: noKey,
          TaskStatusDuration: noKey,
          // The same thing at several moments.
          BoardMoment: noKey,
          TaskMoment: noKey,
          PatientMoment: noKey,
          ReplayItem: noKey,
          ReplayItems: noKey,
          WorkTimes: noKey,
          WorkTimesGroup: noKey,
          WorkTime: noKey,
          CoordinatorAssignment: noKey,
          Viewer: noKey,
          Acting: noKey,
          BreakGlassReview: noKey,
          PatientAccess: noKey,
          PatientAccessReport: noKey,
          EntryLink: noKey,
          SignInOptions: noKey,
          OidcOption: noKey,
          MyDay: noKey,
          DayItem: noKey,
          DayReason: noKey,
          DayBatch: noKey,
          DayWaiting: noKey,
          CallCredit: noKey,
          Pharmacy: noKey,
          HuddleReason: noKey,
          HuddleDecision: noKey,
          HuddleRecord: noKey,
          HuddleRecordItem: noKey,
          HuddleRecordDecision: noKey,
          HuddleSettings: noKey,
          SinceLastHuddle: noKey,
          HuddleNews: noKey,
          TaskKind: byCode,
        },
      }),
      mapExchange({ onResult: withoutNotFound }),
      proofExchange(hooks.prove),
      fetchExchange,
    ],
  });
}
