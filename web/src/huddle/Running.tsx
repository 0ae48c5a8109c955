/** The huddle while it runs: who leads goes through it by keys or by thumb, everybody else follows. */
import { Button } from "@mantine/core";
import { IconFlag, IconPlus } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import type { HuddleItemState } from "../gql/enums";
import { useTeam } from "../live/Team";
import { UnsentLines } from "../live/Unsent";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { toast } from "../ui/toast";
import { AddItem } from "./AddItem";
import { Agenda } from "./Agenda";
import { Attendance } from "./Attendance";
import { Controls } from "./Controls";
import { Current } from "./Current";
import { EndDialog } from "./EndDialog";
import { HuddleKeysHelp } from "./HuddleKeysHelp";
import css from "./huddle.module.css";
import { Timers } from "./Timers";
import { type Actions, currentOf, type Huddle, nameOfItem, nextOf } from "./useHuddle";
import { useHuddleKeys } from "./useHuddleKeys";

type Props = {
  huddle: Huddle;
  actions: Actions;
  busy: boolean;
  /** A drawer has the keyboard. */
  beside: boolean;
  onPatient(id: string): void;
  onTask(id: string): void;
};

const toWords = () => document.querySelector<HTMLInputElement>(`.${css.decide} input`)?.focus();

type Open = "help" | "adding" | "ending" | "leading" | null;

export function Running(props: Props) {
  const { huddle, actions, busy } = props;
  const { me } = useTeam();
  const [open, setOpen] = useState<Open>(null);
  /** The item that words are being found for: it stays while another becomes the current one. */
  const [deciding, setDeciding] = useState<string | null>(null);
  const [dirty, setDirty] = useState(false);
  const item = currentOf(huddle);
  const leads = huddle.facilitator?.id === me?.id && me !== null;
  const itemId = item?.id ?? null;
  // Another one has its own decisions; nobody's unsaved words are lost to it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the item is the reason.
  useEffect(() => {
    if (!dirty) setDeciding(null);
  }, [itemId]);

  /** A spoken decision is saved, or given up, before the room goes on. */
  const go = (act: () => unknown) => {
    if (!dirty) return void act();
    toast("bad", "Save the decision first, or discard it.");
    toWords();
  };
  // What is settled is opened again first; a key that comes late settles nothing twice.
  const settle = (state: HuddleItemState) =>
    go(() => item && (state === "OPEN") !== (item.state === "OPEN") && actions.settle(item, state));
  const next = () => go(() => actions.move(nextOf(huddle)[0]?.id ?? null));
  const back = () =>
    go(() => {
      const before = huddle.items.filter((one) => one.position < (item?.position ?? Infinity)).at(-1);
      return before && actions.move(before.id);
    });
  const decide = () => (deciding ? toWords() : setDeciding(itemId));
  useHuddleKeys({
    listening: open === null && !props.beside,
    next: () => leads && next(),
    back: () => leads && back(),
    discussed: () => leads && settle("DISCUSSED"),
    deferred: () => leads && settle("DEFERRED"),
    absent: () => leads && settle("ABSENT"),
    decide: () => huddle.viewerCanLead && decide(),
    help: () => setOpen("help"),
  });

  const left = huddle.items.filter((one) => one.state === "OPEN").length;
  return (
    <div className={css.running} data-testid="running">
      <div className={css.main}>
        <output className="visually-hidden" aria-live="polite">
          {item ? `Now: ${nameOfItem(item)}` : ""}
        </output>
        <div className={css.lead}>
          <span role="status">
            {leads ? "You lead" : `${huddle.facilitator?.displayName ?? "Nobody"} leads`}
          </span>
          {!leads && huddle.viewerCanLead && (
            <Button size="compact-sm" variant="default" onClick={() => setOpen("leading")}>
              Take the lead
            </Button>
          )}
          <span className={css.grow} />
          <Timers huddle={huddle} />
        </div>
        <UnsentLines about={huddle.id} />
        {item ? (
          <Current
            huddle={huddle}
            item={item}
            actions={actions}
            deciding={huddle.items.find((one) => one.id === deciding) ?? null}
            onDeciding={setDeciding}
            onDirty={setDirty}
            onPatient={props.onPatient}
            onTask={props.onTask}
          />
        ) : (
          <article className={css.current} data-testid="current">
            <h2 className={css.who}>{left > 0 ? "Nothing to show right now" : "That is everything"}</h2>
            <p className={css.quiet}>
              {left > 0
                ? "The team is between two items, or speaks about somebody who is not yours to see."
                : "Nothing is open any more. Whoever leads ends the huddle, which signs its record."}
            </p>
          </article>
        )}
        {leads && (
          <Controls
            item={item}
            busy={busy}
            left={left}
            onSettle={settle}
            onNext={next}
            onDecide={decide}
            onEnd={() => go(() => setOpen("ending"))}
          />
        )}
      </div>
      <aside className={css.side} aria-label="Agenda">
        <section className={css.panel}>
          <h2>
            Agenda <span className={css.quiet}>{left} left</span>
            <span className={css.grow} />
            {huddle.viewerCanLead && (
              <Button
                size="compact-sm"
                variant="subtle"
                leftSection={<IconPlus size={15} />}
                onClick={() => setOpen("adding")}
              >
                Add
              </Button>
            )}
          </h2>
          <Agenda
            huddle={huddle}
            compact
            onPatient={props.onPatient}
            onTask={props.onTask}
            onGo={leads ? (one) => go(() => actions.move(one.id)) : null}
          />
        </section>
        <Attendance huddle={huddle} actions={actions} busy={busy} />
        {leads && (
          <Button
            variant="default"
            leftSection={<IconFlag size={17} />}
            onClick={() => go(() => setOpen("ending"))}
          >
            End the huddle
          </Button>
        )}
      </aside>
      <HuddleKeysHelp opened={open === "help"} onClose={() => setOpen(null)} />
      {open === "adding" && <AddItem actions={actions} onClose={() => setOpen(null)} />}
      {open === "ending" && (
        <EndDialog huddle={huddle} actions={actions} busy={busy} onClose={() => setOpen(null)} />
      )}
      {open === "leading" && (
        <ConfirmDialog
          title="Take the lead?"
          action="Take the lead"
          onClose={() => setOpen(null)}
          onConfirm={async () => (await actions.lead()) !== null}
        >
          {huddle.facilitator?.displayName ?? "Nobody"} leads now. All screens will follow you instead.
        </ConfirmDialog>
      )}
    </div>
  );
}
