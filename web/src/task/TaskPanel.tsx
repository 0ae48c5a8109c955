/** One task in full: what, for whom, who holds it, its steps, what was said and what happened. */
import { Button, Skeleton } from "@mantine/core";
import { IconChevronRight, IconFilter, IconUser } from "@tabler/icons-react";
import { useCallback } from "react";
import { useQuery } from "urql";
import { DueWords } from "../board/DueWords";
import { readFragment } from "../gql";
import type { TaskDetailsFragment } from "../gql/graphql";
import { PassOn } from "../handoff/PassOn";
import { failureOf } from "../lib/errors";
import { exact, since } from "../lib/time";
import { useReadAgain, useReadAgainAfter } from "../lib/useReadAgain";
import { newsOf, type Patient, type Task } from "../live/merge";
import { useTeam } from "../live/Team";
import { UnsentLines } from "../live/Unsent";
import { StatusChip } from "../patient/StatusChip";
import { Avatar } from "../ui/Avatar";
import { EmptyFace, ErrorFace } from "../ui/Face";
import { Section } from "../ui/Section";
import { useNow } from "../ui/useNow";
import { Comments } from "./Comments";
import { OpenTask, TaskDetails } from "./documents";
import { History } from "./History";
import { Steps } from "./Steps";
import { TaskButtons } from "./TaskButtons";
import css from "./task.module.css";
import { priorityWords, statusWords } from "./words";

type Props = { id: string; onPatient(id: string): void; onOnlyPatient(id: string): void };

export function TaskPanel(props: Props) {
  const { view } = useTeam();
  const [result, again] = useQuery({ query: OpenTask, variables: { id: props.id } });
  const details = result.data?.task ?? null;
  const live = view.tasks.get(props.id) ?? null;

  // The feed knows a newer version than these details: read them again.
  const readAgain = useCallback(() => again({ requestPolicy: "network-only" }), [again]);
  useReadAgain(details?.version ?? null, live?.version ?? null, readAgain);
  // It left the board: moved, or about a patient who is not this viewer's to see any more.
  useReadAgainAfter(live !== null, readAgain);
  useReadAgainAfter(view.state.head, readAgain);

  if (!details && result.error)
    return <ErrorFace message={failureOf(result.error).message} onRetry={readAgain} busy={result.fetching} />;
  if (!details && result.fetching) return <Loading />;
  if (!details)
    return <EmptyFace title="This task is not here">It was moved, or it is not yours to see.</EmptyFace>;

  const full = readFragment(TaskDetails, details);
  const news = newsOf(full);
  const task = live && live.version >= news.task.version ? live : news.task;
  const patient = view.state.patients.get(task.patientId ?? "") ?? news.patient;
  return <Full task={task} patient={patient} details={full} {...props} />;
}

function Full(props: Props & { task: Task; patient: Patient | null; details: TaskDetailsFragment }) {
  const { task, patient, details } = props;
  const { zone, me } = useTeam();
  const now = useNow("slow");
  const zoneWords = exact(task.statusSince, zone);
  return (
    <>
      <h2 className={css.title}>{task.title}</h2>
      <div className={css.meta} style={{ marginTop: "0.5rem" }}>
        <span>{task.kindName}</span>
        <strong>{priorityWords[task.priority]}</strong>
        <span title={`Since ${zoneWords}`}>
          {statusWords[task.status]} · {since(task.statusSince, now)}
        </span>
        <DueWords task={task} zone={zone} />
      </div>
      {task.statusReason && (
        <p className={css.text} style={{ marginTop: "0.5rem" }}>
          “{task.statusReason}”
        </p>
      )}
      <div className={css.meta} style={{ marginTop: "0.6rem" }}>
        {task.claim ? (
          <>
            <Avatar id={task.claim.by.id} name={task.claim.by.displayName} />
            <span>
              {task.claim.by.id === me?.id ? "You hold this" : `${task.claim.by.displayName} holds this`},
              since {exact(task.claim.at, zone)}
            </span>
          </>
        ) : (
          task.status === "READY" && <span>Nobody holds this yet.</span>
        )}
      </div>
      <UnsentLines about={task.id} />
      <TaskButtons task={task} />
      {patient && (
        <button type="button" className={css.patient} onClick={() => props.onPatient(patient.id)}>
          <IconUser size={18} aria-hidden /> {patient.displayName}
          <StatusChip status={patient.status} quiet />
          <IconChevronRight size={16} aria-hidden />
        </button>
      )}
      {patient && (
        <Button
          variant="subtle"
          size="compact-sm"
          mt={6}
          mb={10}
          leftSection={<IconFilter size={14} />}
          onClick={() => props.onOnlyPatient(patient.id)}
        >
          Only this patient on the board
        </Button>
      )}
      {details.instructions && (
        <Section title="Instructions">
          <p className={css.text}>{details.instructions}</p>
        </Section>
      )}
      <PassOn task={task} />
      <Steps task={task} steps={details.steps} zone={zone} />
      <Comments task={task} comments={details.comments.nodes} zone={zone} />
      <History details={details} zone={zone} />
    </>
  );
}

function Loading() {
  return (
    <div aria-busy="true">
      <Skeleton height={26} width="85%" mb={12} />
      <Skeleton height={16} width="60%" mb={20} />
      <Skeleton height={36} width="70%" mb={20} />
      <Skeleton height={46} mb={28} />
      {[0, 1, 2].map((i) => (
        <Skeleton key={i} height={64} mb={12} />
      ))}
    </div>
  );
}
