/** Stands over the patient for as long as somebody sees them in an emergency only, and says when that is over. */
import { Button } from "@mantine/core";
import { IconUrgent } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useClient } from "urql";
import { clock, serverNow } from "../lib/time";
import { useSend } from "../live/useSend";
import { toast } from "../ui/toast";
import { EndEmergency, MyEmergencies } from "./documents";
import css from "./patient.module.css";

type Props = {
  access: { id: string; reason: string; until: string };
  zone: string;
  onOver(words: string): void;
};

/** Somebody who reviews may end it before its time. */
const askEvery = 5_000;

export function EmergencyBanner(props: Props) {
  const { id, reason, until } = props.access;
  const api = useClient();
  const send = useSend();
  const [busy, setBusy] = useState(false);
  const over = useRef(props.onOver);
  over.current = props.onOver;

  useEffect(() => {
    const left = Math.max(0, Date.parse(until) - serverNow());
    const timer = setTimeout(() => over.current("The emergency access has ended: its time is over."), left);
    const asking = setInterval(async () => {
      const { data } = await api.query(MyEmergencies, {}, { requestPolicy: "network-only" }).toPromise();
      if (data && !data.viewer.emergencyAccess.some((one) => one.id === id))
        over.current("The emergency access was ended.");
    }, askEvery);
    return () => {
      clearTimeout(timer);
      clearInterval(asking);
    };
  }, [api, id, until]);

  async function end() {
    setBusy(true);
    const { data, failure, told } = await send({
      document: EndEmergency,
      input: { breakGlassId: id },
      about: id,
      words: "end the emergency access",
    });
    setBusy(false);
    if (data) props.onOver("You ended the emergency access.");
    else if (!told) toast("bad", failure.message);
  }

  return (
    <section className={css.emergency} aria-label="Emergency access">
      <IconUrgent size={26} aria-hidden />
      <p>
        <strong>Emergency access until {clock(until, props.zone)}</strong>
        On record: {reason}
      </p>
      <Button size="compact-sm" variant="white" color="red.9" loading={busy} onClick={end}>
        End it
      </Button>
    </section>
  );
}
