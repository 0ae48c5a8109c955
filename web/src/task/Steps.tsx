import { Button, Checkbox, TextInput } from "@mantine/core";
import { type FormEvent, useRef, useState } from "react";
import { readFragment } from "../gql";
import type { TaskDetailsFragment } from "../gql/graphql";
import { clock, exact } from "../lib/time";
import type { Task } from "../live/merge";
import { KeptWords } from "../live/Unsent";
import { useSend } from "../live/useSend";
import { Section } from "../ui/Section";
import { toast } from "../ui/toast";
import { AddStep, CheckStep, TaskDetails } from "./documents";
import css from "./task.module.css";
import { useTaskActions } from "./useTaskActions";

type Step = TaskDetailsFragment["steps"][number];

/** Steps to check off, in order. */
export function Steps(props: { task: Task; steps: readonly Step[]; zone: string }) {
  const send = useSend();
  const { task } = props;
  const { keep } = useTaskActions();
  const form = useRef<HTMLFormElement>(null);
  const [adding, setAdding] = useState(false);
  /** What this person has just ticked, until the answer is in. */
  const [ticked, setTicked] = useState<ReadonlyMap<string, boolean>>(new Map());

  async function check(step: Step, done: boolean) {
    setTicked((was) => new Map(was).set(step.id, done));
    const { data, failure, told } = await send({
      document: CheckStep,
      input: { taskId: task.id, stepId: step.id, done },
      about: task.id,
      words: `${done ? "check" : "uncheck"} a step of “${task.title}”`,
    });
    if (data) keep(readFragment(TaskDetails, data.checkTaskStep.task));
    else if (!told) toast("bad", failure.message);
    setTicked((was) => new Map([...was].filter(([id]) => id !== step.id)));
  }

  async function add(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get("step")).trim();
    if (!text) return;
    setAdding(true);
    const { data, failure, told } = await send({
      document: AddStep,
      input: { taskId: task.id, text },
      about: task.id,
      words: `add a step to “${task.title}”`,
    });
    setAdding(false);
    if (!data) return told ? undefined : toast("bad", failure.message);
    keep(readFragment(TaskDetails, data.addTaskStep.task));
    form.current?.reset();
  }

  const done = props.steps.filter((step) => step.doneAt).length;
  const title = props.steps.length ? `Steps · ${done} of ${props.steps.length}` : "Steps";
  return (
    <Section title={title}>
      <ul className={css.list}>
        {props.steps.map((step) => (
          <li key={step.id}>
            <Checkbox
              label={step.text}
              description={step.doneAt ? doneWords(step, props.zone) : undefined}
              checked={ticked.get(step.id) ?? Boolean(step.doneAt)}
              onChange={(event) => check(step, event.currentTarget.checked)}
            />
          </li>
        ))}
      </ul>
      <form ref={form} onSubmit={add} className={css.inline}>
        <TextInput name="step" aria-label="New step" placeholder="Add a step" maxLength={300} />
        <Button type="submit" variant="default" loading={adding}>
          Add
        </Button>
      </form>
      <KeptWords busy={adding} />
    </Section>
  );
}

function doneWords(step: Step, zone: string) {
  if (!step.doneAt) return "";
  const when = <time title={exact(step.doneAt, zone)}>{clock(step.doneAt, zone)}</time>;
  return (
    <>
      {step.doneBy?.displayName ?? "Done"}, {when}
    </>
  );
}
