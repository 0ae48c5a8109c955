/** Who runs the practice's Huddle: its people, its shared screens, the programs that read from it. */
import { Link, Outlet } from "@tanstack/react-router";
import { Frame } from "../routes/Frame";
import { useSession } from "../session/Session";

export function AdminLayout() {
  const { phase } = useSession();
  const mayManage = phase.is === "in" && phase.viewer.canManageStaff;
  const runsTheSystem = phase.is === "in" && phase.viewer.staff?.role === "ADMINISTRATOR";
  const nav = (
    <>
      {mayManage && <Link to="/admin/people">People</Link>}
      <Link to="/admin/displays">Displays</Link>
      {/* Only which links are shown: the server decides who reads them. */}
      {runsTheSystem && <Link to="/admin/integrations">Integrations</Link>}
    </>
  );
  return (
    <Frame title="Administration" nav={nav}>
      <Outlet />
    </Frame>
  );
}
