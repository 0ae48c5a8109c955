/** A new account, and the link with which its person chooses a password. */
import { Button, Checkbox, Modal, Select, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useQuery } from "urql";
import type { StaffRole } from "../gql/enums";
import type { InviteStaffMutation } from "../gql/graphql";
import type { Failure } from "../lib/errors";
import { KeptWords } from "../live/Unsent";
import { useSend } from "../live/useSend";
import css from "./admin.module.css";
import { InviteStaff, Teams } from "./documents";
import { LinkWords } from "./LinkWords";
import { roleOptions } from "./words";

export function InviteDialog(props: { onClose(): void }) {
  const send = useSend();
  const [{ data: known }] = useQuery({ query: Teams });
  const [role, setRole] = useState<StaffRole | null>(null);
  const [teams, setTeams] = useState<string[]>([]);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [made, setMade] = useState<InviteStaffMutation["inviteStaff"]["link"] | null>(null);
  const [name, setName] = useState("");
  const about = (field: string) => (failure?.field === `input.${field}` ? failure.message : null);
  const elsewhere = failure && !["email", "displayName", "role", "credential"].some((field) => about(field));

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (!role) return;
    const form = new FormData(event.currentTarget);
    const text = (field: string) => String(form.get(field)).trim();
    setBusy(true);
    setFailure(null);
    const { data, failure: refused } = await send({
      document: InviteStaff,
      input: {
        email: text("email"),
        displayName: text("displayName"),
        role,
        credential: text("credential") || null,
        careTeamIds: teams,
      },
      about: null,
      words: `invite ${text("displayName")}`,
    });
    setBusy(false);
    setName(text("displayName"));
    setFailure(refused);
    setMade(data?.inviteStaff.link ?? null);
  }

  return (
    <Modal opened onClose={props.onClose} title="Invite somebody" size="md" closeOnClickOutside={!made}>
      {made ? (
        <LinkWords link={made} name={name} first onClose={props.onClose} />
      ) : (
        <form onSubmit={submit} className={css.stack}>
          <TextInput
            name="displayName"
            label="Name"
            required
            maxLength={120}
            data-autofocus
            error={about("displayName")}
          />
          <TextInput
            name="email"
            label="E-mail"
            type="email"
            autoComplete="off"
            required
            error={about("email")}
          />
          <div className={css.two}>
            <Select
              label="Role"
              data={roleOptions}
              value={role}
              onChange={(value) => setRole(value as StaffRole | null)}
              required
              error={about("role")}
            />
            <TextInput
              name="credential"
              label="Licence"
              placeholder="RN"
              maxLength={20}
              error={about("credential")}
            />
          </div>
          <Checkbox.Group label="Teams" value={teams} onChange={setTeams}>
            <div className={css.row} style={{ marginTop: "0.4rem", columnGap: "1.2rem" }}>
              {(known?.careTeams.nodes ?? []).map((team) => (
                <Checkbox key={team.id} value={team.id} label={team.name} />
              ))}
            </div>
          </Checkbox.Group>
          {elsewhere && (
            <p className={css.failure} role="alert">
              {failure.message}
            </p>
          )}
          <KeptWords busy={busy} />
          <div className={css.acts}>
            <Button variant="default" onClick={props.onClose}>
              Back
            </Button>
            <Button type="submit" loading={busy}>
              Make the link
            </Button>
          </div>
        </form>
      )}
    </Modal>
  );
}
