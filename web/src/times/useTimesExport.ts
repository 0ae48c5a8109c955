/** The times as a file, as filtered on the screen. That it was taken is on record. */
import { useState } from "react";
import type { WorkTimesFilter } from "../gql/graphql";
import { download } from "../lib/api";
import { useSession } from "../session/Session";
import { toast } from "../ui/toast";

export function useTimesExport() {
  const { prove } = useSession();
  const [busy, setBusy] = useState(false);
  async function save(form: "csv" | "xlsx", filter: WorkTimesFilter) {
    const take = () => download(`/export/times.${form}`, { filter, groupBy: "KIND" });
    setBusy(true);
    let refused = await take();
    if (refused?.reason === "REAUTHENTICATE" && (await prove())) refused = await take();
    setBusy(false);
    if (refused) toast("bad", refused.message);
  }
  return { save, busy };
}
