import { Button, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { RecordFieldsFragment } from "../gql/graphql";
import { exact } from "../lib/time";
import { useTeam } from "../live/Team";
import { useSend } from "../live/useSend";
import { toast } from "../ui/toast";
import { AddHuddleAddendum } from "./documents";
import css from "./record.module.css";

type Props = {
  huddleId: string;
  addenda: NonNullable<RecordFieldsFragment["record"]>["addenda"];
};

/** Corrections: beside what was signed, never instead of it, each by name. */
export function Addenda(props: Props) {
  const { zone, me } = useTeam();
  const send = useSend();
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setBusy(true);
    const { data, failure, told } = await send({
      document: AddHuddleAddendum,
      input: { huddleId: props.huddleId, text: text.trim() },
      about: props.huddleId,
      words: "add to the record",
    });
    setBusy(false);
    if (data) setText("");
    else if (failure && !told) toast("bad", failure.message);
  }

  return (
    <section className={css.addenda} aria-label="Added later">
      {props.addenda.length > 0 && <h2>Added later</h2>}
      <ul>
        {props.addenda.map((one) => (
          <li key={one.id}>
            {one.text}
            <span>
              {one.author.displayName}, {exact(one.at, zone)}
            </span>
          </li>
        ))}
      </ul>
      {me && (
        <form onSubmit={submit}>
          <Textarea
            label="Add a correction"
            description={`It stands beside the record, with your name (${me.displayName}).`}
            autosize
            minRows={1}
            maxLength={2000}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" loading={busy} disabled={!text.trim()}>
            Add it
          </Button>
        </form>
      )}
    </section>
  );
}
