/** What asks for a recent proof of who one is, and gets it, is sent again as it was. Whoever sent it notices nothing. */
import { type Exchange, makeOperation, type Operation, type OperationResult } from "@urql/core";
import { filter, makeSubject, merge, pipe } from "wonka";
import { failureOf } from "./errors";

const wantsProof = ({ error }: OperationResult) =>
  error !== undefined && failureOf(error).reason === "REAUTHENTICATE";

/** `prove` says whether there was a proof. What is refused a second time is not asked for again. */
export const proofExchange =
  (prove: () => Promise<boolean>): Exchange =>
  ({ forward }) =>
  (operations) => {
    const again = makeSubject<Operation>();
    const given = makeSubject<OperationResult>();
    const asked = new Set<number>();
    const answers = pipe(
      forward(merge([operations, again.source])),
      filter((result) => {
        const { key } = result.operation;
        if (!wantsProof(result) || asked.has(key)) {
          asked.delete(key);
          return true;
        }
        asked.add(key);
        void prove().then((proven) => {
          if (proven) return again.next(makeOperation(result.operation.kind, result.operation));
          asked.delete(key);
          given.next(result);
        });
        return false;
      }),
    );
    return merge([answers, given.source]);
  };
