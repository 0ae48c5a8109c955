import { useEffect, useRef, useState } from "react";

export type Player = {
  playing: boolean;
  speed: number;
  setSpeed(speed: number): void;
  toggle(): void;
};

const tick = 200;

/** Lets time pass, so many times as fast as it did. */
export function usePlayer(props: { at: number; until: number; onMove(at: number): void }): Player {
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState(60);
  const now = useRef(props);
  now.current = props;

  useEffect(() => {
    if (!playing) return;
    const timer = setInterval(() => {
      const { at, until, onMove } = now.current;
      if (at >= until) return setPlaying(false);
      onMove(at + tick * speed);
    }, tick);
    return () => clearInterval(timer);
  }, [playing, speed]);

  return { playing, speed, setSpeed, toggle: () => setPlaying((was) => !was) };
}
