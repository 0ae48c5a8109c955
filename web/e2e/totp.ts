/** An authenticator app: RFC 6238 with SHA-1, six digits, thirty seconds. */
import { createHmac } from "node:crypto";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function decode(secret: string): Buffer {
  const bits = [...secret.replace(/[\s=]/g, "")]
    .map((sign) => alphabet.indexOf(sign).toString(2).padStart(5, "0"))
    .join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

export function codeAt(secret: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", decode(secret)).update(counter).digest();
  const from = (mac.at(-1) ?? 0) & 0xf;
  return String((mac.readUInt32BE(from) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** Hands out codes of one secret, none of a step that was used before: the next step's is taken early, within the skew. */
export function authenticator(secret: string) {
  let used = 0;
  return {
    code(): string {
      const step = Math.max(Math.floor(Date.now() / 30_000), used + 1);
      used = step;
      return codeAt(secret, step);
    },
    wrong: () => {
      const near = [-2, -1, 0, 1, 2, 3].map((by) => codeAt(secret, Math.floor(Date.now() / 30_000) + by));
      return ["000000", "111111", "222222", "333333"].find((code) => !near.includes(code)) ?? "444444";
    },
  };
}
