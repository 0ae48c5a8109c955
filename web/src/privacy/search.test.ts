import { expect, test } from "vitest";
import { filterOf, orderOf, readLogSearch, sortedBy } from "./search";

test("an address says ids, codes and times, and nothing else comes through", () => {
  const read = readLogSearch({
    patient: "patient_0198c0",
    staff: "Maria Haddad",
    kind: "READ",
    purpose: "CURIOSITY",
    operation: "tasks.claim",
    from: "2026-11-22T00:00:00.000Z",
    to: "yesterday",
    sort: "STAFF",
    up: "true",
  });

  expect(read).toEqual({
    patient: "patient_0198c0",
    kind: "READ",
    operation: "tasks.claim",
    from: "2026-11-22T00:00:00.000Z",
    sort: "STAFF",
  });
  expect(filterOf(read)).toEqual({
    patientId: "patient_0198c0",
    kinds: ["READ"],
    operation: "tasks.claim",
    from: "2026-11-22T00:00:00.000Z",
  });
});

test("a header sorts by itself first, then turns round; the newest come first unless told", () => {
  expect(orderOf({})).toEqual({ field: "AT", direction: "DESC" });
  const byName = sortedBy({}, "STAFF");
  expect(orderOf(byName)).toEqual({ field: "STAFF", direction: "ASC" });
  expect(orderOf(sortedBy(byName, "STAFF"))).toEqual({ field: "STAFF", direction: "DESC" });
  expect(orderOf(sortedBy(byName, "AT"))).toEqual({ field: "AT", direction: "DESC" });
});
