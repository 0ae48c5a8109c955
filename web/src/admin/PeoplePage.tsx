/** The people of the practice with their accounts. */
import { Button, Select, Skeleton, Switch, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconLock, IconSearch, IconUserPlus } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useQuery } from "urql";
import { readFragment } from "../gql";
import type { StaffRole } from "../gql/enums";
import type { AccountFragment } from "../gql/graphql";
import { failureOf } from "../lib/errors";
import { ago, clock } from "../lib/time";
import { useViewer } from "../session/Session";
import { useZone } from "../session/useZone";
import { Avatar } from "../ui/Avatar";
import { EmptyFace, ErrorFace } from "../ui/Face";
import { useNow } from "../ui/useNow";
import css from "./admin.module.css";
import { Account, People } from "./documents";
import { InviteDialog } from "./InviteDialog";
import { PersonDrawer } from "./PersonDrawer";
import { factorWords, roleOptions, roleWords } from "./words";

const page = 50;

export function PeoplePage() {
  const navigate = useNavigate();
  const { canInviteStaff } = useViewer();
  const { person } = useSearch({ from: "/admin/people" });
  const [words, setWords] = useState("");
  const [search] = useDebouncedValue(words.trim(), 200);
  const [role, setRole] = useState<StaffRole | null>(null);
  const [gone, setGone] = useState(false);
  const [pages, setPages] = useState(1);
  const [inviting, setInviting] = useState(false);
  const [{ data, error, fetching }, again] = useQuery({
    query: People,
    // Read from the start with each change, so that nothing stands twice or is missed.
    variables: { first: page * pages, filter: { search: search || null, role, active: gone ? null : true } },
  });
  const people = readFragment(Account, data?.staff.nodes ?? []);
  const reread = () => again({ requestPolicy: "network-only" });
  const show = (id: string | undefined) =>
    navigate({ to: "/admin/people", search: id ? { person: id } : {}, replace: true });

  return (
    <>
      <div className={css.bar}>
        <TextInput
          label="Find"
          placeholder="Name or e-mail"
          leftSection={<IconSearch size={16} aria-hidden />}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        <Select
          label="Role"
          placeholder="All"
          clearable
          data={roleOptions}
          value={role}
          onChange={(value) => setRole(value as StaffRole | null)}
          w={190}
        />
        <Switch
          label="Deactivated too"
          checked={gone}
          onChange={(event) => setGone(event.currentTarget.checked)}
          mb={8}
        />
        {canInviteStaff && (
          <Button
            className={css.push}
            leftSection={<IconUserPlus size={17} aria-hidden />}
            onClick={() => setInviting(true)}
          >
            Invite somebody
          </Button>
        )}
      </div>
      {!data && error ? (
        <ErrorFace message={failureOf(error).message} onRetry={reread} busy={fetching} />
      ) : !data ? (
        <Skeleton height={320} radius="md" />
      ) : people.length === 0 ? (
        <EmptyFace title="Nobody found">
          Try other words, or ask for those who were deactivated too.
        </EmptyFace>
      ) : (
        <div className={css.scroll}>
          <table className={css.table}>
            <caption className="visually-hidden">People, {data.staff.totalCount} in all</caption>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Role</th>
                <th scope="col">Teams</th>
                <th scope="col">Second factor</th>
                <th scope="col">Account</th>
              </tr>
            </thead>
            <tbody>
              {people.map((one) => (
                <Line key={one.id} account={one} onOpen={() => show(one.id)} />
              ))}
            </tbody>
          </table>
          {data.staff.pageInfo.hasNextPage && (
            <div className={css.more}>
              <Button variant="default" loading={fetching} onClick={() => setPages(pages + 1)}>
                More
              </Button>
            </div>
          )}
        </div>
      )}
      {inviting && (
        <InviteDialog
          onClose={() => {
            setInviting(false);
            reread();
          }}
        />
      )}
      <PersonDrawer id={person ?? null} onClose={() => show(undefined)} onChanged={reread} />
    </>
  );
}

function Line(props: { account: AccountFragment; onOpen(): void }) {
  const { account } = props;
  const { staff } = account;
  return (
    <tr data-off={account.state === "DEACTIVATED"} data-person={account.id}>
      <td>
        <button type="button" className={css.person} onClick={props.onOpen}>
          <Avatar id={staff.id} name={staff.displayName} size="1.9rem" />
          <span>
            {staff.displayName}
            {account.email && <span className={css.under}>{account.email}</span>}
          </span>
        </button>
      </td>
      <td>
        {roleWords[staff.role]}
        {staff.credential && <span className={css.under}>{staff.credential}</span>}
      </td>
      <td>{account.careTeams.map((team) => team.name).join(", ") || "–"}</td>
      <td>
        <FactorTags account={account} />
      </td>
      <td>
        <StateWords account={account} />
      </td>
    </tr>
  );
}

export function FactorTags(props: { account: AccountFragment }) {
  const { factors, secondFactorRequired } = props.account;
  const shown = [...new Set(factors)].filter((kind) => kind !== "RECOVERY_CODE");
  if (shown.length === 0)
    return secondFactorRequired ? (
      <span className={css.tag} data-tone="warn">
        Still to set up
      </span>
    ) : (
      <>–</>
    );
  return (
    <span className={css.tags}>
      {shown.map((kind) => (
        <span key={kind} className={css.tag} data-tone="ok">
          {factorWords[kind]}
        </span>
      ))}
    </span>
  );
}

export function StateWords(props: { account: AccountFragment }) {
  const { state, lockedUntil, lastActiveAt } = props.account;
  const now = useNow("slow");
  const zone = useZone();
  if (state === "DEACTIVATED") return <span className={css.tag}>Deactivated</span>;
  if (lockedUntil && Date.parse(lockedUntil) > now)
    return (
      <span className={css.tag} data-tone="bad">
        <IconLock size={13} aria-hidden /> Locked until {clock(lockedUntil, zone)}
      </span>
    );
  if (state === "INVITED") return <span className={css.tag}>Invited</span>;
  return lastActiveAt ? <>Active {ago(lastActiveAt, now, zone)}</> : <>Not signed in now</>;
}
