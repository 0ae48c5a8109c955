/** The record as a file: as filtered and sorted on the screen. On record itself. */
import { useState } from "react";
import type { AuditFilter, AuditOrder } from "../gql/graphql";
import { download } from "../lib/api";
import { useSession } from "../session/Session";
import { toast } from "../ui/toast";

export function useExport() {
  const { prove } = useSession();
  const [busy, setBusy] = useState(false);
  async function save(filter: AuditFilter, orderBy: AuditOrder) {
    setBusy(true);
    let refused = await download("/export/audit.csv", { filter, orderBy });
    if (refused?.reason === "REAUTHENTICATE" && (await prove()))
      refused = await download("/export/audit.csv", { filter, orderBy });
    setBusy(false);
    if (refused) toast("bad", refused.message);
  }
  return { save, busy };
}
