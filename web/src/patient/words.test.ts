import { expect, test } from "vitest";
import { alsoHere } from "./words";

test("who else has a patient open is said in one line, however many", () => {
  expect(alsoHere([])).toBe("");
  expect(alsoHere(["Ben"])).toBe("Ben also has this patient open");
  expect(alsoHere(["Ben", "Cleo"])).toBe("Ben and Cleo also have this patient open");
  expect(alsoHere(["Ben", "Cleo", "Dee", "Eli"])).toBe("Ben and 3 others also have this patient open");
});
