/** The frame around a team's screens for people: where am I, is it live, find a patient, my menu. */
import { Button, Menu, useMantineColorScheme } from "@mantine/core";
import {
  IconChevronDown,
  IconKeyboard,
  IconLogout,
  IconMoon,
  IconPlus,
  IconSearch,
  IconSun,
  IconSunMoon,
} from "@tabler/icons-react";
import { Link, useLocation, useNavigate, useParams } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import { ConnectionMark } from "../live/ConnectionMark";
import { useTeam } from "../live/Team";
import { SearchPalette } from "../patient/SearchPalette";
import { useSession, useViewer } from "../session/Session";
import { NewTask } from "../task/NewTask";
import { Avatar, initialsOf } from "../ui/Avatar";
import { Logo } from "../ui/Logo";
import { Beside } from "./Beside";
import css from "./shell.module.css";

export function Shell(props: { children: ReactNode }) {
  const { teamId = "" } = useParams({ strict: false });
  const navigate = useNavigate();
  const [searching, setSearching] = useState(false);
  const [creating, setCreating] = useState(false);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && event.target.matches("input, textarea, select");
      const asked = event.key === "k" && (event.ctrlKey || event.metaKey);
      if (!asked && !(event.key === "/" && !typing)) return;
      event.preventDefault();
      setSearching(true);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);

  return (
    <div className={css.shell}>
      <a className={css.skip} href="#main">
        To the board
      </a>
      <header className={css.header}>
        <Link to="/" className={css.home} aria-label="Huddle, home">
          <Logo /> <span>Huddle</span>
        </Link>
        <TeamSwitch teamId={teamId} />
        <nav className={css.nav} aria-label="Screens">
          <Link to="/board/$teamId" params={{ teamId }} activeOptions={{ includeSearch: false }}>
            Board
          </Link>
          <Link to="/caseload/$teamId" params={{ teamId }} activeOptions={{ includeSearch: false }}>
            Caseload
          </Link>
          <Link to="/wall/$teamId" params={{ teamId }}>
            Wall
          </Link>
        </nav>
        <span className={css.spacer} />
        <button
          type="button"
          className={css.search}
          onClick={() => setSearching(true)}
          aria-label="Find a patient"
        >
          <IconSearch size={16} aria-hidden /> <span>Find a patient</span> <kbd>/</kbd>
        </button>
        <Button size="sm" h={34} leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)}>
          New task
        </Button>
        <ConnectionMark />
        <MyMenu />
      </header>
      <main id="main" className={css.main} tabIndex={-1}>
        {props.children}
      </main>
      <Beside />
      {creating && <NewTask onClose={() => setCreating(false)} />}
      {searching && (
        <SearchPalette
          onClose={() => setSearching(false)}
          onPatient={(patient) => {
            setSearching(false);
            navigate({ to: ".", search: (was) => ({ ...was, patient, task: undefined }) as never });
          }}
        />
      )}
    </div>
  );
}

function TeamSwitch(props: { teamId: string }) {
  const { careTeams } = useViewer();
  const { view } = useTeam();
  const navigate = useNavigate();
  const name = view.state.head?.name ?? careTeams.find((team) => team.id === props.teamId)?.name ?? "";
  if (careTeams.length < 2) return <span className={css.oneTeam}>{name}</span>;
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <button type="button" className={css.team} aria-label={`Team: ${name}. Change`}>
          {name} <IconChevronDown size={15} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {careTeams.map((team) => (
          <Menu.Item
            key={team.id}
            onClick={() => navigate({ to: ".", params: { teamId: team.id } as never, search: {} as never })}
          >
            {team.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

const schemes = [
  { value: "light", words: "Light", Icon: IconSun },
  { value: "dark", words: "Dark", Icon: IconMoon },
  { value: "auto", words: "As the system", Icon: IconSunMoon },
] as const;

function MyMenu() {
  const { staff } = useViewer();
  const { signOut } = useSession();
  const { pathname } = useLocation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu width={230}>
      <Menu.Target>
        <button
          type="button"
          className={css.me}
          aria-label={`${initialsOf(staff?.displayName ?? "?")}, my menu`}
        >
          <Avatar id={staff?.id ?? ""} name={staff?.displayName ?? "?"} size="2rem" />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{staff?.displayName}</Menu.Label>
        {schemes.map(({ value, words, Icon }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={16} />}
            rightSection={colorScheme === value ? "✓" : null}
            onClick={() => setColorScheme(value)}
          >
            {words}
          </Menu.Item>
        ))}
        <Menu.Divider />
        {pathname.startsWith("/board/") && (
          <Menu.Item
            leftSection={<IconKeyboard size={16} />}
            onClick={() => document.dispatchEvent(new KeyboardEvent("keydown", { key: "?" }))}
          >
            Keys
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={signOut}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
