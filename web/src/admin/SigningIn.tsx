/** What an administrator does when somebody cannot get in, or should be out. */
import { Button, Modal } from "@mantine/core";
import { useState } from "react";
import type { AccountFragment } from "../gql/graphql";
import { useSend } from "../live/useSend";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { Fact, Facts } from "../ui/Section";
import { toast } from "../ui/toast";
import css from "./admin.module.css";
import { CreateRecoveryLink, ResetFactors, RevokeStaffSessions } from "./documents";
import { LinkWords } from "./LinkWords";
import { FactorTags } from "./PeoplePage";

type Props = { account: AccountFragment; hasSessions: boolean; onChanged(): void };
type Open = "link" | "factors" | "sessions" | { url: string; expiresAt: string };

export function SigningIn(props: Props) {
  const { account, onChanged } = props;
  const { staff } = account;
  const send = useSend();
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const input = { staffId: staff.id };
  const about = staff.id;
  const name = staff.displayName;
  const isNew = account.state === "INVITED";

  async function link(): Promise<boolean> {
    const words = `make a link for ${name}`;
    const { data, failure, told } = await send({ document: CreateRecoveryLink, input, about, words });
    if (failure && !told) toast("bad", failure.message);
    setOpen(data?.createRecoveryLink.link ?? null);
    return false;
  }

  async function reset(): Promise<boolean> {
    const words = `reset the second factor of ${name}`;
    const { failure, told } = await send({ document: ResetFactors, input, about, words });
    if (failure && !told) toast("bad", failure.message);
    if (!failure) toast("good", `${name} sets up a second factor at the next sign-in.`);
    onChanged();
    return true;
  }

  async function end(): Promise<boolean> {
    const words = `end the sessions of ${name}`;
    const { failure, told } = await send({ document: RevokeStaffSessions, input, about, words });
    if (failure && !told) toast("bad", failure.message);
    if (!failure) toast("good", `${name} is signed out everywhere.`);
    onChanged();
    return true;
  }

  return (
    <div className={css.stack}>
      <Facts>
        <Fact name="Second factor">
          <FactorTags account={account} />
        </Fact>
      </Facts>
      {account.viewerCanRecover && (
        <div className={css.row}>
          {staff.active && (
            <Button size="sm" variant="default" onClick={() => setOpen("link")}>
              {isNew ? "New invitation link" : "Link for a new password"}
            </Button>
          )}
          {account.factors.length > 0 && (
            <Button size="sm" variant="default" onClick={() => setOpen("factors")}>
              Reset second factor
            </Button>
          )}
          {props.hasSessions && (
            <Button size="sm" variant="default" onClick={() => setOpen("sessions")}>
              Sign out everywhere
            </Button>
          )}
        </div>
      )}
      {open === "link" && (
        <ConfirmDialog title={`A link for ${name}?`} action="Make the link" onClose={close} onConfirm={link}>
          Whoever opens it chooses a new password for this account. Be sure that it is {name} who asks. Older
          links do not work any more.
        </ConfirmDialog>
      )}
      {open === "factors" && (
        <ConfirmDialog
          title={`Reset the second factor of ${name}?`}
          action="Reset"
          danger
          onClose={close}
          onConfirm={reset}
        >
          Their apps, passkeys and recovery codes are removed, and they are signed out everywhere.
        </ConfirmDialog>
      )}
      {open === "sessions" && (
        <ConfirmDialog
          title={`Sign ${name} out everywhere?`}
          action="Sign out"
          onClose={close}
          onConfirm={end}
        >
          Every screen of theirs asks for the password again. What they are writing is lost.
        </ConfirmDialog>
      )}
      {typeof open === "object" && open && (
        <Modal opened onClose={close} title={`Link for ${name}`} size="md" closeOnClickOutside={false}>
          <LinkWords link={open} name={name} first={isNew} onClose={close} />
        </Modal>
      )}
    </div>
  );
}
