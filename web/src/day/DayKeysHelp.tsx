import { Kbd, Modal } from "@mantine/core";
import css from "../board/board.module.css";

const keys: [string, string][] = [
  ["Enter", "Take and start"],
  ["c", "Complete, with a word and minutes"],
  ["p", "Record a call"],
  ["k", "Park this call: call back in 30 minutes"],
  ["h", "Put on hold, with a reason"],
  ["n", "Log minutes"],
  ["s", "Not now: the one after it"],
  ["o", "Open the task"],
  ["↑ ↓", "Choose another"],
  ["/", "Find a patient"],
  ["?", "These keys"],
];

export function DayKeysHelp(props: { onClose(): void }) {
  return (
    <Modal opened onClose={props.onClose} title="The day by keyboard" size="sm">
      <dl className={css.keys}>
        {keys.map(([name, words]) => (
          <div key={name} style={{ display: "contents" }}>
            <dt>
              <Kbd>{name}</Kbd>
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
