import { Button } from "@mantine/core";
import { useState } from "react";
import type { TeamCaseloadQuery } from "../gql/graphql";
import { moment, serverNow } from "../lib/time";
import { useSend } from "../live/useSend";
import { toast } from "../ui/toast";
import css from "./caseload.module.css";
import { UndoRebalance } from "./documents";

type Shared = NonNullable<TeamCaseloadQuery["careTeam"]>["rebalances"][number];

/** When patients were shared anew of late, to be undone on the same day. */
export function SharedList(props: { rows: readonly Shared[]; zone: string; onChanged(): void }) {
  const send = useSend();
  const [busy, setBusy] = useState<string | null>(null);

  async function undo(row: Shared) {
    setBusy(row.id);
    const { data, failure, told } = await send({
      document: UndoRebalance,
      input: { rebalanceId: row.id },
      about: row.id,
      words: "undo sharing patients anew",
    });
    setBusy(null);
    if (failure && !told) toast("bad", failure.message);
    const kept = data?.undoRebalance.rebalance.kept.length ?? 0;
    if (data)
      toast("good", kept === 0 ? "All of it is undone." : `Undone, but for ${kept} who changed since.`);
    props.onChanged();
  }

  if (props.rows.length === 0) return null;
  return (
    <section className={css.shared} aria-label="Shared anew of late">
      {props.rows.slice(0, 3).map((row) => (
        <div key={row.id} className={css.line}>
          <span>
            {row.by?.displayName ?? "Somebody"} gave {row.moves === 1 ? "1 patient" : `${row.moves} patients`}{" "}
            to others {moment(row.at, serverNow(), props.zone)}
            {row.undoneAt && `, undone ${moment(row.undoneAt, serverNow(), props.zone)}`}.
            {row.kept.map((one) => (
              <span key={`${one.patient?.id} ${one.why}`} className={css.muted}>
                {" "}
                {one.patient?.displayName ?? "A patient"} {one.why}.
              </span>
            ))}
          </span>
          {row.viewerCanUndo && (
            <Button
              size="compact-sm"
              variant="default"
              loading={busy === row.id}
              onClick={() => void undo(row)}
            >
              Undo
            </Button>
          )}
        </div>
      ))}
    </section>
  );
}
