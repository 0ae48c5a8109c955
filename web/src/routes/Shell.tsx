/** The frame around a team's screens for people: where am I, is it live, find a patient, my menu. */
import { Button, Menu } from "@mantine/core";
import { IconChevronDown, IconPlus, IconSearch } from "@tabler/icons-react";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import { ConnectionMark } from "../live/ConnectionMark";
import { useTeam } from "../live/Team";
import { SearchPalette } from "../patient/SearchPalette";
import { ReviewMark } from "../privacy/ReviewMark";
import { useViewer } from "../session/Session";
import { NewTask } from "../task/NewTask";
import { Logo } from "../ui/Logo";
import { Beside } from "./Beside";
import { MyMenu } from "./MyMenu";
import { Nav } from "./Nav";
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
        <Nav teamId={teamId} />
        <button
          type="button"
          className={css.search}
          onClick={() => setSearching(true)}
          aria-label="Find a patient"
        >
          <IconSearch size={16} aria-hidden /> <span>Find a patient</span> <kbd>/</kbd>
        </button>
        <Button
          size="sm"
          h={34}
          className={css.newTask}
          leftSection={<IconPlus size={16} />}
          onClick={() => setCreating(true)}
          aria-label="New task"
        >
          New task
        </Button>
        <ConnectionMark />
        <ReviewMark />
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
