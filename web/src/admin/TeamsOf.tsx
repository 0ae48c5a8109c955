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
  /** What was asked for and is not read back yet. */
  const [asked, setAsked] = useState<{ id: string; member: boolean } | null>(null);
  const on = new Set(account.careTeams.map((team) => team.id));
  if (asked && on.has(asked.id) === asked.member) setAsked(null);

  async function set(team: { id: string; name: string }, member: boolean) {
    setAsked({ id: team.id, member });
    const input = { careTeamId: team.id, staffId: account.staff.id };
    const name = account.staff.displayName;
    const { failure, told } = member
      ? await send({ document: AddMember, input, about: team.id, words: `put ${name} on ${team.name}` })
      : await send({ document: RemoveMember, input, about: team.id, words: `take ${name} off ${team.name}` });
    if (failure) setAsked(null);
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
          checked={asked?.id === team.id ? asked.member : on.has(team.id)}
          disabled={!team.viewerCanManage || asked !== null}
          onChange={(event) => void set(team, event.currentTarget.checked)}
        />
      ))}
      {data.careTeams.nodes.length === 0 && <p className={css.quiet}>There is no care team yet.</p>}
    </div>
  );
}
