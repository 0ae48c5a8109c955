// What is registered of a document: its text with `__typename` wherever the client's cache asks for it, and its id.
import { createHash } from "node:crypto";
import { Kind, parse, print, stripIgnoredCharacters, visit } from "graphql";

const typename = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: "__typename" } };
const isTypename = (selection) => selection.kind === Kind.FIELD && selection.name.value === "__typename";

export function registered(text) {
  const document = visit(parse(text), {
    SelectionSet(node, _key, parent) {
      if (parent.kind === Kind.OPERATION_DEFINITION || node.selections.some(isTypename)) return undefined;
      return { ...node, selections: [...node.selections, typename] };
    },
  });
  const whole = stripIgnoredCharacters(print(document));
  return { id: `sha256:${createHash("sha256").update(whole).digest("hex")}`, text: whole };
}
