/** Signed records as a file. On record itself. */
import { useState } from "react";
import { download } from "../lib/api";
import { useSession } from "../session/Session";
import { toast } from "../ui/toast";

export function useHuddleExport() {
  const { prove } = useSession();
  const [busy, setBusy] = useState(false);
  async function save(careTeamId: string, from: string, to: string) {
    const asked = { careTeamId, from, to };
    setBusy(true);
    let refused = await download("/export/huddles.csv", asked);
    if (refused?.reason === "REAUTHENTICATE" && (await prove()))
      refused = await download("/export/huddles.csv", asked);
    setBusy(false);
    if (refused) toast("bad", refused.message);
  }
  return { save, busy };
}
