/** Somebody at the wall says who they are: by their face and PIN, or by their own phone. */
import { IconArrowLeft, IconDeviceMobile } from "@tabler/icons-react";
import { useState } from "react";
import { useClient, useQuery } from "urql";
import type { FragmentType } from "../gql";
import { type Failure, failureOf } from "../lib/errors";
import { countdown, serverNow } from "../lib/time";
import type { Me } from "../live/pending";
import { useTeamStore } from "../live/Team";
import { Avatar } from "../ui/Avatar";
import { useNow } from "../ui/useNow";
import css from "./act.module.css";
import { type ActingFields, ActOnDisplay, WhoCanAct } from "./documents";
import { PhoneCode } from "./PhoneCode";
import { PinPad } from "./PinPad";

type Props = { take(viewer: FragmentType<typeof ActingFields>): void; ask(): Promise<void> };

export function WhoAreYou(props: Props) {
  const [person, setPerson] = useState<Me | null>(null);
  const [phone, setPhone] = useState(false);
  if (phone) return <PhoneCode ask={props.ask} onBack={() => setPhone(false)} />;
  if (person)
    return (
      <ByPin
        key={person.id}
        person={person}
        take={props.take}
        onBack={() => setPerson(null)}
        onPhone={() => setPhone(true)}
      />
    );
  return <Faces onPerson={setPerson} onPhone={() => setPhone(true)} />;
}

function Faces(props: { onPerson(person: Me): void; onPhone(): void }) {
  const { store } = useTeamStore();
  const [result] = useQuery({
    query: WhoCanAct,
    variables: { team: store.teamId },
    requestPolicy: "network-only",
  });
  const people = (result.data?.careTeam?.members ?? [])
    .filter((one) => one.hasPin && one.staff.active)
    .map((one) => one.staff)
    .sort((a, b) => a.displayName.localeCompare(b.displayName));
  return (
    <>
      <h3 className={css.question}>Who are you?</h3>
      {result.error ? (
        <p className={css.failure} role="alert">
          {failureOf(result.error).message}
        </p>
      ) : result.fetching ? (
        <p className={css.small}>One moment…</p>
      ) : people.length === 0 ? (
        <p className={css.small}>
          Nobody of this team has a PIN for the wall yet. A PIN is set in Huddle, under My account. Until
          then, use your phone.
        </p>
      ) : (
        <ul className={css.faces}>
          {people.map((one) => (
            <li key={one.id}>
              <button type="button" onClick={() => props.onPerson(one)}>
                <Avatar id={one.id} name={one.displayName} size="3.2em" />
                <span>{one.displayName}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <PhoneButton onPhone={props.onPhone} />
    </>
  );
}

const PhoneButton = (props: { onPhone(): void }) => (
  <button type="button" className={css.quiet} onClick={props.onPhone}>
    <IconDeviceMobile size="1.3em" aria-hidden /> Use my phone
  </button>
);

type ByPinProps = { person: Me; take: Props["take"]; onBack(): void; onPhone(): void };

function ByPin(props: ByPinProps) {
  const { person } = props;
  const api = useClient();
  const now = useNow("second");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [lockedUntil, setLockedUntil] = useState(0);
  const locked = lockedUntil > now;

  async function onPin(pin: string) {
    setBusy(true);
    setFailure(null);
    const { data, error } = await api
      .mutation(ActOnDisplay, { input: { staffId: person.id, pin } })
      .toPromise();
    setBusy(false);
    if (data) return props.take(data.actOnDisplay.viewer);
    const refused = failureOf(error);
    setFailure(refused);
    if (refused.code === "RATE_LIMITED") setLockedUntil(serverNow() + (refused.retryAfter ?? 60) * 1_000);
  }

  return (
    <>
      <div className={css.person}>
        <Avatar id={person.id} name={person.displayName} size="3.2em" />
        <h3>{person.displayName}</h3>
      </div>
      {locked ? (
        <p className={css.failure} role="alert">
          Too many wrong PINs. Try again in {countdown(lockedUntil - now)}, or use your phone.
        </p>
      ) : (
        <>
          <PinPad busy={busy} onPin={onPin} />
          <p className={css.failure} role="alert">
            {failure ? wordsOf(failure) : ""}
          </p>
        </>
      )}
      <div className={css.ways}>
        <button type="button" className={css.quiet} onClick={props.onBack}>
          <IconArrowLeft size="1.3em" aria-hidden /> Somebody else
        </button>
        <PhoneButton onPhone={props.onPhone} />
      </div>
    </>
  );
}

function wordsOf(failure: Failure): string {
  if (failure.code === "BAD_USER_INPUT") return "That PIN is not right. Try again.";
  // The wait is over.
  return failure.code === "RATE_LIMITED" ? "" : failure.message;
}
