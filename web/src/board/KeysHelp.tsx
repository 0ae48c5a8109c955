import { Kbd, Modal } from "@mantine/core";
import css from "./board.module.css";

const keys: [string[], string][] = [
  [["j", "k"], "Down and up (or the arrows)"],
  [["←", "→"], "Across columns"],
  [["c"], "Claim the card"],
  [["s"], "Start, or take up again"],
  [["d"], "Done"],
  [["h"], "Put on hold, with a reason"],
  [["r"], "Give it back to the pool, with a reason"],
  [["a"], "Ask its holder for it"],
  [["g", "x"], "Give it to who asks, or keep it"],
  [["e"], "Keep a claim that lapses soon"],
  [["Enter"], "Open the card"],
  [["n"], "New task"],
  [["/", "Ctrl K"], "Find a patient"],
  [["Esc"], "Close what is open"],
  [["?"], "These keys"],
];

export function KeysHelp(props: { opened: boolean; onClose(): void }) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title="The board by keyboard" size="sm">
      <dl className={css.keys}>
        {keys.map(([names, words]) => (
          <div key={words} style={{ display: "contents" }}>
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
