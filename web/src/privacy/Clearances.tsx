/** What somebody is cleared for, and whether they are a privacy officer: for those who may say so. Not about oneself. */
import { Button, Switch, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useQuery } from "urql";
import { readFragment } from "../gql";
import type { Sensitivity } from "../gql/enums";
import type { StaffClearanceFragment } from "../gql/graphql";
import { type Failure, failureOf } from "../lib/errors";
import { KeptWords } from "../live/Unsent";
import { useSend } from "../live/useSend";
import { useViewer } from "../session/Session";
import { toast } from "../ui/toast";
import { SetClearances, StaffClearance, StaffClearances } from "./documents";
import { FlagChoice } from "./FlagChoice";
import { Flags } from "./Flags";
import css from "./privacy.module.css";

export function Clearances(props: { staffId: string }) {
  const { staffId } = props;
  const viewer = useViewer();
  const [{ data, error }] = useQuery({
    query: StaffClearances,
    variables: { id: staffId },
    pause: !viewer.canGiveClearances,
  });
  const [editing, setEditing] = useState(false);
  if (!viewer.canGiveClearances) return null;
  if (error) return <p className={css.failure}>{failureOf(error).message}</p>;
  const node = data?.node;
  const staff = node?.__typename === "StaffMember" ? readFragment(StaffClearance, node) : null;
  if (!staff) return null;
  const cleared = staff.clearances ?? [];
  if (editing) return <Form staff={staff} onClose={() => setEditing(false)} />;
  return (
    <div className={css.clearances}>
      {staff.isPrivacyOfficer && (
        <p className={css.line}>Privacy officer: reviews the record and emergency access.</p>
      )}
      {cleared.length > 0 ? (
        <Flags flags={cleared} />
      ) : (
        <p className={css.line}>Cleared for no confidential record beyond what the role brings.</p>
      )}
      {staff.id !== viewer.staff?.id && (
        <Button size="compact-sm" variant="default" onClick={() => setEditing(true)}>
          Change clearances
        </Button>
      )}
    </div>
  );
}

function Form(props: { staff: StaffClearanceFragment; onClose(): void }) {
  const { staff } = props;
  const viewer = useViewer();
  const send = useSend();
  const [chosen, setChosen] = useState<readonly Sensitivity[]>(staff.clearances ?? []);
  const [officer, setOfficer] = useState(staff.isPrivacyOfficer);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const administers = viewer.staff?.role === "ADMINISTRATOR";

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget).get("reason")).trim();
    setBusy(true);
    const answer = await send({
      document: SetClearances,
      input: {
        staffId: staff.id,
        clearances: [...chosen],
        privacyOfficer: administers ? officer : null,
        reason,
      },
      about: staff.id,
      words: `change what ${staff.displayName} is cleared for`,
    });
    setBusy(false);
    setFailure(answer.failure);
    if (!answer.data) return;
    toast("good", `Saved. It counts for ${staff.displayName} at once, on every screen.`);
    props.onClose();
  }

  return (
    <form onSubmit={submit} className={css.form}>
      <FlagChoice label={`${staff.displayName} is cleared for`} value={chosen} onChange={setChosen} />
      {administers && (
        <Switch
          label="Privacy officer"
          description="Reads the record of who saw what, and reviews emergency access."
          checked={officer}
          onChange={(event) => setOfficer(event.currentTarget.checked)}
        />
      )}
      <Textarea
        name="reason"
        label={chosen.includes("SUBSTANCE_USE") ? "Why? Where are the consents kept?" : "Why?"}
        required
        autosize
        minRows={1}
        maxLength={500}
      />
      {failure && (
        <p className={css.failure} role="alert">
          {failure.message}
        </p>
      )}
      <KeptWords busy={busy} />
      <div className={css.buttons}>
        <Button variant="default" size="sm" onClick={props.onClose}>
          Cancel
        </Button>
        <Button type="submit" size="sm" loading={busy}>
          Save
        </Button>
      </div>
    </form>
  );
}
