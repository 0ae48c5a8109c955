import { Button, Checkbox, Modal, Select, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { IntegrationScope } from "../gql/enums";
import { sentence } from "../lib/errors";
import { KeptWords } from "../live/Unsent";
import { useSend } from "../live/useSend";
import { CopyText } from "../ui/CopyText";
import css from "./admin.module.css";
import { CreateToken } from "./documents";
import { scopes, scopeWords } from "./words";

const lengths = [
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "1 year" },
  { value: "730", label: "2 years" },
];

/** Makes a token and shows it, this once. */
export function TokenDialog(props: { onClose(): void }) {
  const send = useSend();
  const [may, setMay] = useState<string[]>(["READ"]);
  const [days, setDays] = useState("365");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const [made, setMade] = useState<{ name: string; token: string | null } | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get("name")).trim();
    if (may.length === 0) return setFailure("Choose what it may do.");
    setBusy(true);
    setFailure(null);
    const { data, failure: refused } = await send({
      document: CreateToken,
      input: { name, scopes: may as IntegrationScope[], days: Number(days) },
      about: null,
      words: `make a token for “${name}”`,
    });
    setBusy(false);
    if (data) setMade({ name, token: data.createIntegrationToken.token ?? null });
    else setFailure(sentence("That", refused));
  }

  return (
    <Modal opened onClose={props.onClose} title="New token" size="md" closeOnClickOutside={!made}>
      {made ? (
        <div className={css.stack}>
          {made.token ? (
            <>
              <p className={css.text}>
                This is the token of “{made.name}”. It is not shown again: put it where that program keeps its
                secrets, now.
              </p>
              <CopyText text={made.token} label="Token" />
            </>
          ) : (
            <p className={css.text}>
              The token was made, but its answer was lost on the way. Revoke it and make another.
            </p>
          )}
          <div className={css.acts}>
            <Button onClick={props.onClose}>Done</Button>
          </div>
        </div>
      ) : (
        <form className={css.stack} onSubmit={submit}>
          <TextInput
            name="name"
            label="Which program is it for?"
            description="The record names it so."
            required
            maxLength={80}
            data-autofocus
          />
          <Checkbox.Group label="It may" value={may} onChange={setMay}>
            <div className={css.stack} style={{ marginTop: "0.5rem" }}>
              {scopes.map((scope) => (
                <Checkbox
                  key={scope}
                  value={scope}
                  label={scopeWords[scope][0]}
                  description={scopeWords[scope][1]}
                />
              ))}
            </div>
          </Checkbox.Group>
          <Select
            label="It lasts"
            data={lengths}
            value={days}
            onChange={(value) => value && setDays(value)}
            allowDeselect={false}
          />
          {failure && (
            <p className={css.failure} role="alert">
              {failure}
            </p>
          )}
          <KeptWords busy={busy} />
          <div className={css.acts}>
            <Button variant="default" onClick={props.onClose}>
              Back
            </Button>
            <Button type="submit" loading={busy}>
              Make it
            </Button>
          </div>
        </form>
      )}
    </Modal>
  );
}
