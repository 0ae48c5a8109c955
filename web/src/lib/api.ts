/** The only way to the server over HTTP: queries and mutations, normalised in one cache. */
import { type Client, type ClientOptions, createClient, fetchExchange, mapExchange } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { failureOf } from "./errors";
import { byHash } from "./registered";

const noKey = () => null;
const byCode = (data: Record<string, unknown>) => String(data.code);

/** A server that stands still must not hold a person up: whoever asked may try again. */
const answerWithin = 30_000;

/** Gives up on an answer in time. */
export const fetchWithin =
  (ms: number): NonNullable<ClientOptions["fetch"]> =>
  (input, init) => {
    const timeout = AbortSignal.timeout(ms);
    const signal = init?.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
    // biome-ignore lint/style/noRestrictedGlobals: the one place.
    return fetch(input, { ...init, signal });
  };

export function createApi(onSignedOut: () => void): Client {
  return createClient({
    url: "/graphql",
    preferGetMethod: false,
    fetch: fetchWithin(answerWithin),
    fetchOptions: { credentials: "same-origin" },
    requestPolicy: "cache-and-network",
    exchanges: [
      mapExchange({
        onError(error) {
          if (failureOf(error).code === "UNAUTHENTICATED") onSignedOut();
        },
      }),
      byHash,
      cacheExchange({
        keys: {
          CareTeamMember: noKey,
          Caseload: noKey,
          Identifier: noKey,
          PatientContact: noKey,
          TaskClaim: noKey,
          TaskStatusDuration: noKey,
          CoordinatorAssignment: noKey,
          Viewer: noKey,
          TaskKind: byCode,
        },
      }),
      fetchExchange,
    ],
  });
}
