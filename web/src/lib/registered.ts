/**
 * Documents are sent by their hash: the server runs those that were registered when this dashboard was built. While
 * developing they change faster than that, and are sent as text.
 */
import {
  type DocumentInput,
  type Exchange,
  makeOperation,
  mapExchange,
  type Operation,
  stringifyDocument,
} from "@urql/core";
import { Kind } from "graphql";

type Asked = { query: string; documentId?: string };

const idOf = (document: unknown): string | undefined =>
  import.meta.env.DEV ? undefined : (document as { __meta__?: { hash?: string } }).__meta__?.hash;

/** For the socket, whose protocol wants a query even where there is none. */
export function asked(document: DocumentInput): Asked {
  const documentId = idOf(document);
  return documentId ? { query: "", documentId } : { query: stringifyDocument(document) };
}

/** Remembers the hash of a document before the cache changes it. */
export const rememberHash: Exchange = mapExchange({
  onOperation(operation) {
    const documentId = idOf(operation.query);
    return documentId
      ? makeOperation(operation.kind, operation, { ...operation.context, documentId })
      : undefined;
  },
});

/** Sends the hash in place of the document. */
export const sendHash: Exchange = mapExchange({
  onOperation(operation) {
    const { documentId } = operation.context;
    if (!documentId || operation.kind === "teardown") return;
    const query = { kind: Kind.DOCUMENT, definitions: [], documentId };
    const context = { ...operation.context, whole: operation };
    return makeOperation(operation.kind, { ...operation, query: query as never }, context);
  },
  onResult(result) {
    const whole = result.operation.context.whole as Operation | undefined;
    return whole ? { ...result, operation: whole } : undefined;
  },
});
