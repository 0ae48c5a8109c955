/** What a person does about handoffs and requests. A refusal is said at once; what was done shows by what is read again. */
import type { TypedDocumentNode } from "@urql/core";
import { useMemo } from "react";
import type { Task } from "../live/merge";
import { useSend } from "../live/useSend";
import { useTaskActions } from "../task/useTaskActions";
import { toast } from "../ui/toast";
import * as docs from "./documents";
import { type Handoff, type Request, useHandoffs } from "./Handoffs";

/** What is said of work that is handed over. */
export type Words = {
  situation: string;
  ready: string | null;
  evidence: string | null;
  next: string | null;
  dueAt: string | null;
};

/** A task that one holds, or a patient whom one coordinates. */
export type Thing = { kind: "task" | "patient"; id: string; name: string; about: string };

export type HandoffActions = ReturnType<typeof useHandoffActions>;

export function useHandoffActions() {
  const post = useSend();
  const { again } = useHandoffs();
  const { keep } = useTaskActions();

  return useMemo(() => {
    async function act<A extends object, I extends object>(
      words: string,
      document: TypedDocumentNode<A, { input: I & { clientMutationId?: string | null } }>,
      input: I,
      about: string | null,
    ): Promise<A | null> {
      const outcome = await post<A, I>({ document, input, about, words });
      if (outcome.failure && !outcome.told) toast("bad", outcome.failure.message);
      again();
      return outcome.data;
    }

    const named = (handoff: Handoff) => `“${handoff.situation.slice(0, 60)}”`;
    const asked = (request: Request) => `“${request.task?.title ?? "the task"}”`;
    return {
      handOver(careTeamId: string, toStaffId: string | null, things: readonly Thing[], words: Words) {
        const only = things.length === 1 ? things[0] : undefined;
        const ids = (kind: Thing["kind"]) => things.filter((one) => one.kind === kind).map((one) => one.id);
        return act(
          only ? `hand over “${only.name}”` : `hand over ${things.length} tasks and patients`,
          docs.CreateHandoff,
          { careTeamId, toStaffId, taskIds: ids("task"), patientIds: ids("patient"), ...words },
          things[0]?.id ?? null,
        );
      },
      escalate: (task: Task, reason: string) =>
        act(`escalate “${task.title}”`, docs.EscalateTask, { taskId: task.id, reason }, task.id),
      notify: (task: Task, staffId: string, message: string) =>
        act(
          `tell somebody about “${task.title}”`,
          docs.NotifyAboutTask,
          { taskId: task.id, staffId, message },
          task.id,
        ),
      acknowledge: (handoff: Handoff) =>
        act(`acknowledge ${named(handoff)}`, docs.AcknowledgeHandoff, { handoffId: handoff.id }, handoff.id),
      decline: (handoff: Handoff, reason: string) =>
        act(`decline ${named(handoff)}`, docs.DeclineHandoff, { handoffId: handoff.id, reason }, handoff.id),
      redirect: (handoff: Handoff, toStaffId: string | null) =>
        act(
          `redirect ${named(handoff)}`,
          docs.RedirectHandoff,
          { handoffId: handoff.id, toStaffId },
          handoff.id,
        ),
      withdraw: (handoff: Handoff) =>
        act(`take back ${named(handoff)}`, docs.WithdrawHandoff, { handoffId: handoff.id }, handoff.id),
      ask: (task: Task, message: string | null) =>
        act(`ask for “${task.title}”`, docs.AskToTakeOver, { taskId: task.id, message }, task.id),
      grant: (request: Request) =>
        act(`give ${asked(request)}`, docs.GrantClaimRequest, { claimRequestId: request.id }, request.id),
      refuse: (request: Request) =>
        act(`keep ${asked(request)}`, docs.DeclineClaimRequest, { claimRequestId: request.id }, request.id),
      unask: (request: Request) =>
        act(
          `no longer ask for ${asked(request)}`,
          docs.WithdrawClaimRequest,
          { claimRequestId: request.id },
          request.id,
        ),
      async leave(tasks: LeavingLine[]) {
        const data = await act("leave for the day", docs.LeaveForTheDay, { tasks }, null);
        for (const card of data?.leaveForTheDay.tasks ?? []) keep(card);
        return data;
      },
    };
  }, [post, again, keep]);
}

export type LeavingLine = {
  taskId: string;
  choice: "HAND_OVER" | "RETURN" | "KEEP";
  toStaffId: string | null;
  reason: string;
};
