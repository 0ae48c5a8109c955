/** A code for somebody's own phone, where they are signed in already. The wall waits until it was confirmed there. */
import { IconArrowLeft, IconReload } from "@tabler/icons-react";
import { useCallback, useEffect, useState } from "react";
import { useClient } from "urql";
import { type Failure, failureOf } from "../lib/errors";
import { countdown, serverNow } from "../lib/time";
import { QrCode } from "../ui/QrCode";
import { useNow } from "../ui/useNow";
import css from "./act.module.css";
import { RequestActing } from "./documents";

const askEvery = 2_000;

export function PhoneCode(props: { ask(): Promise<void>; onBack(): void }) {
  const { ask } = props;
  const api = useClient();
  const now = useNow("second");
  const [code, setCode] = useState<{ text: string; until: number } | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);

  const renew = useCallback(async () => {
    setFailure(null);
    const { data, error } = await api.mutation(RequestActing, {}).toPromise();
    const given = data?.requestActing;
    if (given?.actCode) setCode({ text: given.actCode, until: Date.parse(given.expiresAt) });
    else setFailure(failureOf(error));
  }, [api]);

  useEffect(() => void renew(), [renew]);

  const ended = code !== null && code.until <= now;
  const waits = code !== null && !ended;
  useEffect(() => {
    if (!waits) return;
    const timer = setInterval(() => void ask(), askEvery);
    return () => clearInterval(timer);
  }, [waits, ask]);

  return (
    <>
      <h3 className={css.question}>Use your phone</h3>
      {failure && (
        <p className={css.failure} role="alert">
          {failure.message}
        </p>
      )}
      {waits && (
        <div className={css.phone}>
          <QrCode
            text={`${location.origin}/confirm?code=${encodeURIComponent(code.text)}`}
            size={200}
            label="The address and the code"
          />
          <div>
            <p className={css.small}>
              Scan this, or open <strong>{location.host}/confirm</strong> on the phone where you are signed
              in, and type:
            </p>
            <p className={css.actCode} data-testid="act-code">
              {code.text}
            </p>
            <p className={css.small}>It works for {countdown(code.until - serverNow())}.</p>
          </div>
        </div>
      )}
      {ended && <p className={css.small}>This code has ended.</p>}
      <div className={css.ways}>
        <button type="button" className={css.quiet} onClick={props.onBack}>
          <IconArrowLeft size="1.3em" aria-hidden /> Use a PIN
        </button>
        {(ended || failure) && (
          <button type="button" className={css.quiet} onClick={renew}>
            <IconReload size="1.3em" aria-hidden /> New code
          </button>
        )}
      </div>
    </>
  );
}
