/** Why the provider's sign-in did not work, by the word that stands in the address. */
const failed: Record<string, string> = {
  "provider-away": "The sign-on service cannot be reached right now. Try again, or use another way in.",
  cancelled: "The sign-on was cancelled. Nothing was done.",
  expired: "That took longer than 10 minutes, or began in another browser. Try again.",
  "not-trusted":
    "The answer of the sign-on service did not check out. Try again; if it stays so, tell whoever runs Huddle.",
  "no-email": "The sign-on service did not give a confirmed e-mail address for you. Tell whoever runs it.",
  "no-role": "Your account there has no role in Huddle. Ask your practice’s administrator.",
  inactive: "Your account in Huddle was deactivated. Ask your practice’s administrator.",
  taken: "That e-mail address belongs to somebody who signs in in another way here.",
  "second-factor": "Sign in there with your second factor: Huddle asks for it.",
};

export const failedWords = (word: string) =>
  failed[word] ?? "The sign-on did not work. Try again, or use another way in.";
