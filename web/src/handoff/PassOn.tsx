/** Three acts about a task that are not each other, each with a line of what it does; and what is under way already. */
import { Button } from "@mantine/core";
import { IconArrowBigUpLines, IconArrowRight, IconBell, IconHandStop } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { clock } from "../lib/time";
import type { Task } from "../live/merge";
import { useTeam } from "../live/Team";
import { ReasonDialog } from "../task/ReasonDialog";
import { offersFor } from "../task/useTaskActions";
import { isOpen } from "../task/words";
import { Section } from "../ui/Section";
import { Going, useGoing } from "./Going";
import { useHandoffs } from "./Handoffs";
import css from "./handoff.module.css";
import { NotifyDialog } from "./NotifyDialog";
import { TransferDialog } from "./TransferDialog";
import { useHandoffActions } from "./useHandoffActions";

export function PassOn(props: { task: Task }) {
  const { task } = props;
  const { me, view, zone } = useTeam();
  const { requests } = useHandoffs();
  const actions = useHandoffActions();
  const [doing, setDoing] = useState<"transfer" | "escalate" | "notify" | "ask" | null>(null);
  const offers = offersFor(task, me?.id ?? null);
  const isMember = view.state.head?.members.some((one) => one.staff.id === me?.id) ?? false;
  const going = useGoing(task.id);
  const asked = requests.get(task.id) ?? [];
  const mine = asked.find((one) => one.from.id === me?.id);
  if (!isOpen(task.status)) return null;
  return (
    <Section title="Pass it on">
      {going && <Going handoff={going} what="this" until="It is yours until then." />}
      {asked
        .filter((one) => one.viewerCanAnswer)
        .map((one) => (
          <p key={one.id} className={css.note} data-loud>
            {one.from.displayName} asks for this{one.message ? `: “${one.message}”` : "."}{" "}
            <Button size="compact-sm" onClick={() => void actions.grant(one)}>
              Give it
            </Button>{" "}
            <Button variant="default" size="compact-sm" onClick={() => void actions.refuse(one)}>
              Keep it
            </Button>
          </p>
        ))}
      {mine && (
        <p className={css.note}>
          You asked {mine.holder.displayName} for this, until {clock(mine.expiresAt, zone)}.{" "}
          <Button variant="subtle" size="compact-sm" onClick={() => void actions.unask(mine)}>
            No longer
          </Button>
        </p>
      )}
      <ul className={css.ways}>
        {offers.handOver && !going && (
          <Way
            icon={<IconArrowRight size={18} aria-hidden />}
            name="Hand over…"
            words="Somebody else does it, once they acknowledge."
            onClick={() => setDoing("transfer")}
          />
        )}
        {offers.ask && isMember && !mine && (
          <Way
            icon={<IconHandStop size={18} aria-hidden />}
            name="Ask to take over…"
            words={`${task.claim?.by.displayName ?? "The holder"} says yes or no.`}
            onClick={() => setDoing("ask")}
          />
        )}
        <Way
          icon={<IconArrowBigUpLines size={18} aria-hidden />}
          name="Escalate…"
          words="The managers are told and it becomes more urgent. Nobody else gets it."
          onClick={() => setDoing("escalate")}
        />
        <Way
          icon={<IconBell size={18} aria-hidden />}
          name="Tell somebody…"
          words="They know about it. Nothing else changes."
          onClick={() => setDoing("notify")}
        />
      </ul>
      {doing === "transfer" && (
        <TransferDialog
          title={`Hand over: ${task.title}`}
          team={{ id: task.careTeam.id, members: view.state.head?.members ?? [] }}
          things={[{ kind: "task", id: task.id, name: task.title, about: "" }]}
          chosen={[task.id]}
          onClose={() => setDoing(null)}
        />
      )}
      {doing === "notify" && <NotifyDialog task={task} onClose={() => setDoing(null)} />}
      {doing === "ask" && (
        <ReasonDialog
          title={`Ask ${task.claim?.by.displayName ?? "the holder"} for this task`}
          label="Why you could do it now"
          action="Ask"
          onClose={() => setDoing(null)}
          onReason={async (message) => (await actions.ask(task, message)) !== null}
        />
      )}
      {doing === "escalate" && (
        <ReasonDialog
          title={`Escalate: ${task.title}`}
          label="What do the managers have to know?"
          action="Escalate"
          onClose={() => setDoing(null)}
          onReason={async (reason) => (await actions.escalate(task, reason)) !== null}
        />
      )}
    </Section>
  );
}

function Way(props: { icon: ReactNode; name: string; words: string; onClick(): void }) {
  return (
    <li>
      <button type="button" onClick={props.onClick}>
        {props.icon}
        <span>
          <b>{props.name}</b>
          <small>{props.words}</small>
        </span>
      </button>
    </li>
  );
}
