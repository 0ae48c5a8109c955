import { useViewer } from "../session/Session";

/** Times here are said as the viewer's team says them; by this computer for who has none. */
export const useZone = () =>
  useViewer().careTeams[0]?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
