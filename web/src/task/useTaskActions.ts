/** What a person does with a task: shown at once, confirmed by the answer, rolled back with a word when refused. */
import type { TypedDocumentNode } from "@urql/core";
import { useMemo } from "react";
import type { FragmentType } from "../gql";
import type { ClaimTaskMutation } from "../gql/graphql";
import { serverNow } from "../lib/time";
import type { TaskCard } from "../live/documents";
import { newsOf, type Task } from "../live/merge";
import type { Outcome } from "../live/outbox";
import type { Me } from "../live/pending";
import * as pending from "../live/pending";
import { useTeamStore } from "../live/Team";
import { useSend } from "../live/useSend";
import { toast } from "../ui/toast";
import * as docs from "./documents";
import { statusWords } from "./words";

type Card = FragmentType<typeof TaskCard>;
type Answer = { [mutation: string]: { task: Card } };

export type TaskActions = ReturnType<typeof useTaskActions>;

/** Somebody who acts through a shared screen, and how that screen may name a task. */
export type ActingHere = { me: Me | null; call(task: Task): string };

export function useTaskActions(here?: ActingHere) {
  const post = useSend();
  const { store, me: viewer, reload } = useTeamStore();
  const me = here ? here.me : viewer;
  const call = here?.call ?? byTitle;

  return useMemo(() => {
    /** Shows it at once, until the answer is in. */
    async function send<A extends Answer, I extends object>(
      words: string,
      task: Task,
      document: TypedDocumentNode<A, { input: I & { taskId: string } }>,
      input: I,
      shown: pending.Pending | null,
      lost?: (data: A) => string | null,
    ): Promise<Outcome<A>> {
      const answered = shown && store.expect(shown);
      const outcome = await post<A, I & { taskId: string }>({
        document,
        input: { taskId: task.id, ...input },
        about: task.id,
        words: `${words} ${call(task)}`,
        ...(lost && { lost }),
      });
      for (const payload of Object.values(outcome.data ?? {})) keep(payload.task);
      answered?.();
      if (outcome.told) store.lose(task.id);
      else if (outcome.failure) toast("bad", outcome.failure.message);
      return outcome;
    }

    /** The answer; null when it was refused, or when what it stood upon was. */
    const act = async <A extends Answer, I extends object>(
      words: string,
      task: Task,
      document: TypedDocumentNode<A, { input: I & { taskId: string } }>,
      input: I,
      shown: pending.Pending | null,
    ) => (await send(words, task, document, input, shown)).data;

    function keep(card: Card) {
      const news = newsOf(card);
      const here = news.task.careTeam.id === store.teamId;
      const view = store.read();
      store.answer(news);
      // What is new comes by the feed; a screen without one reads the team again.
      if (here && !view.state.tasks.has(news.task.id) && view.connection.phase !== "live") reload();
    }

    return {
      async claim(task: Task) {
        if (!me) return;
        const shown = pending.pendingClaim(task, me, serverNow());
        const { data, told } = await send("claim", task, docs.ClaimTask, {}, shown, whyNotMine);
        const why = data && whyNotMine(data);
        if (!data || !why || told) return;
        store.lose(task.id);
        const faster = newsOf(data.claimTask.task).task.claim;
        toast(faster ? "good" : "bad", `${call(task)}: ${why}`);
      },
      release: (task: Task, reason: string | null = null) =>
        act("give back", task, docs.ReleaseTask, { reason }, pending.pendingRelease(task, serverNow())),
      renew: (task: Task) => act("keep", task, docs.RenewClaim, {}, pending.pendingRenewal(task)),
      start: (task: Task) => act("start", task, docs.StartTask, {}, pending.pendingStart(task, serverNow())),
      complete: (task: Task, note?: string | null) =>
        act(
          "finish",
          task,
          docs.CompleteTask,
          note ? { note } : {},
          me ? pending.pendingComplete(task, me, serverNow()) : null,
        ),
      hold: (task: Task, reason: string) =>
        act("put on hold", task, docs.HoldTask, { reason }, pending.pendingHold(task, reason, serverNow())),
      cancel: (task: Task, reason: string) => act("cancel", task, docs.CancelTask, { reason }, null),
      fail: (task: Task, reason: string) => act("end as not done", task, docs.FailTask, { reason }, null),
      publish: (task: Task) => act("open to the team", task, docs.PublishTask, {}, null),
      assign: (task: Task, staffId: string | null) => act("assign", task, docs.AssignTask, { staffId }, null),
      keep,
    };
  }, [post, store, me, reload, call]);
}

const byTitle = (task: Task) => `“${task.title}”`;

/** A claim that somebody else won is an answer, but nothing can be built on it. */
function whyNotMine({ claimTask }: ClaimTaskMutation): string | null {
  if (claimTask.outcome === "CLAIMED") return null;
  const { task } = newsOf(claimTask.task);
  if (task.claim) return `${task.claim.by.displayName} was faster. It is theirs.`;
  return `It cannot be claimed now: ${statusWords[task.status].toLowerCase()}.`;
}

/** What the viewer may try with the task; the server has the last word. */
export function offersFor(task: Task, meId: string | null) {
  const mine = task.claim?.by.id === meId && meId !== null;
  const working = task.status === "ACCEPTED" || task.status === "IN_PROGRESS";
  return {
    claim: task.viewerCanClaim && task.status === "READY" && !task.claim,
    start: mine && (task.status === "ACCEPTED" || task.status === "ON_HOLD"),
    complete: mine && working,
    hold: mine && working,
    release: mine && (working || task.status === "ON_HOLD"),
    renew: mine && working && (task.claim?.lapsesSoon ?? false),
    /** To ask its holder for it. */
    ask: !mine && meId !== null && task.claim !== null && (working || task.status === "ON_HOLD"),
    handOver: mine && (working || task.status === "ON_HOLD"),
    publish: task.status === "DRAFT",
    end: (mine || task.viewerCanAssign) && (working || task.status === "ON_HOLD" || task.status === "READY"),
    assign: task.viewerCanAssign && (working || task.status === "ON_HOLD" || task.status === "READY"),
  };
}
