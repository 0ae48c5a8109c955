import { Button, Modal, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useMutation } from "urql";
import { graphql } from "../gql";
import { failureOf } from "../lib/errors";
import { clock } from "../lib/time";
import { useTeam } from "../live/Team";
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
  const [made, create] = useMutation(CreateDisplay);
  const [tried, setTried] = useState(false);
  const display = made.data?.createDisplay;

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get("name")).trim();
    setTried(true);
    await create({ input: { careTeamId: store.teamId, name } });
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
          {tried && made.error && (
            <p className={form.failure} role="alert">
              {failureOf(made.error).message}
            </p>
          )}
          <div className={form.buttons}>
            <Button type="submit" loading={made.fetching}>
              Make a code
            </Button>
          </div>
        </form>
      )}
    </Modal>
  );
}
