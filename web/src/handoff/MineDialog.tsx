/** Everything that one could hand over in a team: what one holds, and whom one coordinates. */
import { useQuery } from "urql";
import type { MineToGiveQuery } from "../gql/graphql";
import { failureOf } from "../lib/errors";
import { due, plainDate } from "../lib/time";
import { useTeam } from "../live/Team";
import { useNow } from "../ui/useNow";
import { MineToGive } from "./documents";
import { useHandoffs } from "./Handoffs";
import { TransferDialog } from "./TransferDialog";
import type { Thing } from "./useHandoffActions";

type Task = MineToGiveQuery["tasks"]["nodes"][number];

export function MineDialog(props: { onClose(): void }) {
  const { store, view, me, zone } = useTeam();
  const now = useNow("slow");
  const { fromMe } = useHandoffs();
  const [{ data, error }, read] = useQuery({
    query: MineToGive,
    variables: { team: store.teamId, me: me?.id ?? "" },
    requestPolicy: "network-only",
  });
  const waiting = new Set(
    fromMe
      .filter((one) => one.kind === "TRANSFER")
      .flatMap((one) => one.items.filter((item) => item.moved === null))
      .map((item) => item.task?.id ?? item.patient?.id),
  );
  const about = (task: Task) =>
    [task.patient?.displayName, task.dueAt && due(task.dueAt, task.isOverdue, now, zone)]
      .filter(Boolean)
      .join(" · ");
  const all: Thing[] | null = data
    ? [
        ...data.patients.nodes.map((one) => ({
          kind: "patient" as const,
          id: one.id,
          name: one.displayName,
          about: one.birthDate ? plainDate(one.birthDate) : "",
        })),
        ...data.tasks.nodes.map((one) => ({
          kind: "task" as const,
          id: one.id,
          name: one.title,
          about: about(one),
        })),
      ]
    : null;
  const things = all?.filter((one) => !waiting.has(one.id)) ?? null;
  const left = (all?.length ?? 0) - (things?.length ?? 0);
  const unread = (data?.patients.totalCount ?? 0) - (data?.patients.nodes.length ?? 0);
  const notes = [
    left > 0 && `${left} more wait for who is to have them already.`,
    unread > 0 && `${unread} more patients are not listed: hand over these first.`,
  ].filter(Boolean);
  return (
    <TransferDialog
      title="Hand over"
      team={{ id: store.teamId, members: view.state.head?.members ?? [] }}
      things={things}
      chosen={[]}
      note={notes.join(" ") || null}
      error={error ? failureOf(error).message : null}
      onRetry={() => read({ requestPolicy: "network-only" })}
      onClose={props.onClose}
    />
  );
}
