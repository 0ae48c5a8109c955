/** How a team holds its huddles: read by all of it, set by who manages it. */
import { Button, Modal, NumberInput } from "@mantine/core";
import { type FormEvent, useCallback, useState } from "react";
import { useQuery } from "urql";
import type { ReadHuddleSettingsQuery } from "../gql/graphql";
import { useReadAgainAfter } from "../lib/useReadAgain";
import { useTeam } from "../live/Team";
import { KeptWords } from "../live/Unsent";
import { useSend } from "../live/useSend";
import { tierWords } from "../patient/words";
import { toast } from "../ui/toast";
import { ReadHuddleSettings, SetHuddleSettings } from "./documents";
import css from "./huddle.module.css";
import { count } from "./words";

type Known = NonNullable<ReadHuddleSettingsQuery["careTeam"]>["huddleSettings"];

/** By tier, with what holds where nobody set anything. */
const silences = [
  ["highestTouchDays", tierWords.HIGHEST, 7],
  ["highTouchDays", tierWords.HIGH, 14],
  ["risingTouchDays", tierWords.RISING, 30],
  ["lowTouchDays", tierWords.LOW, 90],
] as const;

export function Settings() {
  const { store, view } = useTeam();
  const [result, again] = useQuery({ query: ReadHuddleSettings, variables: { team: store.teamId } });
  useReadAgainAfter(
    view.state.head,
    useCallback(() => again({ requestPolicy: "network-only" }), [again]),
  );
  const [changing, setChanging] = useState(false);
  const known = result.data?.careTeam?.huddleSettings;
  if (!known) return null;
  return (
    <section className={css.panel} aria-label="How this team huddles">
      <h2>
        How this team huddles
        <span className={css.grow} />
        {view.state.head?.viewerCanManage && (
          <Button size="compact-sm" variant="default" onClick={() => setChanging(true)}>
            Change…
          </Button>
        )}
      </h2>
      <p>Its huddles take {count(known.lengthMinutes, "minute")}.</p>
      <p>A patient of whom nobody heard is on the agenda after</p>
      <dl className={css.silences}>
        {silences.map(([name, tier]) => (
          <div key={name}>
            <dt>{tier}</dt>
            <dd>{count(known[name], "day")}</dd>
          </div>
        ))}
      </dl>
      {changing && <Change known={known} onClose={() => setChanging(false)} />}
    </section>
  );
}

function Change(props: { known: Known; onClose(): void }) {
  const { known } = props;
  const { store } = useTeam();
  const send = useSend();
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const number = (name: string) => Number.parseInt(String(form.get(name)), 10);
    setBusy(true);
    setWrong(null);
    const { failure, told } = await send({
      document: SetHuddleSettings,
      input: {
        careTeamId: store.teamId,
        lengthMinutes: number("lengthMinutes"),
        highestTouchDays: number("highestTouchDays"),
        highTouchDays: number("highTouchDays"),
        risingTouchDays: number("risingTouchDays"),
        lowTouchDays: number("lowTouchDays"),
      },
      about: store.teamId,
      words: "set how this team huddles",
    });
    setBusy(false);
    if (failure) return told ? undefined : setWrong(failure.message);
    toast("good", "Set. The agenda follows; the length holds from the next start.");
    props.onClose();
  }

  return (
    <Modal opened onClose={props.onClose} title="How this team huddles">
      <form onSubmit={submit} className={css.form}>
        <NumberInput
          name="lengthMinutes"
          label="Length"
          description="5 to 20 minutes; 10 unless set"
          suffix=" minutes"
          min={5}
          max={20}
          allowDecimal={false}
          required
          defaultValue={known.lengthMinutes}
          data-autofocus
        />
        <p className={css.quiet}>
          A patient is on the agenda when nobody was in touch for this long: no completed work, no comment on
          it, no status that a person set. 1 to 365 days each.
        </p>
        <div className={css.two}>
          {silences.map(([name, tier, usual]) => (
            <NumberInput
              key={name}
              name={name}
              label={tier}
              description={`${usual} unless set`}
              suffix=" days"
              min={1}
              max={365}
              allowDecimal={false}
              required
              defaultValue={known[name]}
            />
          ))}
        </div>
        {wrong && (
          <p className={css.wrong} role="alert">
            {wrong}
          </p>
        )}
        <KeptWords busy={busy} />
        <div className={css.buttons}>
          <Button variant="default" onClick={props.onClose}>
            Back
          </Button>
          <Button type="submit" loading={busy}>
            Set
          </Button>
        </div>
      </form>
    </Modal>
  );
}
