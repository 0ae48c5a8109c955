/** What the viewer may do with the task, as buttons; what needs a reason asks for it. */
import { Button, Menu } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useState } from "react";
import { GiveBack } from "../handoff/GiveBack";
import type { Task } from "../live/merge";
import { useTeam } from "../live/Team";
import { Avatar } from "../ui/Avatar";
import { ReasonDialog } from "./ReasonDialog";
import css from "./task.module.css";
import { offersFor, useTaskActions } from "./useTaskActions";

export function TaskButtons(props: { task: Task }) {
  const { task } = props;
  const { me, view } = useTeam();
  const actions = useTaskActions();
  const [asking, setAsking] = useState<"hold" | "cancel" | "fail" | null>(null);
  const [givingBack, setGivingBack] = useState(false);
  const offers = offersFor(task, me?.id ?? null);
  const members = view.state.head?.members.filter((one) => one.staff.active) ?? [];
  const words = {
    hold: { title: "Put on hold", label: "What is it waiting for?", action: "Put on hold" },
    cancel: { title: "Cancel this task", label: "Why is it not needed any more?", action: "Cancel the task" },
    fail: { title: "Could not be done", label: "What stood in the way?", action: "End as not done" },
  };
  return (
    <div className={css.actions}>
      {offers.claim && <Button onClick={() => actions.claim(task)}>Claim</Button>}
      {offers.publish && <Button onClick={() => actions.publish(task)}>Open to the team</Button>}
      {offers.start && (
        <Button onClick={() => actions.start(task)}>
          {task.status === "ON_HOLD" ? "Take up again" : "Start"}
        </Button>
      )}
      {offers.complete && (
        <Button variant={offers.start ? "default" : "filled"} onClick={() => actions.complete(task)}>
          Done
        </Button>
      )}
      {offers.renew && (
        <Button variant="light" onClick={() => actions.renew(task)}>
          Keep it
        </Button>
      )}
      {offers.hold && (
        <Button variant="default" onClick={() => setAsking("hold")}>
          Hold
        </Button>
      )}
      {offers.release && (
        <Button variant="default" onClick={() => setGivingBack(true)}>
          Give back
        </Button>
      )}
      {offers.assign && (
        <Menu>
          <Menu.Target>
            <Button variant="default" rightSection={<IconChevronDown size={15} />}>
              Assign
            </Button>
          </Menu.Target>
          <Menu.Dropdown mah={360} style={{ overflowY: "auto" }}>
            {members.map(({ staff }) => (
              <Menu.Item
                key={staff.id}
                leftSection={<Avatar id={staff.id} name={staff.displayName} />}
                disabled={task.claim?.by.id === staff.id}
                onClick={() => actions.assign(task, staff.id)}
              >
                {staff.displayName}
              </Menu.Item>
            ))}
            {task.claim && (
              <>
                <Menu.Divider />
                <Menu.Item onClick={() => actions.assign(task, null)}>Back to the pool</Menu.Item>
              </>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
      {offers.end && (
        <Menu>
          <Menu.Target>
            <Button variant="default" rightSection={<IconChevronDown size={15} />}>
              End
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => setAsking("fail")}>Could not be done…</Menu.Item>
            <Menu.Item onClick={() => setAsking("cancel")}>Not needed any more…</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      {givingBack && (
        <GiveBack
          task={task}
          onClose={() => setGivingBack(false)}
          onReason={(reason) => void actions.release(task, reason)}
        />
      )}
      {asking && (
        <ReasonDialog
          {...words[asking]}
          danger={asking !== "hold"}
          onClose={() => setAsking(null)}
          onReason={async (reason) => (await actions[asking](task, reason)) !== null}
        />
      )}
    </div>
  );
}
