/** What was handed over: for me to acknowledge, from me, and what a manager has to see to. */
import { Button, Skeleton } from "@mantine/core";
import { IconArrowsExchange, IconDoorExit } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useQuery } from "urql";
import { readFragment } from "../gql";
import { failureOf } from "../lib/errors";
import { useReadAgainAfter } from "../lib/useReadAgain";
import { useTeam } from "../live/Team";
import { EmptyFace, ErrorFace } from "../ui/Face";
import { Away } from "./Away";
import { HandoffCard, Lately } from "./documents";
import { HandoffItem } from "./HandoffItem";
import { type Handoff, useHandoffs } from "./Handoffs";
import css from "./handoff.module.css";
import { LeaveDialog } from "./LeaveDialog";
import { MineDialog } from "./MineDialog";

export function HandoffsPage() {
  const { toMe, fromMe, escalated, loaded, error, again } = useHandoffs();
  const { view, me } = useTeam();
  const [giving, setGiving] = useState(false);
  const { leaving } = useSearch({ from: "/team/handoffs/$teamId" });
  const navigate = useNavigate({ from: "/handoffs/$teamId" });
  const leave = (leaving: true | undefined) =>
    navigate({ search: (was) => ({ ...was, leaving }) as never, replace: true });
  const role = view.state.head?.members.find((one) => one.staff.id === me?.id)?.staff.role;
  const seesTo = (view.state.head?.viewerCanManage ?? false) || role === "CARE_COORDINATOR";
  if (error && !loaded) return <ErrorFace message={failureOf(error).message} onRetry={again} />;
  return (
    <div className={css.page}>
      <header className={css.head}>
        <h1>Handoffs</h1>
        <Button
          variant="default"
          leftSection={<IconArrowsExchange size={17} />}
          onClick={() => setGiving(true)}
        >
          Hand over…
        </Button>
        <Button variant="default" leftSection={<IconDoorExit size={17} />} onClick={() => void leave(true)}>
          Leave for the day
        </Button>
      </header>
      {!loaded ? (
        <div aria-busy="true">
          {[0, 1, 2].map((i) => (
            <Skeleton key={i} height={120} mb={10} radius="md" />
          ))}
        </div>
      ) : (
        <div className={css.columns}>
          <List name="For me" list={toMe}>
            Nobody waits for you.
          </List>
          <List name="From me" list={fromMe}>
            What you hand over waits here until it is acknowledged.
          </List>
          {seesTo && (
            <div className={css.stack}>
              <List name="For the managers" list={escalated}>
                Nothing is late, declined or escalated.
              </List>
              <Away />
            </div>
          )}
          <Latest />
        </div>
      )}
      {giving && <MineDialog onClose={() => setGiving(false)} />}
      {leaving && <LeaveDialog onClose={() => void leave(undefined)} />}
    </div>
  );
}

function List(props: { name: string; list: readonly Handoff[]; children: ReactNode }) {
  return (
    <section className={css.list} aria-label={props.name}>
      <h2>
        {props.name} {props.list.length > 0 && <span>{props.list.length}</span>}
      </h2>
      {props.list.length === 0 ? (
        <EmptyFace icon={<IconArrowsExchange />}>{props.children}</EmptyFace>
      ) : (
        <ul>
          {props.list.map((one) => (
            <HandoffItem key={one.id} handoff={one} />
          ))}
        </ul>
      )}
    </section>
  );
}

/** What became of things. */
function Latest() {
  const { store, view } = useTeam();
  const [result, read] = useQuery({ query: Lately, variables: { team: store.teamId } });
  useReadAgainAfter(view.told, () => read({ requestPolicy: "network-only" }));
  const over = (result.data?.handoffs.nodes ?? [])
    .map((node) => readFragment(HandoffCard, node))
    .filter((one) => one.state === "ACKNOWLEDGED" || one.state === "WITHDRAWN");
  if (over.length === 0) return null;
  return (
    <List name="Lately" list={over}>
      Nothing yet.
    </List>
  );
}
