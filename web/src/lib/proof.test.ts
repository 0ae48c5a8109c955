import { CombinedError, createClient, type Exchange, type OperationResult } from "@urql/core";
import { expect, test } from "vitest";
import { filter, map, pipe } from "wonka";
import { proofExchange } from "./proof";

const document = "mutation { revoke }";

/** A server that wants a proof as long as `proven` says no. */
function server(proven: () => boolean) {
  let asked = 0;
  const exchange: Exchange = () => (operations) =>
    pipe(
      operations,
      filter((operation) => operation.kind !== "teardown"),
      map((operation): OperationResult => {
        asked++;
        const refused = new CombinedError({
          graphQLErrors: [
            { message: "prove it", extensions: { code: "FORBIDDEN", reason: "REAUTHENTICATE" } },
          ],
        });
        return {
          operation,
          data: proven() ? { revoke: true } : undefined,
          error: proven() ? undefined : refused,
          stale: false,
          hasNext: false,
        };
      }),
    );
  return { exchange, asked: () => asked };
}

const clientOf = (exchange: Exchange, prove: () => Promise<boolean>) =>
  createClient({ url: "/graphql", preferGetMethod: false, exchanges: [proofExchange(prove), exchange] });

test("what wants a proof is sent again after it, and whoever sent it sees one answer", async () => {
  let proven = false;
  const made = server(() => proven);
  const api = clientOf(made.exchange, async () => {
    proven = true;
    return true;
  });

  const answer = await api.mutation(document, {}).toPromise();

  expect(answer.data).toEqual({ revoke: true });
  expect(made.asked()).toBe(2);
});

test("without a proof the refusal is the answer", async () => {
  const made = server(() => false);
  const api = clientOf(made.exchange, async () => false);

  const answer = await api.mutation(document, {}).toPromise();

  expect(answer.error?.graphQLErrors[0]?.extensions.reason).toBe("REAUTHENTICATE");
  expect(made.asked()).toBe(1);
});

test("a server that is never content is not asked for ever", async () => {
  const made = server(() => false);
  const api = clientOf(made.exchange, async () => true);

  const answer = await api.mutation(document, {}).toPromise();

  expect(answer.error).toBeDefined();
  expect(made.asked()).toBe(2);
});
