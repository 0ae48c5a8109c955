/** Three acts about a task that are not each other, each with a line of what it does; and what is under way already. */
import { Button } from "@mantine/core";
import { IconArrowBigUpLines, IconArrowRight, IconBell, IconHandStop } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { clock } from "../lib/time";
import type { Task } from "../live/merge";
import { useTeam } from "../live/Team";
import { ReasonDialog } from "../task/ReasonDialog";
import { offersFor } from "../task/useTaskActions";
import { Section } from "../ui/Section";
import { useHandoffs } from "./Handoffs";
import css from "./handoff.module.css";
import { NotifyDialog } from "./NotifyDialog";
import { TransferDialog } from "./TransferDialog";
import { useHandoffActions } from "./useHandoffActions";

export function PassOn(props: { task: Task }) {
  const { task } = props;
  const { me, view, zone } = useTeam();
  const { fromMe, requests } = useHandoffs();
  const actions = useHandoffActions();
  const [doing, setDoing] = useState<"transfer" | "escalate" | "notify" | "ask" | null>(null);
  const offers = offersFor(task, me?.id ?? null);
  const open = !["COMPLETED", "CANCELLED", "FAILED", "ENTERED_IN_ERROR"].includes(task.status);
  const isMember = view.state.head?.members.some((one) => one.staff.id === me?.id) ?? false;
  const going = fromMe.find(
    (one) =>
      one.kind === "TRANSFER" && one.items.some((item) => item.task?.id === task.id && item.moved === null),
  );
  const asked = requests.get(task.id) ?? [];
  const mine = asked.find((one) => one.from.id === me?.id);
  if (!open) return null;
  return (
    <Section title="Pass it on">
      {going && (
        <p className={css.note}>
          {going.state === "DECLINED"
            ? `${going.to?.displayName ?? "They"} declined: “${going.answer ?? ""}”. It is still yours.`
            : `You hand this to ${going.to?.displayName ?? "the team"}, who ${going.to ? "has" : "have"} not acknowledged it yet. It is yours until then.`}{" "}
          <Button variant="subtle" size="compact-sm" onClick={() => void actions.withdraw(going)}>
            Take back
          </Button>
        </p>
      )}
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
      {doing === "transfer" && <TransferDialog task={task} onClose={() => setDoing(null)} />}
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
