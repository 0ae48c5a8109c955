/** The drawer beside any screen: one task or one patient, named in the address, so that a link opens it. */
import { Drawer } from "@mantine/core";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useRef } from "react";
import { PatientPanel } from "../patient/PatientPanel";
import { TaskPanel } from "../task/TaskPanel";
import css from "./shell.module.css";

type Open = { patient?: string; task?: string };

export function Beside() {
  const search = useSearch({ strict: false }) as Open;
  const { teamId = "" } = useParams({ strict: false });
  const navigate = useNavigate();
  const open = Boolean(search.task || search.patient);
  // What was open stays while the drawer slides away.
  const last = useRef<Open>({});
  if (open) last.current = search;
  const { task, patient } = last.current;

  const show = (next: Open) =>
    navigate({
      to: ".",
      search: (was) => ({ ...was, task: undefined, patient: undefined, ...next }) as never,
    });

  return (
    <Drawer
      opened={open}
      onClose={() => show({})}
      title={
        // Takes the focus when the drawer opens, so that it is read first.
        <span data-autofocus tabIndex={-1} className={css.drawerTitle}>
          {task ? "Task" : "Patient"}
        </span>
      }
      transitionProps={{ duration: 160 }}
    >
      {task ? (
        <TaskPanel
          key={task}
          id={task}
          onPatient={(id) => show({ patient: id })}
          onOnlyPatient={(of) => navigate({ to: "/board/$teamId", params: { teamId }, search: { of } })}
        />
      ) : patient ? (
        <PatientPanel
          key={patient}
          id={patient}
          onTask={(id) => show({ task: id })}
          onClose={() => void show({})}
        />
      ) : null}
    </Drawer>
  );
}
