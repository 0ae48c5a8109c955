/** My own account: how I sign in, where I am signed in, my PIN for the wall. */
import { Skeleton } from "@mantine/core";
import { useCallback } from "react";
import { useQuery } from "urql";
import { roleWords } from "../admin/words";
import { readFragment } from "../gql";
import { failureOf } from "../lib/errors";
import { Frame } from "../routes/Frame";
import { useViewer } from "../session/Session";
import { Avatar } from "../ui/Avatar";
import { ErrorFace } from "../ui/Face";
import css from "./account.module.css";
import { FactorLine, MyAccount, SessionLine } from "./documents";
import { Factors } from "./Factors";
import { PasswordForm } from "./PasswordForm";
import { PinForm } from "./PinForm";
import { Sessions } from "./Sessions";

export function AccountPage() {
  return (
    <Frame title="My account">
      <div className={css.page}>
        <Who />
        <Account />
      </div>
    </Frame>
  );
}

function Who() {
  const { staff, careTeams } = useViewer();
  if (!staff) return null;
  const teams = careTeams.map((team) => team.name).join(", ");
  return (
    <div className={css.who}>
      <Avatar id={staff.id} name={staff.displayName} size="3rem" />
      <div>
        <p className={css.name}>{staff.displayName}</p>
        <p className={css.quiet}>
          {roleWords[staff.role]}
          {staff.credential && `, ${staff.credential}`}
          {teams && ` · ${teams}`}
        </p>
      </div>
    </div>
  );
}

function Account() {
  const [{ data, error, fetching }, again] = useQuery({ query: MyAccount });
  const reread = useCallback(() => again({ requestPolicy: "network-only" }), [again]);
  if (!data && error)
    return <ErrorFace message={failureOf(error).message} onRetry={reread} busy={fetching} />;
  if (!data)
    return (
      <div aria-busy="true">
        {[0, 1, 2].map((i) => (
          <Skeleton key={i} height={150} mb={16} radius="md" />
        ))}
      </div>
    );
  const { viewer, mySessions } = data;
  return (
    <>
      <PasswordForm onDone={reread} />
      <Factors
        factors={readFragment(FactorLine, viewer.factors)}
        codesLeft={viewer.recoveryCodesLeft}
        required={viewer.secondFactorRequired}
        onChanged={reread}
      />
      {viewer.hasPin !== null && viewer.hasPin !== undefined && (
        <PinForm hasPin={viewer.hasPin} onDone={reread} />
      )}
      <Sessions sessions={readFragment(SessionLine, mySessions)} onChanged={reread} />
    </>
  );
}
