/** Who else has this patient open right now: so that two people do not ring the same patient at once. */
import { IconEye } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import type { PatientPresenceSubscription } from "../gql/graphql";
import { asked } from "../lib/registered";
import { useSession } from "../session/Session";
import { PatientPresence } from "./documents";
import css from "./patient.module.css";
import { alsoHere } from "./words";

export function AlsoHere(props: { patientId: string }) {
  const names = useOthers(props.patientId);
  return (
    <div role="status">
      {names.length > 0 && (
        <div className={css.alsoHere}>
          <IconEye size={16} aria-hidden /> {alsoHere(names)}
        </div>
      )}
    </div>
  );
}

/** Nobody while the line is cut: who is there now is then not known. */
function useOthers(patientId: string): string[] {
  const { socket } = useSession();
  const [names, setNames] = useState<string[]>([]);
  useEffect(() => {
    if (!socket) return;
    const nobody = () => setNames([]);
    const payload = { ...asked(PatientPresence), variables: { patientId } };
    const leave = socket.subscribe<PatientPresenceSubscription>(payload, {
      next: (result) =>
        setNames(result.data?.patientPresence.viewers.map((viewer) => viewer.displayName) ?? []),
      end: nobody,
    });
    const forget = socket.onCut(nobody);
    return () => {
      forget();
      leave();
      nobody();
    };
  }, [socket, patientId]);
  return names;
}
