/**
 * How a shared screen becomes a team's wall, like a television: it shows a code, a manager confirms it, and the wall comes by
 * itself. A code that the program printed is typed here instead.
 */
import { Anchor, Button, Loader, TextInput } from "@mantine/core";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useEffect, useRef, useState } from "react";
import entry from "../session/entry.module.css";
import { useSession } from "../session/Session";
import { Entry } from "../session/SignInPage";
import { QrCode } from "../ui/QrCode";
import css from "./pair.module.css";
import { forgetWall, wasWall } from "./screen";
import { useAwake } from "./useAwake";
import { usePairing } from "./usePairing";

export function PairPage() {
  const [given] = useState(() => decodeURIComponent(location.hash.slice(1)));
  const [typing, setTyping] = useState(given !== "");
  const [ended] = useState(wasWall);
  useAwake();
  // A code works once, but it need not stand in the address.
  useEffect(() => {
    if (location.hash) history.replaceState(history.state, "", location.pathname);
  }, []);
  return (
    <Entry>
      <div className={css.side}>
        {ended && (
          <p className={css.ended} role="status">
            <IconPlugConnectedX size={24} aria-hidden /> This screen is no team’s wall any more. Somebody
            unpaired it, or its pairing ran out. Pair it again to go on.
          </p>
        )}
        {typing ? (
          <TypeCode given={given} onBack={() => setTyping(false)} />
        ) : (
          <ShowCode onType={() => setTyping(true)} />
        )}
      </div>
    </Entry>
  );
}

function ShowCode(props: { onType(): void }) {
  const pairing = usePairing();
  const address = `${location.origin}/admin/displays`;
  return (
    <section className={css.show} aria-label="Pair this screen">
      <h2>Pair this screen</h2>
      {pairing.is === "failed" ? (
        <p className={entry.failure} role="alert">
          {pairing.failure.message} This screen tries again by itself.
        </p>
      ) : (
        <>
          <p className={css.lead}>
            A manager opens <strong>{location.host}/admin/displays</strong>, or scans this, and confirms the
            code.
          </p>
          <div className={css.both}>
            <p className={css.code} data-testid="pairing-code" aria-busy={pairing.is === "asking"}>
              {pairing.is === "waiting" ? pairing.userCode : "····-····"}
            </p>
            {pairing.is === "waiting" && (
              <QrCode
                text={`${address}?code=${pairing.userCode}`}
                size={168}
                label="The address and the code"
              />
            )}
          </div>
          <p className={css.wait} role="status">
            <Loader size="xs" aria-hidden />
            {pairing.is === "waiting" && pairing.away
              ? "No answer from Huddle. This screen tries again by itself."
              : "Waiting for a manager to confirm. The wall comes by itself."}
          </p>
        </>
      )}
      <p className={entry.small}>
        <Anchor component="button" type="button" underline="always" inherit onClick={props.onType}>
          I have a code
        </Anchor>
        {" · "}
        <ToSignIn />
      </p>
    </section>
  );
}

function TypeCode(props: { given: string; onBack(): void }) {
  const { pair } = useSession();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  async function submit(code: string) {
    setBusy(true);
    setFailure(null);
    const refused = await pair(code.trim().toUpperCase());
    setBusy(false);
    if (!refused) return;
    const itself =
      refused.code === "NETWORK" || refused.code === "UNAVAILABLE" || refused.code === "RATE_LIMITED";
    setFailure(itself ? refused.message : "This code does not work. A code works once, and not for long.");
  }

  const tried = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, with the code of the address.
  useEffect(() => {
    if (!props.given || tried.current) return;
    tried.current = true;
    void submit(props.given);
  }, []);

  return (
    <form
      className={entry.form}
      onSubmit={(event: FormEvent<HTMLFormElement>) => {
        event.preventDefault();
        void submit(String(new FormData(event.currentTarget).get("code")));
      }}
    >
      <h2>Pair this screen</h2>
      <p className={entry.lead}>Type the code that you were given.</p>
      <TextInput
        className={entry.code}
        name="code"
        label="Pairing code"
        required
        autoFocus
        autoComplete="off"
        spellCheck={false}
        defaultValue={props.given}
        size="xl"
      />
      <p className={entry.failure} role="alert">
        {failure}
      </p>
      <Button type="submit" size="md" loading={busy}>
        Show the wall
      </Button>
      <p className={entry.small}>
        <Anchor component="button" type="button" underline="always" inherit onClick={props.onBack}>
          Show a code instead
        </Anchor>
        {" · "}
        <ToSignIn />
      </p>
    </form>
  );
}

const ToSignIn = () => (
  <Anchor component={Link} to="/signin" underline="always" inherit onClick={forgetWall}>
    A person, not a screen? Sign in
  </Anchor>
);
