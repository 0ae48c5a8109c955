/** One person's account: who they are here, on which teams, how they sign in, and the end of it. */
import { Drawer, Skeleton } from "@mantine/core";
import { useCallback, useRef } from "react";
import { useQuery } from "urql";
import account from "../account/account.module.css";
import { SessionLine } from "../account/documents";
import { SessionWords } from "../account/Sessions";
import { readFragment } from "../gql";
import { failureOf } from "../lib/errors";
import { Clearances } from "../privacy/Clearances";
import { useViewer } from "../session/Session";
import { Avatar } from "../ui/Avatar";
import { EmptyFace, ErrorFace } from "../ui/Face";
import { Section } from "../ui/Section";
import css from "./admin.module.css";
import { Account, Person } from "./documents";
import { EditPerson } from "./EditPerson";
import { EndOrReturn } from "./EndOrReturn";
import { StateWords } from "./PeoplePage";
import { SigningIn } from "./SigningIn";
import { TeamsOf } from "./TeamsOf";

type Props = { id: string | null; onClose(): void; onChanged(): void };

export function PersonDrawer(props: Props) {
  const last = useRef<string | null>(null);
  if (props.id) last.current = props.id;
  return (
    <Drawer
      opened={props.id !== null}
      onClose={props.onClose}
      title={
        <span data-autofocus tabIndex={-1} style={{ outline: "none" }}>
          Account
        </span>
      }
      transitionProps={{ duration: 160 }}
    >
      {last.current && <Full key={last.current} id={last.current} onChanged={props.onChanged} />}
    </Drawer>
  );
}

function Full(props: { id: string; onChanged(): void }) {
  const { onChanged } = props;
  const { canGiveClearances } = useViewer();
  const [{ data, error, fetching }, again] = useQuery({ query: Person, variables: { id: props.id } });
  const changed = useCallback(() => {
    again({ requestPolicy: "network-only" });
    onChanged();
  }, [again, onChanged]);
  if (!data && error)
    return <ErrorFace message={failureOf(error).message} onRetry={changed} busy={fetching} />;
  if (!data)
    return (
      <div aria-busy="true">
        <Skeleton height={44} mb={20} />
        <Skeleton height={180} mb={20} />
        <Skeleton height={120} />
      </div>
    );
  if (!data.staffAccount) return <EmptyFace title="Nobody of this practice" />;
  const person = readFragment(Account, data.staffAccount);
  const sessions = readFragment(SessionLine, data.staffAccount.sessions);
  const { staff } = person;
  return (
    <>
      <div className={css.drawerHead}>
        <Avatar id={staff.id} name={staff.displayName} size="2.75rem" />
        <div>
          <h2>{staff.displayName}</h2>
          <p className={css.quiet}>
            {person.email} · <StateWords account={person} />
          </p>
        </div>
      </div>
      <Section title="Who they are here">
        <EditPerson
          key={`${staff.displayName} ${staff.role} ${staff.credential}`}
          account={person}
          onChanged={changed}
        />
      </Section>
      {staff.active && (
        <Section title="Teams">
          <TeamsOf account={person} onChanged={changed} />
        </Section>
      )}
      <Section title="Signing in">
        <SigningIn account={person} hasSessions={sessions.length > 0} onChanged={changed} />
        {sessions.length > 0 && (
          <ul className={account.list} style={{ marginTop: "1rem" }} aria-label="Sessions">
            {sessions.map((session) => (
              <li key={session.id}>
                <SessionWords session={session} />
              </li>
            ))}
          </ul>
        )}
      </Section>
      {canGiveClearances && (
        <Section title="Confidential records">
          <Clearances staffId={staff.id} />
        </Section>
      )}
      {person.viewerCanEdit && (
        <Section title={staff.active ? "Leaving" : "Coming back"}>
          <EndOrReturn account={person} onChanged={changed} />
        </Section>
      )}
    </>
  );
}
