import { ActionIcon, SegmentedControl, Tooltip } from "@mantine/core";
import {
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerSkipBack,
  IconPlayerSkipForward,
} from "@tabler/icons-react";
import css from "./replay.module.css";
import type { Player } from "./usePlayer";

type Props = { player: Player; count: number; of: number; whole: boolean; onJump(to: number): void };

export function Controls(props: Props) {
  const { player, count, of } = props;
  return (
    <div className={css.controls}>
      <Tooltip label="Change before (←)">
        <ActionIcon
          variant="default"
          size="lg"
          aria-label="Change before"
          disabled={count === 0}
          onClick={() => props.onJump(count - 1)}
        >
          <IconPlayerSkipBack size={18} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={player.playing ? "Pause (space)" : "Play (space)"}>
        <ActionIcon size="lg" aria-label={player.playing ? "Pause" : "Play"} onClick={player.toggle}>
          {player.playing ? <IconPlayerPause size={18} /> : <IconPlayerPlay size={18} />}
        </ActionIcon>
      </Tooltip>
      <Tooltip label="Next change (→)">
        <ActionIcon
          variant="default"
          size="lg"
          aria-label="Next change"
          disabled={count >= of}
          onClick={() => props.onJump(count + 1)}
        >
          <IconPlayerSkipForward size={18} />
        </ActionIcon>
      </Tooltip>
      <SegmentedControl
        size="xs"
        value={String(player.speed)}
        onChange={(value) => player.setSpeed(Number(value))}
        data={[
          { value: "1", label: "1×" },
          { value: "10", label: "10×" },
          { value: "60", label: "60×" },
        ]}
        aria-label="How fast"
      />
      <span className={css.count}>
        {count} of {of}
        {props.whole ? " changes" : " changes, more on the way"}
      </span>
    </div>
  );
}
