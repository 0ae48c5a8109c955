/** Work whose holder is away: it waits for somebody who gives it to somebody else. */
import { Button, Menu } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useQuery } from "urql";
import { clock } from "../lib/time";
import { useTeam } from "../live/Team";
import { useTaskActions } from "../task/useTaskActions";
import { Avatar } from "../ui/Avatar";
import { Stranded } from "./documents";
import css from "./handoff.module.css";

/** People come and go without any word of it. */
const every = 60_000;
const trailing = 400;

export function Away() {
  const { store, view, zone } = useTeam();
  const actions = useTaskActions();
  const navigate = useNavigate({ from: "/handoffs/$teamId" });
  const [result, read] = useQuery({ query: Stranded, variables: { team: store.teamId } });
  const { revision } = view;
  const seen = useRef(revision);

  useEffect(() => {
    const timer = setInterval(() => read({ requestPolicy: "network-only" }), every);
    return () => clearInterval(timer);
  }, [read]);
  useEffect(() => {
    if (seen.current === revision) return;
    const timer = setTimeout(() => {
      seen.current = revision;
      read({ requestPolicy: "network-only" });
    }, trailing);
    return () => clearTimeout(timer);
  }, [revision, read]);

  const tasks = result.data?.strandedWork.nodes ?? [];
  const members = (view.state.head?.members ?? []).map((one) => one.staff).filter((one) => one.active);
  return (
    <section className={css.list} aria-label="Held by who is away">
      <h2>Held by who is away {tasks.length > 0 && <span>{tasks.length}</span>}</h2>
      {tasks.length === 0 ? (
        <p className={css.hint}>Nobody who is away holds anything.</p>
      ) : (
        <ul>
          {tasks.map((task) => {
            const live = view.tasks.get(task.id);
            return (
              <li key={task.id} className={css.row} data-task={task.id}>
                <button
                  type="button"
                  onClick={() =>
                    navigate({ search: (was) => ({ ...was, task: task.id, patient: undefined }) as never })
                  }
                >
                  {task.title}
                </button>
                <small>
                  {task.claim?.by.displayName}
                  {task.status === "ON_HOLD"
                    ? ` · on hold: ${task.statusReason ?? ""}`
                    : task.claim?.leaseUntil
                      ? ` · back in the pool at ${clock(task.claim.leaseUntil, zone)}`
                      : ""}
                </small>
                {live && (
                  <Menu>
                    <Menu.Target>
                      <Button
                        variant="default"
                        size="compact-sm"
                        rightSection={<IconChevronDown size={14} />}
                      >
                        Give to
                      </Button>
                    </Menu.Target>
                    <Menu.Dropdown mah={360} style={{ overflowY: "auto" }}>
                      {members
                        .filter((one) => one.id !== task.claim?.by.id)
                        .map((one) => (
                          <Menu.Item
                            key={one.id}
                            leftSection={<Avatar id={one.id} name={one.displayName} />}
                            onClick={() => void actions.assign(live, one.id)}
                          >
                            {one.displayName}
                          </Menu.Item>
                        ))}
                      <Menu.Divider />
                      <Menu.Item onClick={() => void actions.assign(live, null)}>Back to the pool</Menu.Item>
                    </Menu.Dropdown>
                  </Menu>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
