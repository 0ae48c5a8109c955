/**
 * Documents are sent by their hash: the server runs those that were registered when this dashboard was built. While
 * developing they change faster than that, and are sent as text.
 */
import { type DocumentInput, type Exchange, makeOperation, mapExchange, stringifyDocument } from "@urql/core";

type Asked = { query: string; documentId?: string };
type Send = (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>;

const idOf = (document: unknown): string | undefined =>
  import.meta.env.DEV ? undefined : (document as { __meta__?: { hash?: string } }).__meta__?.hash;

/** For the socket, whose protocol wants a query even where there is none. */
export function asked(document: DocumentInput): Asked {
  const documentId = idOf(document);
  return documentId ? { query: "", documentId } : { query: stringifyDocument(document) };
}

const inPlaceOfItsText =
  (documentId: string, send: Send): Send =>
  (input, init) => {
    const { query: _text, ...rest } = JSON.parse(String(init?.body)) as Record<string, unknown>;
    return send(input, { ...init, body: JSON.stringify({ documentId, ...rest }) });
  };

/** Stands before the cache, which changes documents and so loses their hash. */
export const byHash: Exchange = mapExchange({
  onOperation(operation) {
    const documentId = idOf(operation.query);
    const send = operation.context.fetch;
    if (!documentId || !send) return undefined;
    const context = { ...operation.context, fetch: inPlaceOfItsText(documentId, send) };
    return makeOperation(operation.kind, operation, context);
  },
});
