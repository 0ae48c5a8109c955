/** The only way to the server over HTTP: queries and mutations, normalised in one cache. */
import { type Client, createClient, fetchExchange, mapExchange } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { failureOf } from "./errors";

const noKey = () => null;
const byCode = (data: Record<string, unknown>) => String(data.code);

export function createApi(onSignedOut: () => void): Client {
  return createClient({
    url: "/graphql",
    preferGetMethod: false,
    fetchOptions: { credentials: "same-origin" },
    requestPolicy: "cache-and-network",
    exchanges: [
      mapExchange({
        onError(error) {
          if (failureOf(error).code === "UNAUTHENTICATED") onSignedOut();
        },
      }),
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
