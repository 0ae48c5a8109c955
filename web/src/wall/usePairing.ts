/** Asks for a code, waits until somebody confirms it, and takes a new one when it has ended. */
import { useEffect, useRef, useState } from "react";
import { type Failure, failureOf } from "../lib/errors";
import { isOutage, pauseFor } from "../live/outbox";
import { useSession } from "../session/Session";
import { RequestPairing } from "./documents";

export type Pairing =
  | { is: "asking" }
  | { is: "waiting"; userCode: string; expiresAt: string; away: boolean }
  | { is: "failed"; failure: Failure };

export function usePairing(): Pairing {
  const session = useSession();
  const { api } = session;
  const pair = useRef(session.pair);
  pair.current = session.pair;
  const [pairing, setPairing] = useState<Pairing>({ is: "asking" });

  useEffect(() => {
    let stopped = false;
    let wake = () => {};
    const sleep = (ms: number) =>
      new Promise<void>((done) => {
        const timer = setTimeout(done, ms);
        wake = () => {
          clearTimeout(timer);
          done();
        };
      });
    const show = (next: Pairing) => {
      if (!stopped) setPairing(next);
    };

    async function confirmed(code: {
      deviceCode: string;
      userCode: string;
      expiresAt: string;
      interval: number;
    }) {
      const { userCode, expiresAt } = code;
      let away = false;
      for (;;) {
        show({ is: "waiting", userCode, expiresAt, away });
        await sleep(code.interval * 1_000);
        if (stopped) return true;
        const refused = await pair.current(code.deviceCode);
        if (!refused) return true;
        away = isOutage(refused);
        const wait = refused.reason === "AUTHORIZATION_PENDING" || away || refused.code === "RATE_LIMITED";
        if (!wait) return false;
        if (refused.retryAfter) await sleep(refused.retryAfter * 1_000);
      }
    }

    async function run() {
      for (let failures = 0; !stopped; ) {
        const { data, error } = await api.mutation(RequestPairing, {}).toPromise();
        if (stopped) return;
        if (data) {
          failures = 0;
          if (await confirmed(data.requestDisplayPairing)) return;
          continue;
        }
        const failure = failureOf(error);
        show({ is: "failed", failure });
        await sleep(pauseFor(failures++, failure.retryAfter));
      }
    }

    void run();
    return () => {
      stopped = true;
      wake();
    };
  }, [api]);

  return pairing;
}
