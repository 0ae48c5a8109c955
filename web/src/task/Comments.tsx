import { Button, Textarea } from "@mantine/core";
import { type FormEvent, useRef, useState } from "react";
import { readFragment } from "../gql";
import type { TaskDetailsFragment } from "../gql/graphql";
import { ago, exact } from "../lib/time";
import type { Task } from "../live/merge";
import { KeptWords } from "../live/Unsent";
import { useSend } from "../live/useSend";
import { Avatar } from "../ui/Avatar";
import { Section } from "../ui/Section";
import { toast } from "../ui/toast";
import { useNow } from "../ui/useNow";
import { AddComment, TaskDetails } from "./documents";
import css from "./task.module.css";
import { useTaskActions } from "./useTaskActions";

type Comment = TaskDetailsFragment["comments"]["nodes"][number];

/** What the team said about the task, the newest first. */
export function Comments(props: { task: Task; comments: readonly Comment[]; zone: string }) {
  const send = useSend();
  const { keep } = useTaskActions();
  const now = useNow("slow");
  const form = useRef<HTMLFormElement>(null);
  const [busy, setBusy] = useState(false);

  async function add(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get("comment")).trim();
    if (!text) return;
    setBusy(true);
    const { data, failure, told } = await send({
      document: AddComment,
      input: { taskId: props.task.id, text },
      about: props.task.id,
      words: `comment on “${props.task.title}”`,
    });
    setBusy(false);
    if (!data) return told ? undefined : toast("bad", failure.message);
    keep(readFragment(TaskDetails, data.addTaskComment.task));
    form.current?.reset();
  }

  return (
    <Section title="Comments">
      <ul className={css.list}>
        {props.comments.map((comment) => (
          <li key={comment.id} className={css.comment}>
            <Avatar
              id={comment.author?.id ?? ""}
              name={comment.author?.displayName ?? "Huddle"}
              size="1.75rem"
            />
            <span>
              <strong>{comment.author?.displayName ?? "Huddle"}</strong>{" "}
              <time className={css.when} dateTime={comment.at} title={exact(comment.at, props.zone)}>
                {ago(comment.at, now, props.zone)}
              </time>
            </span>
            <span>{comment.text}</span>
          </li>
        ))}
      </ul>
      <form ref={form} onSubmit={add} className={css.inline}>
        <Textarea
          name="comment"
          aria-label="New comment"
          placeholder="What should the next person know?"
          autosize
          minRows={1}
          maxLength={2000}
        />
        <Button type="submit" variant="default" loading={busy}>
          Send
        </Button>
      </form>
      <KeptWords busy={busy} />
    </Section>
  );
}
