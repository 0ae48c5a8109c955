import { Select } from "@mantine/core";
import { useCallback, useState } from "react";
import { useQuery } from "urql";
import { useReadAgainAfter } from "../lib/useReadAgain";
import { useTeam } from "../live/Team";
import { useSend } from "../live/useSend";
import { toast } from "../ui/toast";
import { HuddleLength, SetHuddleLength } from "./documents";
import css from "./huddle.module.css";
import { count } from "./words";

const lengths = Array.from({ length: 16 }, (_, i) => i + 5);

/** How long the team's huddles should take: who manages the team sets it. It holds from the next start. */
export function Length() {
  const { store, view } = useTeam();
  const send = useSend();
  const [result, again] = useQuery({ query: HuddleLength, variables: { team: store.teamId } });
  useReadAgainAfter(
    view.state.head,
    useCallback(() => again({ requestPolicy: "network-only" }), [again]),
  );
  const length = result.data?.careTeam?.huddleSettings.lengthMinutes ?? null;
  const [busy, setBusy] = useState(false);

  async function set(lengthMinutes: number) {
    setBusy(true);
    const input = { careTeamId: store.teamId, lengthMinutes };
    const words = "set how long the huddle takes";
    const { failure, told } = await send({ document: SetHuddleLength, input, about: store.teamId, words });
    setBusy(false);
    if (failure && !told) toast("bad", failure.message);
    else if (!failure) toast("good", `This team’s huddles take ${lengthMinutes} minutes.`);
  }

  if (length === null) return null;
  return (
    <section className={css.panel} aria-label="How long">
      {view.state.head?.viewerCanManage ? (
        <Select
          label="This team’s huddles take"
          allowDeselect={false}
          disabled={busy}
          data={lengths.map((n) => ({ value: String(n), label: `${n} minutes` }))}
          value={String(length)}
          onChange={(value) => value && set(Number(value))}
        />
      ) : (
        <p>This team’s huddles take {count(length, "minute")}.</p>
      )}
    </section>
  );
}
