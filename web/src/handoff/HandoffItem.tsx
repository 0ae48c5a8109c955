/** One handoff: from whom to whom, what is said, what it is about, how long it waits, and what one may do. */
import { Button, Menu } from "@mantine/core";
import { IconArrowRight, IconChevronDown } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { ago, countdown, exact, moment } from "../lib/time";
import { useTeam } from "../live/Team";
import { ReasonDialog } from "../task/ReasonDialog";
import { Avatar } from "../ui/Avatar";
import { useNow } from "../ui/useNow";
import type { Handoff } from "./Handoffs";
import css from "./handoff.module.css";
import { useHandoffActions } from "./useHandoffActions";
import { kindWords, stateWords } from "./words";

export function HandoffItem(props: { handoff: Handoff }) {
  const { handoff } = props;
  const { zone, view } = useTeam();
  const now = useNow("slow");
  const navigate = useNavigate({ from: "/handoffs/$teamId" });
  const actions = useHandoffActions();
  const [declining, setDeclining] = useState(false);
  const { from, to } = handoff;
  const members = (view.state.head?.members ?? [])
    .map((one) => one.staff)
    .filter((one) => one.active && one.id !== from?.id && one.id !== to?.id);
  return (
    <li className={css.card} data-handoff={handoff.id} data-state={handoff.state}>
      <div className={css.top}>
        <strong>{kindWords[handoff.kind]}</strong>
        <span className={css.way}>
          {from && <Avatar id={from.id} name={from.displayName} size="1.4rem" />}
          {from?.displayName ?? "Huddle"}
          <IconArrowRight size={15} aria-label="to" />
          {to && <Avatar id={to.id} name={to.displayName} size="1.4rem" />}
          {to?.displayName ?? (handoff.kind === "ESCALATION" ? "managers" : "anybody on the team")}
        </span>
        <span className={css.age} title={exact(handoff.createdAt, zone)}>
          {ago(handoff.createdAt, now, zone)}
        </span>
      </div>
      <p className={css.words}>{handoff.situation}</p>
      <dl className={css.facts}>
        <Fact name="Ready" value={handoff.ready} />
        <Fact name="Seen in" value={handoff.evidence} />
        <Fact name="Next" value={handoff.next} />
        <Fact name="By" value={handoff.dueAt && moment(handoff.dueAt, now, zone)} />
        <Fact name="Answer" value={handoff.answer} />
      </dl>
      <ul className={css.items}>
        {handoff.items.map((item) => (
          <li key={item.id} data-stays={item.moved === false || undefined}>
            {item.task ? (
              <button
                type="button"
                onClick={() =>
                  navigate({
                    search: (was) => ({ ...was, task: item.task?.id, patient: undefined }) as never,
                  })
                }
              >
                {item.task.title}
              </button>
            ) : item.patient ? (
              <button
                type="button"
                onClick={() =>
                  navigate({
                    search: (was) => ({ ...was, patient: item.patient?.id, task: undefined }) as never,
                  })
                }
              >
                {item.patient.displayName}
              </button>
            ) : (
              <span>Not yours to see any more</span>
            )}
            {item.patient && <small>to coordinate</small>}
            {item.moved === false && <small>did not move</small>}
          </li>
        ))}
      </ul>
      <div className={css.foot}>
        <Clock handoff={handoff} />
        {handoff.viewerCanWithdraw && (
          <Button variant="subtle" size="compact-sm" onClick={() => void actions.withdraw(handoff)}>
            Take back
          </Button>
        )}
        {handoff.viewerCanRedirect && (
          <Menu>
            <Menu.Target>
              <Button variant="default" size="compact-sm" rightSection={<IconChevronDown size={14} />}>
                To somebody else
              </Button>
            </Menu.Target>
            <Menu.Dropdown mah={360} style={{ overflowY: "auto" }}>
              {members.map((one) => (
                <Menu.Item
                  key={one.id}
                  leftSection={<Avatar id={one.id} name={one.displayName} />}
                  onClick={() => void actions.redirect(handoff, one.id)}
                >
                  {one.displayName}
                </Menu.Item>
              ))}
              {to && (
                <>
                  <Menu.Divider />
                  <Menu.Item onClick={() => void actions.redirect(handoff, null)}>
                    Anybody on the team
                  </Menu.Item>
                </>
              )}
            </Menu.Dropdown>
          </Menu>
        )}
        {handoff.viewerCanAcknowledge && handoff.kind === "TRANSFER" && to && (
          <Button variant="default" size="compact-sm" onClick={() => setDeclining(true)}>
            Decline…
          </Button>
        )}
        {handoff.viewerCanAcknowledge && (
          <Button size="compact-sm" onClick={() => void actions.acknowledge(handoff)}>
            {handoff.kind === "TRANSFER" ? "Acknowledge: it is mine" : "I know"}
          </Button>
        )}
      </div>
      {declining && (
        <ReasonDialog
          title="Decline this handoff"
          label="Why? It stays with its giver, who reads this."
          action="Decline"
          onClose={() => setDeclining(false)}
          onReason={async (reason) => (await actions.decline(handoff, reason)) !== null}
        />
      )}
    </li>
  );
}

function Fact(props: { name: string; value: string | null | undefined }) {
  if (!props.value) return null;
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.value}</dd>
    </div>
  );
}

/** What it waits for, and how long until the managers are told. */
function Clock(props: { handoff: Handoff }) {
  const { handoff } = props;
  const { zone } = useTeam();
  const now = useNow(handoff.acknowledgeBy ? "second" : "slow");
  if (handoff.state === "ACKNOWLEDGED" && handoff.acknowledgedAt)
    return (
      <span className={css.clock}>
        {handoff.acknowledgedBy?.displayName ?? "Somebody"} acknowledged{" "}
        {ago(handoff.acknowledgedAt, now, zone)}
      </span>
    );
  if (handoff.state === "OPEN" && handoff.acknowledgeBy)
    return (
      <span className={css.clock}>
        to the managers in {countdown(Date.parse(handoff.acknowledgeBy) - now)}
      </span>
    );
  return (
    <span
      className={css.clock}
      data-loud={handoff.state === "ESCALATED" || handoff.state === "DECLINED" || undefined}
    >
      {stateWords(handoff)}
    </span>
  );
}
