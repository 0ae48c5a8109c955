import { Button, Modal, Select, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useQuery } from "urql";
import type { TaskPriority } from "../gql/enums";
import type { Failure } from "../lib/errors";
import { due as dueWords, fromLocalInput, serverNow, toLocalInput } from "../lib/time";
import { useTeam } from "../live/Team";
import { KeptWords } from "../live/Unsent";
import { useSend } from "../live/useSend";
import { PatientPicker } from "../patient/PatientPicker";
import { begins } from "../ui/begins";
import { toast } from "../ui/toast";
import { CreateTask, TaskKinds } from "./documents";
import css from "./task.module.css";
import { useTaskActions } from "./useTaskActions";
import { priorities, priorityWords } from "./words";

/** For a patient it goes to that patient's team, whatever board is open. */
type Props = {
  onClose(): void;
  patient?: { id: string; name: string; team: { id: string; name: string } | null };
};

/** New work for the team: what, for whom, by when. It lands in the pool. */
export function NewTask(props: Props) {
  const send = useSend();
  const { store, zone, view } = useTeam();
  const { keep } = useTaskActions();
  const [kinds] = useQuery({ query: TaskKinds });
  const [patient, setPatient] = useState<string | null>(props.patient?.id ?? null);
  const [kind, setKind] = useState<string | null>(null);
  const [priority, setPriority] = useState<TaskPriority>("ROUTINE");
  const team = props.patient?.team ?? { id: store.teamId, name: view.state.head?.name ?? "the team" };
  const [due, setDue] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "").trim();
    setBusy(true);
    const { data, failure: refused } = await send({
      document: CreateTask,
      input: {
        careTeamId: team.id,
        patientId: patient,
        kind: kind ?? "",
        title: text("title"),
        instructions: text("instructions") || null,
        priority,
        dueAt: due ? fromLocalInput(due, zone) : null,
      },
      about: null,
      words: `add “${text("title")}”`,
    });
    setBusy(false);
    if (!data) return setFailure(refused);
    keep(data.createTask.task);
    toast("good", `“${text("title")}” is in the pool.`);
    props.onClose();
  }

  const field = (name: string) => (failure?.field?.endsWith(name) ? failure.message : null);
  return (
    <Modal opened onClose={props.onClose} title={`New task for ${team.name}`} size="lg">
      <form onSubmit={submit} className={css.stack}>
        <TextInput
          name="title"
          label="What has to be done"
          placeholder="Call about the new inhaler"
          required
          maxLength={200}
          {...begins}
          error={field("title")}
        />
        <div className={css.two}>
          <Select
            label="Kind"
            required
            searchable
            data={kinds.data?.taskKinds.map((one) => ({ value: one.code, label: one.name })) ?? []}
            disabled={kinds.fetching && !kinds.data}
            value={kind}
            onChange={setKind}
            error={field("kind")}
          />
          <PatientPicker
            label="Patient"
            teamId={team.id}
            value={patient}
            onChange={setPatient}
            known={props.patient ?? null}
          />
        </div>
        <div className={css.two}>
          <Select
            label="Priority"
            allowDeselect={false}
            data={priorities.map((one) => ({ value: one, label: priorityWords[one] }))}
            value={priority}
            onChange={(value) => value && setPriority(value as TaskPriority)}
          />
          <TextInput
            name="due"
            label="Due"
            type="datetime-local"
            min={toLocalInput(serverNow(), zone)}
            value={due}
            onChange={(event) => setDue(event.currentTarget.value)}
            error={field("dueAt")}
            description={
              due ? dueWords(fromLocalInput(due, zone), false, serverNow(), zone) : "In the team’s time"
            }
            inputWrapperOrder={["label", "input", "description", "error"]}
          />
        </div>
        <Textarea
          name="instructions"
          label="Instructions"
          autosize
          minRows={2}
          maxRows={8}
          maxLength={4000}
        />
        {failure && (
          <p className={css.failure} role="alert">
            {failure.message}
          </p>
        )}
        <KeptWords busy={busy} />
        <div className={css.buttons}>
          <Button variant="default" onClick={props.onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={busy} disabled={!kind}>
            Add to the pool
          </Button>
        </div>
      </form>
    </Modal>
  );
}
