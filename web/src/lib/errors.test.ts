import { CombinedError } from "@urql/core";
import { expect, test } from "vitest";
import { failureOf, sentence } from "./errors";

const refused = (extensions: object, message = "no") =>
  new CombinedError({ graphQLErrors: [{ message, extensions: { ...extensions } }] });

test("a right password that needs one thing more says what", () => {
  const failure = failureOf(
    refused({
      code: "UNAUTHENTICATED",
      secondFactor: {
        challenge: "c1",
        methods: ["TOTP"],
        mustEnrol: false,
        expiresAt: "2026-01-01T00:00:00Z",
      },
    }),
  );

  expect(failure.secondFactor).toEqual({ challenge: "c1", methods: ["TOTP"], mustEnrol: false });
});

test("an ordinary refusal has no second factor and no reason", () => {
  const failure = failureOf(refused({ code: "UNAUTHENTICATED" }));

  expect(failure.secondFactor).toBeUndefined();
  expect(failure.reason).toBeNull();
});

test("what the server says of a field ends our sentence; anything else is one of its own", () => {
  const short = failureOf(refused({ code: "BAD_USER_INPUT", field: "input.password" }, "must have 8 signs"));

  expect(sentence("The password", short)).toBe("The password must have 8 signs.");
  expect(sentence("The password", failureOf(refused({ code: "CONFLICT" }, "It is taken.")))).toBe(
    "It is taken.",
  );
});
