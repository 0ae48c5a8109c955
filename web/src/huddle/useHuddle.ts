/** The huddle that a team holds now, as this screen knows it, and what a person does with it. */
import type { TypedDocumentNode } from "@urql/core";
import { useEffect, useMemo, useRef, useState } from "react";
import { type FragmentType, readFragment } from "../gql";
import type { HuddleItemState } from "../gql/enums";
import type { HuddleFieldsFragment, TeamHuddleQuery } from "../gql/graphql";
import { useTeam } from "../live/Team";
import { useFollow } from "../live/useFollow";
import { useSend } from "../live/useSend";
import { useTaskActions } from "../task/useTaskActions";
import { toast } from "../ui/toast";
import * as docs from "./documents";

export type Huddle = HuddleFieldsFragment;
export type Item = Huddle["items"][number];
export type Decision = Item["decisions"][number];
export type Actions = ReturnType<typeof useActions>["actions"];

type Answer = { [mutation: string]: { huddle: FragmentType<typeof docs.HuddleFields> } };
type Draft = { kind: string; title: string; ownerId: string; dueAt: string };

const pick = (answer: TeamHuddleQuery) => readFragment(docs.HuddleFields, answer.careTeam?.huddle ?? null);

export function useHuddle() {
  const { store, view } = useTeam();
  const { value, loaded, failure, take, reload } = useFollow(
    docs.TeamHuddle,
    { team: store.teamId },
    pick,
    view.state.huddles,
  );
  const { actions, busy } = useActions(value, take);

  // Whoever looks first opens it. A refusal is the answer for this person: there is none to see.
  const [refused, setRefused] = useState(false);
  const opened = useRef(false);
  const missing = loaded && (value === null || value.state === "MISSED");
  useEffect(() => {
    if (!missing) opened.current = false;
    if (!missing || opened.current) return;
    opened.current = true;
    void actions.open(store.teamId).then((done) => setRefused(!done));
  }, [missing, actions, store.teamId]);

  return { huddle: value, actions, busy, failure, refused, reload };
}

/** One thing at a time. What is said in words waits its turn; a key pressed twice must not settle the next patient too. */
function useActions(huddle: Huddle | null, take: (huddle: Huddle) => void) {
  const send = useSend();
  const { keep } = useTaskActions();
  const [busy, setBusy] = useState(false);
  const last = useRef<Promise<unknown> | null>(null);
  const id = huddle?.id ?? "";

  const actions = useMemo(() => {
    type Document<A, I> = TypedDocumentNode<A, { input: I & { clientMutationId?: string | null } }>;

    async function attempt<A extends Answer, I extends object>(
      words: string,
      document: Document<A, I>,
      input: I,
    ): Promise<A | null> {
      const { data, failure, told } = await send<A, I>({ document, input, about: id || null, words });
      for (const payload of Object.values(data ?? {})) take(readFragment(docs.HuddleFields, payload.huddle));
      if (failure && !told) toast("bad", failure.message);
      return data;
    }
    async function act<A extends Answer, I extends object>(
      words: string,
      document: Document<A, I>,
      input: I,
    ): Promise<A | null> {
      const mine = Promise.allSettled([last.current]).then(() => attempt(words, document, input));
      last.current = mine;
      setBusy(true);
      try {
        return await mine;
      } finally {
        if (last.current === mine) {
          last.current = null;
          setBusy(false);
        }
      }
    }
    const actIfIdle: typeof act = async (words, document, input) =>
      last.current ? null : act(words, document, input);
    return {
      open: (careTeamId: string) => act("open the huddle", docs.OpenHuddle, { careTeamId }),
      start: () => actIfIdle("start the huddle", docs.StartHuddle, { huddleId: id }),
      lead: () => actIfIdle("take the lead", docs.TakeHuddleLead, { huddleId: id }),
      // To one that is named twice is the same as once, so it waits its turn.
      move: (itemId: string | null) =>
        (itemId ? act : actIfIdle)("go on in the huddle", docs.MoveHuddle, { huddleId: id, itemId }),
      settle: (item: Item, state: HuddleItemState) =>
        actIfIdle("settle it in the huddle", docs.SettleHuddleItem, { itemId: item.id, state }),
      async decide(item: Item, draft: Draft) {
        const data = await act(`decide “${draft.title}”`, docs.DecideInHuddle, {
          itemId: item.id,
          ...draft,
        });
        if (data) keep(data.decideInHuddle.task);
        return data;
      },
      add: (what: { patientId?: string; taskId?: string; note?: string }) =>
        act("add to the huddle", docs.AddHuddleItem, { huddleId: id, ...what }),
      attend: (staffId: string, present: boolean) =>
        act("note who is there", docs.SetHuddleAttendance, { huddleId: id, staffId, present }),
      end: () => act("end the huddle", docs.EndHuddle, { huddleId: id }),
    };
  }, [send, keep, take, id]);
  return { actions, busy };
}

export const currentOf = (huddle: Huddle): Item | null =>
  huddle.items.find((item) => item.id === huddle.currentItem?.id) ?? null;

/** Open ones, those after the current one first. */
export function nextOf(huddle: Huddle): Item[] {
  const current = currentOf(huddle);
  const open = huddle.items.filter((item) => item.state === "OPEN" && item.id !== current?.id);
  const from = current?.position ?? 0;
  return [...open.filter((item) => item.position > from), ...open.filter((item) => item.position < from)];
}

export const nameOfItem = (item: Item): string =>
  item.patient?.displayName ?? item.task?.kindName ?? "Work of the team";
