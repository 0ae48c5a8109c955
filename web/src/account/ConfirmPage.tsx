/** On one's own phone: the code that the wall shows, and one acts there for a minute. */
import { Button, TextInput } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import type { ConfirmActingMutation } from "../gql/graphql";
import { countdown } from "../lib/time";
import { useSend } from "../live/useSend";
import { Frame } from "../routes/Frame";
import { useWait } from "../session/useWait";
import { useNow } from "../ui/useNow";
import css from "./account.module.css";
import { ConfirmActing } from "./documents";

export function ConfirmPage() {
  const { code = null } = useSearch({ from: "/confirm" });
  return (
    <Frame title="Confirm at the wall">
      <div className={css.page}>
        <Confirm code={code} />
      </div>
    </Frame>
  );
}

function Confirm(props: { code: string | null }) {
  const send = useSend();
  const wait = useWait();
  const now = useNow("second");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const [acting, setActing] = useState<ConfirmActingMutation["confirmActing"] | null>(null);
  const left = acting ? Date.parse(acting.until) - now : 0;

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const actCode = String(new FormData(event.currentTarget).get("code")).trim();
    setBusy(true);
    setFailure(null);
    const { data, failure: refused } = await send({
      document: ConfirmActing,
      input: { actCode },
      about: "acting",
      words: "confirm that you act at the wall",
    });
    setBusy(false);
    if (data) return setActing(data.confirmActing);
    if (wait.heed(refused)) return;
    setFailure(
      refused.code === "BAD_USER_INPUT"
        ? "No wall shows this code now. A code lasts two minutes: look again."
        : refused.message,
    );
  }

  if (acting && left > 0)
    return (
      <p className={css.done} role="status">
        <IconCheck size={20} aria-hidden /> You act at “{acting.display.name}” for {countdown(left)} more.
      </p>
    );
  return (
    <form className={css.card} onSubmit={submit}>
      {acting && <p className={css.quiet}>Your minute at “{acting.display.name}” is over.</p>}
      <p className={css.quiet}>
        At the wall choose what to do, then “Use my phone”. Type the code that the wall shows: you act there
        for a minute, and the record says that it was you. Type only a code that you asked for yourself.
      </p>
      <TextInput
        className={css.bigCode}
        name="code"
        label="Code on the wall"
        defaultValue={props.code ?? ""}
        autoComplete="off"
        spellCheck={false}
        maxLength={12}
        required
        autoFocus
        size="lg"
      />
      {(wait.words ?? failure) && (
        <p className={css.failure} role="alert">
          {wait.words ?? failure}
        </p>
      )}
      <div className={css.row}>
        <Button type="submit" loading={busy} disabled={wait.words !== null}>
          It is me
        </Button>
      </div>
    </form>
  );
}
