import { Select } from "@mantine/core";
import { useState } from "react";
import { useTeam } from "../live/Team";
import { useSend } from "../live/useSend";
import { toast } from "../ui/toast";
import { SetHuddleLength } from "./documents";
import css from "./huddle.module.css";
import type { Huddle } from "./useHuddle";
import { count, digits } from "./words";

const lengths = Array.from({ length: 16 }, (_, i) => i + 5);

/** How long the team's huddles should take: who manages the team sets it. */
export function Length(props: { huddle: Huddle }) {
  const { huddle } = props;
  const { store, view } = useTeam();
  const send = useSend();
  const [busy, setBusy] = useState(false);

  async function set(lengthMinutes: number) {
    setBusy(true);
    const input = { careTeamId: store.teamId, lengthMinutes };
    const words = "set how long the huddle takes";
    const { failure, told } = await send({ document: SetHuddleLength, input, about: huddle.id, words });
    setBusy(false);
    if (failure && !told) toast("bad", failure.message);
    else if (!failure) toast("good", `This team’s huddles take ${lengthMinutes} minutes.`);
  }

  return (
    <section className={css.panel} aria-label="How long">
      {view.state.head?.viewerCanManage ? (
        <Select
          label="This team’s huddles take"
          allowDeselect={false}
          disabled={busy}
          data={lengths.map((n) => ({ value: String(n), label: `${n} minutes` }))}
          value={String(huddle.lengthMinutes)}
          onChange={(value) => value && set(Number(value))}
        />
      ) : (
        <p>This team’s huddles take {count(huddle.lengthMinutes, "minute")}.</p>
      )}
      <p className={css.quiet}>{digits(huddle.itemSeconds)} for each of what is on the agenda.</p>
    </section>
  );
}
