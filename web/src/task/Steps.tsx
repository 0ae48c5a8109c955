import { Button, Checkbox, TextInput } from "@mantine/core";
import { type FormEvent, useRef, useState } from "react";
import { useClient } from "urql";
import { readFragment } from "../gql";
import type { TaskDetailsFragment } from "../gql/graphql";
import { failureOf } from "../lib/errors";
import { clock, exact } from "../lib/time";
import { Section } from "../ui/Section";
import { toast } from "../ui/toast";
import { AddStep, CheckStep, TaskDetails } from "./documents";
import css from "./task.module.css";
import { useTaskActions } from "./useTaskActions";

type Step = TaskDetailsFragment["steps"][number];

/** Steps to check off, in order. */
export function Steps(props: { taskId: string; steps: readonly Step[]; zone: string }) {
  const api = useClient();
  const { keep } = useTaskActions();
  const form = useRef<HTMLFormElement>(null);
  const [adding, setAdding] = useState(false);
  /** What this person has just ticked, until the answer is in. */
  const [ticked, setTicked] = useState<ReadonlyMap<string, boolean>>(new Map());

  async function check(step: Step, done: boolean) {
    setTicked((was) => new Map(was).set(step.id, done));
    const variables = { id: props.taskId, step: step.id, done };
    const { data, error } = await api.mutation(CheckStep, variables).toPromise();
    if (data) keep(readFragment(TaskDetails, data.checkTaskStep.task));
    else toast("bad", failureOf(error).message);
    setTicked((was) => new Map([...was].filter(([id]) => id !== step.id)));
  }

  async function add(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get("step")).trim();
    if (!text) return;
    setAdding(true);
    const { data, error } = await api.mutation(AddStep, { id: props.taskId, text }).toPromise();
    setAdding(false);
    if (!data) return toast("bad", failureOf(error).message);
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
