/** Failures by their code, and the words a person reads for each. */
import { CombinedError } from "@urql/core";
import type { ErrorCode } from "../gql/enums";

export type FailureCode = ErrorCode | "NETWORK";

export type Failure = {
  code: FailureCode;
  message: string;
  field: string | null;
  /** Seconds after which the server wants to be asked again. */
  retryAfter: number | null;
  /** What tells apart failures of one code: REAUTHENTICATE, AUTHORIZATION_PENDING. */
  reason: string | null;
  /** The password was right, and the server wants one thing more. */
  secondFactor?: SecondFactor;
};

export type SecondFactor = {
  challenge: string;
  methods: readonly string[];
  /** There is none yet: it is set up now, before anything else. */
  mustEnrol: boolean;
};

const codes: Record<FailureCode, string> = {
  UNAUTHENTICATED: "You are signed out. Sign in again to go on.",
  FORBIDDEN: "You can see this, but your role may not do that.",
  NOT_FOUND: "This is not here any more, or not yours to see.",
  BAD_USER_INPUT: "Something in the form is not right.",
  CONFLICT: "Somebody changed this a moment ago. Look again, then decide.",
  TOO_COMPLEX: "This asks for too much at once.",
  RATE_LIMITED: "Too many attempts. Wait a moment and try again.",
  UNAVAILABLE: "Huddle is not available right now. Try again in a moment.",
  INTERNAL: "Something went wrong at our end. Nothing was changed.",
  NETWORK: "No answer from Huddle. The board will show what is true as soon as it is live again.",
};

/** This page is older than the server, which does not know its documents any more. */
const outdated = "A newer version of Huddle is there. Reload the page to go on.";

/** The server's own sentence where it is written for people; ours elsewhere. */
const serverExplains = new Set<FailureCode>(["BAD_USER_INPUT", "CONFLICT", "FORBIDDEN", "RATE_LIMITED"]);

export function failureOf(error: unknown): Failure {
  const response = error instanceof CombinedError ? (error.response as Response | undefined) : undefined;
  const first = error instanceof CombinedError ? error.graphQLErrors[0] : firstOf(error);
  if (!first) return plain(response ? codeOfStatus(response.status) : "NETWORK", secondsOf(response));
  const code = codeOf(first.extensions);
  const { field, retryAfter, reason } = first.extensions ?? {};
  if (field === "documentId") return plain(code, null, outdated);
  const secondFactor = secondFactorOf(first.extensions?.secondFactor);
  return {
    code,
    message: serverExplains.has(code) && first.message ? first.message : codes[code],
    field: typeof field === "string" ? field : null,
    retryAfter: typeof retryAfter === "number" ? retryAfter : secondsOf(response),
    reason: typeof reason === "string" ? reason : null,
    ...(secondFactor ? { secondFactor } : {}),
  };
}

function secondFactorOf(said: unknown): SecondFactor | null {
  const { challenge, methods, mustEnrol } = (said ?? {}) as Partial<SecondFactor>;
  if (typeof challenge !== "string") return null;
  return { challenge, methods: Array.isArray(methods) ? methods : [], mustEnrol: mustEnrol === true };
}

const plain = (code: FailureCode, retryAfter: number | null, message = codes[code]): Failure => ({
  code,
  message,
  field: null,
  retryAfter,
  reason: null,
});

/** An answer of something between us and Huddle, or of one that is just stopping. */
function codeOfStatus(status: number): FailureCode {
  if (status >= 500) return "UNAVAILABLE";
  return status === 429 ? "RATE_LIMITED" : "INTERNAL";
}

function secondsOf(response: Response | undefined): number | null {
  const said = response?.headers?.get("retry-after") ?? "";
  return /^\d+$/.test(said) ? Number(said) : null;
}

function codeOf(extensions: unknown): FailureCode {
  const code = (extensions as { code?: unknown } | undefined)?.code;
  return typeof code === "string" && code in codes ? (code as FailureCode) : "INTERNAL";
}

type GraphQLErrorLike = { message: string; extensions?: Record<string, unknown> };

/** A subscription fails with a plain list of errors. */
function firstOf(error: unknown): GraphQLErrorLike | undefined {
  if (!Array.isArray(error)) return undefined;
  return error[0] as GraphQLErrorLike | undefined;
}

/** What the server says of a field is the end of a sentence: "must have 8 to 256 characters". */
export const sentence = (field: string, failure: Failure) =>
  failure.code === "BAD_USER_INPUT" ? `${field} ${failure.message}.` : failure.message;
