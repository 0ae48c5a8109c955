import { Checkbox, Skeleton } from "@mantine/core";
import { useState } from "react";
import { useQuery } from "urql";
import type { AccountFragment } from "../gql/graphql";
import { useSend } from "../live/useSend";
import { toast } from "../ui/toast";
import css from "./admin.module.css";
import { AddMember, RemoveMember, Teams } from "./documents";

/** The care teams that somebody works in. */
export function TeamsOf(props: { account: AccountFragment; onChanged(): void }) {
  const { account } = props;
  const send = useSend();
  const [{ data }] = useQuery({ query: Teams });
  const [busy, setBusy] = useState<string | null>(null);
  const on = new Set(account.careTeams.map((team) => team.id));

  async function set(team: { id: string; name: string }, member: boolean) {
    setBusy(team.id);
    const input = { careTeamId: team.id, staffId: account.staff.id };
    const name = account.staff.displayName;
    const { failure, told } = member
      ? await send({ document: AddMember, input, about: team.id, words: `put ${name} on ${team.name}` })
      : await send({ document: RemoveMember, input, about: team.id, words: `take ${name} off ${team.name}` });
    setBusy(null);
    if (failure && !told) toast("bad", failure.message);
    props.onChanged();
  }

  if (!data) return <Skeleton height={60} />;
  return (
    <div className={css.stack}>
      {data.careTeams.nodes.map((team) => (
        <Checkbox
          key={team.id}
          label={team.name}
          checked={on.has(team.id)}
          disabled={!team.viewerCanManage || busy === team.id}
          onChange={(event) => void set(team, event.currentTarget.checked)}
        />
      ))}
      {data.careTeams.nodes.length === 0 && <p className={css.quiet}>There is no care team yet.</p>}
    </div>
  );
}
