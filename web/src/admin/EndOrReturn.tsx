import { Button } from "@mantine/core";
import { useState } from "react";
import type { AccountFragment } from "../gql/graphql";
import { useSend } from "../live/useSend";
import { useViewer } from "../session/Session";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { toast } from "../ui/toast";
import css from "./admin.module.css";
import { DeactivateStaff, ReactivateStaff } from "./documents";

/** The end of somebody's access, and the way back. */
export function EndOrReturn(props: { account: AccountFragment; onChanged(): void }) {
  const { staff } = props.account;
  const isMe = useViewer().staff?.id === staff.id;
  const send = useSend();
  const [asking, setAsking] = useState(false);
  const name = staff.displayName;

  async function set(active: boolean): Promise<boolean> {
    const doing = { input: { staffId: staff.id }, about: staff.id };
    const { failure, told } = active
      ? await send({ ...doing, document: ReactivateStaff, words: `reactivate ${name}` })
      : await send({ ...doing, document: DeactivateStaff, words: `deactivate ${name}` });
    if (failure && !told) toast("bad", failure.message);
    if (!failure) toast("good", active ? `${name} can sign in again.` : `${name} is signed out, for good.`);
    props.onChanged();
    return true;
  }

  if (!staff.active)
    return (
      <div className={css.stack}>
        <p className={css.quiet}>Deactivated: cannot sign in. What they did stays on record.</p>
        <div className={css.row}>
          <Button size="sm" variant="default" onClick={() => void set(true)}>
            Reactivate
          </Button>
        </div>
      </div>
    );
  if (isMe) return <p className={css.quiet}>Nobody deactivates themselves: another administrator does it.</p>;
  return (
    <>
      <Button size="sm" variant="default" c="var(--danger)" onClick={() => setAsking(true)}>
        Deactivate
      </Button>
      {asking && (
        <ConfirmDialog
          title={`Deactivate ${name}?`}
          action="Deactivate"
          danger
          onClose={() => setAsking(false)}
          onConfirm={() => set(false)}
        >
          They are signed out everywhere at once. The tasks that they hold go back to the pools of their
          teams, and patients whom they coordinate show as without a coordinator. What they did stays on
          record.
        </ConfirmDialog>
      )}
    </>
  );
}
