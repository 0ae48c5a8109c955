/** Turns the screen that shows a code into a team's wall. */
import { Button, Modal, Select, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useQuery } from "urql";
import { KeptWords } from "../live/Unsent";
import { useSend } from "../live/useSend";
import { useWait } from "../session/useWait";
import { toast } from "../ui/toast";
import css from "./admin.module.css";
import { ConfirmDisplay, Teams } from "./documents";

export function PairDisplayDialog(props: { code: string | null; onClose(): void }) {
  const send = useSend();
  const wait = useWait();
  const [{ data }] = useQuery({ query: Teams });
  const teams = (data?.careTeams.nodes ?? []).filter((team) => team.viewerCanPairDisplay);
  const [chosen, setChosen] = useState<string | null>(null);
  const team = chosen ?? (teams.length === 1 ? (teams[0]?.id ?? null) : null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (!team) return setFailure("Choose whose board it shows.");
    const form = new FormData(event.currentTarget);
    const name = String(form.get("name")).trim();
    setBusy(true);
    setFailure(null);
    const { data: done, failure: refused } = await send({
      document: ConfirmDisplay,
      input: { userCode: String(form.get("code")).trim(), careTeamId: team, name },
      about: null,
      words: `pair the display “${name}”`,
    });
    setBusy(false);
    if (done) {
      toast("good", `“${name}” is paired: it shows the board in a moment.`);
      return props.onClose();
    }
    if (wait.heed(refused)) return;
    const wrongCode = refused.code === "BAD_USER_INPUT" && refused.field === "input.userCode";
    setFailure(
      wrongCode
        ? "No screen shows this code now. Look again: it changes every ten minutes."
        : refused.message,
    );
  }

  return (
    <Modal opened onClose={props.onClose} title="Pair a display" size="md">
      <form className={css.stack} onSubmit={submit}>
        <p className={css.text}>
          On the shared screen open <strong>{location.host}/pair</strong>. It shows a code: type it here.
        </p>
        <TextInput
          className={css.code}
          name="code"
          label="Code on the screen"
          defaultValue={props.code ?? ""}
          autoComplete="off"
          spellCheck={false}
          maxLength={12}
          required
          data-autofocus={props.code ? undefined : true}
        />
        <Select
          label="Whose board does it show?"
          data={teams.map(({ id, name }) => ({ value: id, label: name }))}
          value={team}
          onChange={setChosen}
          allowDeselect={false}
        />
        <TextInput
          name="name"
          label="Where does it hang?"
          placeholder="Huddle room"
          required
          maxLength={80}
          data-autofocus={props.code ? true : undefined}
        />
        {(wait.words ?? failure) && (
          <p className={css.failure} role="alert">
            {wait.words ?? failure}
          </p>
        )}
        <KeptWords busy={busy} />
        <div className={css.acts}>
          <Button variant="default" onClick={props.onClose}>
            Back
          </Button>
          <Button type="submit" loading={busy} disabled={wait.words !== null}>
            Pair it
          </Button>
        </div>
      </form>
    </Modal>
  );
}
