/** What one finds under one's own face, on every screen. */
import { Menu, useMantineColorScheme } from "@mantine/core";
import {
  IconDeviceMobile,
  IconDeviceTv,
  IconDoorExit,
  IconKeyboard,
  IconLogout,
  IconMoon,
  IconShieldLock,
  IconSun,
  IconSunMoon,
  IconUserCircle,
  IconUsers,
} from "@tabler/icons-react";
import { Link, useLocation, useParams } from "@tanstack/react-router";
import { useSession, useViewer } from "../session/Session";
import { Avatar, initialsOf } from "../ui/Avatar";
import css from "./shell.module.css";

const schemes = [
  { value: "light", words: "Light", Icon: IconSun },
  { value: "dark", words: "Dark", Icon: IconMoon },
  { value: "auto", words: "As the system", Icon: IconSunMoon },
] as const;

export function MyMenu() {
  const { staff, careTeams, canManageStaff, isPrivacyOfficer, mayReviewAccess } = useViewer();
  const { signOut } = useSession();
  const { pathname } = useLocation();
  const { teamId } = useParams({ strict: false });
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const managesTeam = careTeams.some((team) => team.viewerCanManage);
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
        <Menu.Item component={Link} to="/account" leftSection={<IconUserCircle size={16} />}>
          My account
        </Menu.Item>
        {careTeams.length > 0 && (
          <Menu.Item component={Link} to="/confirm" leftSection={<IconDeviceMobile size={16} />}>
            Confirm at the wall
          </Menu.Item>
        )}
        {canManageStaff && (
          <Menu.Item component={Link} to="/admin/people" leftSection={<IconUsers size={16} />}>
            People
          </Menu.Item>
        )}
        {(canManageStaff || managesTeam) && (
          <Menu.Item component={Link} to="/admin/displays" leftSection={<IconDeviceTv size={16} />}>
            Wall displays
          </Menu.Item>
        )}
        {(mayReviewAccess || isPrivacyOfficer) && (
          <Menu.Item
            component={Link}
            to={mayReviewAccess ? "/privacy/log" : "/privacy/emergencies"}
            leftSection={<IconShieldLock size={16} />}
          >
            Privacy
          </Menu.Item>
        )}
        <Menu.Divider />
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
        {careTeams[0] && (
          <Menu.Item
            component={Link}
            to="/handoffs/$teamId"
            params={{ teamId: teamId ?? careTeams[0].id } as never}
            search={{ leaving: true } as never}
            leftSection={<IconDoorExit size={16} />}
          >
            Leave for the day
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={signOut}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
