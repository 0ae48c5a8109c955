import { useViewer } from "./Session";

/** In which zone times are said outside of a team: the practice's, else this device's. */
export function useZone(): string {
  const { careTeams } = useViewer();
  return careTeams[0]?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
}
