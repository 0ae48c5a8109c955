import { IdleWatch } from "./IdleWatch";
import { ProveDialog } from "./ProveDialog";
import { useSession } from "./Session";

/** What may be asked of a person on any screen: whether they are still there, and who they are. */
export function SessionWatch() {
  const { phase, proving } = useSession();
  if (phase.is !== "in") return null;
  return (
    <>
      <IdleWatch />
      {proving && <ProveDialog onAnswer={proving} />}
    </>
  );
}
