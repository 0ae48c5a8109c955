/** The dialogs of a day, one at a time. */
import { ReasonDialog } from "../task/ReasonDialog";
import { CallDialog } from "./CallDialog";
import { CompleteDialog } from "./CompleteDialog";
import { DayKeysHelp } from "./DayKeysHelp";
import { MinutesDialog } from "./MinutesDialog";
import type { Work } from "./useWork";

export function DayDialogs(props: { work: Work }) {
  const { dialog, close, actions, minutesOf, complete, hold } = props.work;
  switch (dialog?.is) {
    case undefined:
      return null;
    case "help":
      return <DayKeysHelp onClose={close} />;
    case "complete":
      return (
        <CompleteDialog
          item={dialog.item}
          minutes={minutesOf(dialog.item.task.id)}
          onClose={close}
          onDone={(note, minutes) => complete(dialog.item, note, minutes)}
        />
      );
    case "hold":
      return (
        <ReasonDialog
          title={`Put on hold: ${dialog.item.task.title}`}
          label="What is it waiting for?"
          action="Put on hold"
          onClose={close}
          onReason={(reason) => hold(dialog.item, reason)}
        />
      );
    case "minutes":
      return (
        <MinutesDialog
          patient={dialog.patient}
          minutes={minutesOf(dialog.item.task.id)}
          onClose={close}
          onLog={(minutes, note) =>
            actions.log(dialog.patient, { taskId: dialog.item.task.id, minutes, note })
          }
        />
      );
    case "call":
      return (
        <CallDialog
          of={dialog.of}
          onClose={close}
          onRecord={(input) => actions.call(dialog.of.patient, input)}
        />
      );
  }
}
