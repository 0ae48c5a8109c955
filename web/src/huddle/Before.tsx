/** Before the start: the agenda that builds itself, who is there, and the button that begins. */
import { Button } from "@mantine/core";
import { IconPlayerPlayFilled, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { EmptyFace } from "../ui/Face";
import { AddItem } from "./AddItem";
import { Agenda } from "./Agenda";
import { Attendance } from "./Attendance";
import css from "./huddle.module.css";
import { Past } from "./Past";
import { Settings } from "./Settings";
import { TeamSince } from "./Since";
import type { Actions, Huddle } from "./useHuddle";
import { count } from "./words";

type Props = {
  huddle: Huddle;
  actions: Actions;
  busy: boolean;
  onPatient(id: string): void;
  onTask(id: string): void;
};

export function Before(props: Props) {
  const { huddle, actions, busy } = props;
  const [adding, setAdding] = useState(false);
  return (
    <div className={css.before}>
      <section className={css.panel} aria-label="Agenda">
        <h2>
          Agenda <span className={css.quiet}>{count(huddle.items.length, "item")}</span>
          <span className={css.grow} />
          {huddle.viewerCanLead && (
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconPlus size={15} />}
              onClick={() => setAdding(true)}
            >
              Add…
            </Button>
          )}
        </h2>
        {huddle.items.length === 0 && (
          <EmptyFace title="Nothing to speak about yet">
            The agenda builds itself: hospital visits, discharges, overdue work, and who was not heard of.
          </EmptyFace>
        )}
        <Agenda huddle={huddle} onPatient={props.onPatient} onTask={props.onTask} onGo={null} />
        {Boolean(huddle.leftOut) && (
          <p className={css.quiet}>{huddle.leftOut} less pressing ones do not fit into the time.</p>
        )}
      </section>
      <aside className={css.side} aria-label="The huddle">
        {huddle.viewerCanLead && (
          <Button
            size="xl"
            fullWidth
            loading={busy}
            leftSection={<IconPlayerPlayFilled size={22} />}
            onClick={() => actions.start()}
          >
            Start huddle
          </Button>
        )}
        <Attendance huddle={huddle} actions={actions} busy={busy} />
        <TeamSince onPatient={props.onPatient} onTask={props.onTask} />
        <Settings />
        <Past />
      </aside>
      {adding && <AddItem actions={actions} onClose={() => setAdding(false)} />}
    </div>
  );
}
