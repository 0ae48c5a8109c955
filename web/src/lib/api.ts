/** The only way to the server over HTTP: queries and mutations, normalised in one cache. */
import { type Client, type ClientOptions, createClient, fetchExchange, mapExchange } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { type Failure, failureOf } from "./errors";

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
          Acting: noKey,
          BreakGlassReview: noKey,
          PatientAccess: noKey,
          PatientAccessReport: noKey,
          TaskKind: byCode,
        },
      }),
      fetchExchange,
    ],
  });
}
