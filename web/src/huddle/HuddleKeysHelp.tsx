import { Kbd, Modal } from "@mantine/core";
import css from "./huddle.module.css";

const keys: [string[], string][] = [
  [["n", "→"], "Go on without settling this one"],
  [["←"], "Back to the one before"],
  [["d"], "Discussed"],
  [["f"], "Deferred to the next huddle"],
  [["a"], "Absent: not today"],
  [["t"], "New decision"],
  [["Enter"], "Save the decision"],
  [["Esc"], "Close what is open"],
  [["?"], "These keys"],
];

export function HuddleKeysHelp(props: { opened: boolean; onClose(): void }) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title="The huddle by keyboard" size="sm">
      <dl className={css.keys}>
        {keys.map(([names, words]) => (
          <div key={words}>
            <dt>
              {names.map((name) => (
                <Kbd key={name}>{name}</Kbd>
              ))}
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
