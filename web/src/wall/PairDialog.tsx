import { Button, Modal, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { graphql } from "../gql";
import type { CreateDisplayMutation } from "../gql/graphql";
import type { Failure } from "../lib/errors";
import { clock } from "../lib/time";
import { useTeam } from "../live/Team";
import { KeptWords } from "../live/Unsent";
import { useSend } from "../live/useSend";
import css from "../routes/shell.module.css";
import form from "../task/task.module.css";

const CreateDisplay = graphql(`
  mutation CreateDisplay($input: CreateDisplayInput!) {
    createDisplay(input: $input) {
      pairingCode
      expiresAt
    }
  }
`);

/** Makes the code that turns a shared screen into this team's wall. */
export function PairDialog(props: { onClose(): void }) {
  const { store, view, zone } = useTeam();
  const send = useSend();
  const [busy, setBusy] = useState(false);
  const [display, setDisplay] = useState<CreateDisplayMutation["createDisplay"] | null>(null);
  const [refused, setRefused] = useState<Failure | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get("name")).trim();
    setBusy(true);
    const { data, failure } = await send({
      document: CreateDisplay,
      input: { careTeamId: store.teamId, name },
      about: null,
      words: `make a code for the display “${name}”`,
    });
    setBusy(false);
    setRefused(failure);
    setDisplay(data?.createDisplay ?? null);
  }

  return (
    <Modal
      opened
      onClose={props.onClose}
      title={`Pair a wall display with ${view.state.head?.name}`}
      size="md"
    >
      {display ? (
        <>
          <p className={form.text}>
            On the shared screen open <strong>{location.host}/pair</strong> and type:
          </p>
          <p className={css.code} data-testid="pairing-code">
            {display.pairingCode}
          </p>
          <p className={form.when}>It works once, until {clock(display.expiresAt, zone)}.</p>
        </>
      ) : (
        <form onSubmit={submit} className={form.stack}>
          <TextInput
            name="name"
            label="Where does it hang?"
            placeholder="Huddle room"
            required
            data-autofocus
            maxLength={80}
          />
          {refused && (
            <p className={form.failure} role="alert">
              {refused.message}
            </p>
          )}
          <KeptWords busy={busy} />
          <div className={form.buttons}>
            <Button type="submit" loading={busy}>
              Make a code
            </Button>
          </div>
        </form>
      )}
    </Modal>
  );
}
