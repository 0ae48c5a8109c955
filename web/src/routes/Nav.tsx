/** The team's screens. Those for which the header has no room are in a menu at its end. */
import { Menu } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useLayoutEffect, useRef, useState } from "react";
import { HandoffsCount } from "../handoff/HandoffsCount";
import { useTeam } from "../live/Team";
import css from "./shell.module.css";

const screens = [
  { to: "/board/$teamId", words: "Board" },
  { to: "/day/$teamId", words: "My day" },
  { to: "/huddle/$teamId", words: "Huddle" },
  { to: "/caseload/$teamId", words: "Caseload" },
  { to: "/handoffs/$teamId", words: "Handoffs" },
  { to: "/times/$teamId", words: "Times" },
  { to: "/replay/$teamId", words: "Replay" },
  { to: "/wall/$teamId", words: "Wall" },
] as const;

export function Nav(props: { teamId: string }) {
  const bar = useRef<HTMLElement>(null);
  const fits = useRoom(bar);
  const shared = { params: { teamId: props.teamId }, activeOptions: { includeSearch: false } };
  return (
    <nav className={`${css.nav} ${css.folding}`} aria-label="Screens" ref={bar}>
      {screens.map(({ to, words }, index) => (
        <Link key={to} to={to} {...shared} data-hidden={index >= fits}>
          {words}
          {words === "Huddle" && <HuddleDot />}
          {words === "Handoffs" && <HandoffsCount />}
        </Link>
      ))}
      {fits < screens.length && (
        <Menu position="bottom-start">
          <Menu.Target>
            <button type="button" className={css.more}>
              {fits > 0 ? "More" : "Screens"} <IconChevronDown size={15} aria-hidden />
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            {screens.slice(fits).map(({ to, words }) => (
              <Menu.Item key={to} component={Link} to={to} params={shared.params as never}>
                {words}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </nav>
  );
}

/** How many of the links fit, with the menu's button where not all do. */
function useRoom(bar: { current: HTMLElement | null }): number {
  const [fits, setFits] = useState<number>(screens.length);
  useLayoutEffect(() => {
    const nav = bar.current;
    if (!nav) return;
    const measure = () => {
      const ends: number[] = [];
      for (const link of nav.querySelectorAll<HTMLElement>(":scope > a"))
        ends.push((ends.at(-1) ?? 0) + link.offsetWidth + gap);
      const all = ends.length === 0 || (ends.at(-1) ?? 0) <= nav.clientWidth;
      setFits(all ? ends.length : ends.filter((end) => end + menuWidth <= nav.clientWidth).length);
    };
    const watch = new ResizeObserver(measure);
    watch.observe(nav);
    for (const link of nav.querySelectorAll(":scope > a")) watch.observe(link);
    measure();
    return () => watch.disconnect();
  }, [bar]);
  return fits;
}

const gap = 3;
const menuWidth = 96;

/** Lights while the team's huddle runs. */
function HuddleDot() {
  const { view } = useTeam();
  const runs = [...view.state.huddles.values()].some((one) => one.state === "RUNNING");
  if (!runs) return null;
  return <span className={css.runs} role="img" aria-label="runs now" />;
}
