import { Button, Select, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { StaffRole } from "../gql/enums";
import type { AccountFragment } from "../gql/graphql";
import { sentence } from "../lib/errors";
import { KeptWords } from "../live/Unsent";
import { useSend } from "../live/useSend";
import { useViewer } from "../session/Session";
import { Fact, Facts } from "../ui/Section";
import { toast } from "../ui/toast";
import css from "./admin.module.css";
import { UpdateStaff } from "./documents";
import { roleOptions, roleWords } from "./words";

/** Name, role and licence. Access follows at once, on every screen that is open. */
export function EditPerson(props: { account: AccountFragment; onChanged(): void }) {
  const { account } = props;
  const { staff } = account;
  const isMe = useViewer().staff?.id === staff.id;
  const send = useSend();
  const [role, setRole] = useState<StaffRole>(staff.role);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  if (!account.viewerCanEdit)
    return (
      <Facts>
        <Fact name="Role">{roleWords[staff.role]}</Fact>
        <Fact name="Licence">{staff.credential || "–"}</Fact>
      </Facts>
    );

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const displayName = String(form.get("displayName")).trim();
    setBusy(true);
    setFailure(null);
    const { failure: refused, told } = await send({
      document: UpdateStaff,
      input: {
        staffId: staff.id,
        displayName,
        credential: String(form.get("credential")).trim(),
        // Nobody changes their own.
        ...(isMe ? {} : { role }),
      },
      about: staff.id,
      words: `change ${staff.displayName}`,
    });
    setBusy(false);
    if (refused) return told ? undefined : setFailure(sentence("That", refused));
    toast("good", `${displayName} is changed.`);
    props.onChanged();
  }

  return (
    <form className={css.stack} onSubmit={submit}>
      <TextInput name="displayName" label="Name" defaultValue={staff.displayName} required maxLength={120} />
      <div className={css.two}>
        <Select
          label="Role"
          data={roleOptions}
          value={role}
          onChange={(value) => value && setRole(value as StaffRole)}
          allowDeselect={false}
          disabled={isMe}
          description={isMe ? "Nobody changes their own." : undefined}
          inputWrapperOrder={["label", "input", "description"]}
        />
        <TextInput name="credential" label="Licence" defaultValue={staff.credential ?? ""} maxLength={20} />
      </div>
      {failure && (
        <p className={css.failure} role="alert">
          {failure}
        </p>
      )}
      <KeptWords busy={busy} />
      <div className={css.row}>
        <Button type="submit" size="sm" loading={busy}>
          Save
        </Button>
      </div>
    </form>
  );
}
