/** What a person does with a task: shown at once, confirmed by the answer, rolled back with a word when refused. */
import type { TypedDocumentNode } from "@urql/core";
import { useMemo } from "react";
import { useClient } from "urql";
import type { FragmentType } from "../gql";
import type { ClaimTaskMutation } from "../gql/graphql";
import { failureOf } from "../lib/errors";
import { serverNow } from "../lib/time";
import type { TaskCard } from "../live/documents";
import { newsOf, type Task } from "../live/merge";
import * as pending from "../live/pending";
import { useTeamStore } from "../live/Team";
import { toast } from "../ui/toast";
import * as docs from "./documents";
import { statusWords } from "./words";

type Card = FragmentType<typeof TaskCard>;
type Answer = { [mutation: string]: { task: Card } };

export type TaskActions = ReturnType<typeof useTaskActions>;

export function useTaskActions() {
  const api = useClient();
  const { store, me, reload } = useTeamStore();

  return useMemo(() => {
    /**
     * The answer; null when it was refused, or when what it stood upon was. One after another for each task: what is
     * pressed faster than answers come keeps its order.
     */
    async function send<A extends object, V extends object>(
      document: TypedDocumentNode<A, V>,
      variables: V & { id: string },
      shown: pending.Pending | null,
    ): Promise<A | null> {
      const answered = shown && store.expect(shown);
      const before = store.turns.get(variables.id) ?? Promise.resolve(true);
      const mine = before.then((went) => (went ? deliver(document, variables) : null));
      const turn = mine.then((data) => data !== null && !lost(data));
      store.turns.set(variables.id, turn);
      const data = await mine;
      answered?.();
      if (store.turns.get(variables.id) === turn) store.turns.delete(variables.id);
      return data;
    }

    async function deliver<A extends object, V extends object>(
      document: TypedDocumentNode<A, V>,
      variables: V,
    ): Promise<A | null> {
      const { data, error } = await api.mutation(document, variables as never).toPromise();
      if (data) {
        for (const payload of Object.values(data as unknown as Answer)) if (payload?.task) keep(payload.task);
      }
      if (data && !error) return data;
      toast("bad", failureOf(error).message);
      return null;
    }

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
        const data = await send(docs.ClaimTask, { id: task.id }, shown);
        if (!data || data.claimTask.outcome === "CLAIMED") return;
        const now = newsOf(data.claimTask.task).task;
        store.lose(task.id);
        if (now.claim) toast("good", `${now.claim.by.displayName} was faster: “${task.title}” is theirs.`);
        else toast("bad", `“${task.title}” cannot be claimed now: ${statusWords[now.status].toLowerCase()}.`);
      },
      release: (task: Task) =>
        send(docs.ReleaseTask, { id: task.id }, pending.pendingRelease(task, serverNow())),
      start: (task: Task) => send(docs.StartTask, { id: task.id }, pending.pendingStart(task, serverNow())),
      complete: (task: Task) =>
        send(docs.CompleteTask, { id: task.id }, me ? pending.pendingComplete(task, me, serverNow()) : null),
      hold: (task: Task, reason: string) =>
        send(docs.HoldTask, { id: task.id, reason }, pending.pendingHold(task, reason, serverNow())),
      cancel: (task: Task, reason: string) => send(docs.CancelTask, { id: task.id, reason }, null),
      fail: (task: Task, reason: string) => send(docs.FailTask, { id: task.id, reason }, null),
      publish: (task: Task) => send(docs.PublishTask, { id: task.id }, null),
      assign: (task: Task, staff: string | null) => send(docs.AssignTask, { id: task.id, staff }, null),
      keep,
    };
  }, [api, store, me, reload]);
}

/** A claim that somebody else won is an answer, but nothing can be built on it. */
const lost = (data: object) =>
  "claimTask" in data && (data as ClaimTaskMutation).claimTask.outcome !== "CLAIMED";

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
    publish: task.status === "DRAFT",
    end: (mine || task.viewerCanAssign) && (working || task.status === "ON_HOLD" || task.status === "READY"),
    assign: task.viewerCanAssign && (working || task.status === "ON_HOLD" || task.status === "READY"),
  };
}
