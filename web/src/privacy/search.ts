/** What the address of a privacy screen says: ids, codes and times. Never a name. */
import type { AuditKind, AuditOrderField, AuditPurpose, AuditResult } from "../gql/enums";
import type { AuditFilter, AuditOrder } from "../gql/graphql";
import { kinds, purposes, results } from "./words";

export type LogSearch = {
  patient?: string;
  staff?: string;
  kind?: AuditKind;
  purpose?: AuditPurpose;
  result?: AuditResult;
  operation?: string;
  from?: string;
  to?: string;
  sort?: AuditOrderField;
  up?: boolean;
};

export const sortable: AuditOrderField[] = ["AT", "STAFF", "KIND", "OPERATION", "PATIENT"];

export function readLogSearch(raw: Record<string, unknown>): LogSearch {
  const text = (name: string, shape: RegExp) => {
    const value = raw[name];
    return typeof value === "string" && shape.test(value) ? { [name]: value } : {};
  };
  const one = (name: string, of: readonly string[]) =>
    of.includes(raw[name] as string) ? { [name]: raw[name] } : {};
  return {
    ...text("patient", /^[\w-]{1,80}$/),
    ...text("staff", /^[\w-]{1,80}$/),
    ...text("operation", /^[\w.:-]{1,80}$/),
    ...text("from", /^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    ...text("to", /^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    ...one("kind", kinds),
    ...one("purpose", purposes),
    ...one("result", results),
    ...one("sort", sortable),
    ...(raw.up === true ? { up: true } : {}),
  };
}

export function filterOf(search: LogSearch): AuditFilter {
  const { patient, staff, kind, purpose, result, operation, from, to } = search;
  return {
    ...(patient && { patientId: patient }),
    ...(staff && { staffId: staff }),
    ...(kind && { kinds: [kind] }),
    ...(purpose && { purpose }),
    ...(result && { result }),
    ...(operation && { operation }),
    ...(from && { from }),
    ...(to && { to }),
  };
}

export const orderOf = (search: LogSearch): AuditOrder => ({
  field: search.sort ?? "AT",
  direction: search.up ? "ASC" : "DESC",
});

/** The header that was pressed: its way turned round, or times from now, and all else from its beginning. */
export function sortedBy(search: LogSearch, field: AuditOrderField): LogSearch {
  const was = search.sort ?? "AT";
  const up = was === field ? !search.up : field !== "AT";
  const { up: _, ...rest } = { ...search, sort: field };
  return up ? { ...rest, up } : rest;
}
