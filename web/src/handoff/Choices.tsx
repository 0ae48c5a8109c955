/** What goes along, by a tick each: patients first, then tasks; to be searched where there are many. */
import { Checkbox, TextInput } from "@mantine/core";
import { useState } from "react";
import css from "./handoff.module.css";
import type { Thing } from "./useHandoffActions";

type Props = {
  things: readonly Thing[];
  chosen: ReadonlySet<string>;
  onChange(chosen: ReadonlySet<string>): void;
};

/** From here on one looks for a name rather than reads all. */
const many = 8;

const groups = [
  ["patient", "Patients"],
  ["task", "Tasks"],
] as const;

export function Choices(props: Props) {
  const { things, chosen } = props;
  const [words, setWords] = useState("");
  const fits = (one: Thing) => `${one.name} ${one.about}`.toLowerCase().includes(words.trim().toLowerCase());
  const shown = things.filter((one) => fits(one) || chosen.has(one.id));

  function set(ids: readonly string[], on: boolean) {
    const next = new Set(chosen);
    for (const id of ids) on ? next.add(id) : next.delete(id);
    props.onChange(next);
  }

  return (
    <div className={css.choices}>
      {things.length > many && (
        <TextInput
          label="Find among what is yours"
          data-autofocus
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
      )}
      {groups.map(([kind, name]) => {
        const group = shown.filter((one) => one.kind === kind);
        if (group.length === 0) return null;
        const all = group.every((one) => chosen.has(one.id));
        const ids = group.map((one) => one.id);
        return (
          <fieldset key={kind} aria-label={name}>
            <p>
              {name}
              {group.length > 1 && (
                <button type="button" onClick={() => set(ids, !all)}>
                  {all ? "None of these" : `All ${group.length}`}
                </button>
              )}
            </p>
            <ul>
              {group.map((one) => (
                <li key={one.id}>
                  <Checkbox
                    label={one.name}
                    description={one.about || undefined}
                    checked={chosen.has(one.id)}
                    onChange={(event) => set([one.id], event.currentTarget.checked)}
                  />
                </li>
              ))}
            </ul>
          </fieldset>
        );
      })}
      {shown.length === 0 && <p className={css.hint}>Nothing of yours is called like that.</p>}
    </div>
  );
}
