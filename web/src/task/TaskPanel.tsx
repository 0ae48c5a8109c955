/** One task in full: what, for whom, who holds it, its steps, what was said and what happened. */
import { Button, Menu, Skeleton } from "@mantine/core";
import { IconChevronDown, IconChevronRight, IconFilter, IconUser } from "@tabler/icons-react";
import { useCallback, useState } from "react";
import { useQuery } from "urql";
import { DueWords } from "../board/DueWords";
import { readFragment } from "../gql";
import type { TaskDetailsFragment } from "../gql/graphql";
import { failureOf } from "../lib/errors";
import { exact, since } from "../lib/time";
import { useReadAgain } from "../lib/useReadAgain";
import { newsOf, type Patient, type Task } from "../live/merge";
import { useTeam } from "../live/Team";
import { StatusChip } from "../patient/StatusChip";
import { Avatar } from "../ui/Avatar";
import { EmptyFace, ErrorFace } from "../ui/Face";
import { Section } from "../ui/Section";
import { useNow } from "../ui/useNow";
import { Comments } from "./Comments";
import { OpenTask, TaskDetails } from "./documents";
import { History } from "./History";
import { ReasonDialog } from "./ReasonDialog";
import { Steps } from "./Steps";
import css from "./task.module.css";
import { offersFor, useTaskActions } from "./useTaskActions";
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
  const { zone, me, view } = useTeam();
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
      <Actions task={task} busy={view.busy.has(task.id)} />
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
      <Steps taskId={task.id} steps={details.steps} zone={zone} />
      <Comments taskId={task.id} comments={details.comments.nodes} zone={zone} />
      <History details={details} zone={zone} />
    </>
  );
}

function Actions(props: { task: Task; busy: boolean }) {
  const { task } = props;
  const { me, view } = useTeam();
  const actions = useTaskActions();
  const [asking, setAsking] = useState<"hold" | "cancel" | "fail" | null>(null);
  const offers = offersFor(task, me?.id ?? null);
  const members = view.state.head?.members.filter((one) => one.staff.active) ?? [];
  const words = {
    hold: { title: "Put on hold", label: "What is it waiting for?", action: "Put on hold" },
    cancel: { title: "Cancel this task", label: "Why is it not needed any more?", action: "Cancel the task" },
    fail: { title: "Could not be done", label: "What stood in the way?", action: "End as not done" },
  };
  return (
    <div className={css.actions}>
      {offers.claim && <Button onClick={() => actions.claim(task)}>Claim</Button>}
      {offers.publish && <Button onClick={() => actions.publish(task)}>Open to the team</Button>}
      {offers.start && (
        <Button onClick={() => actions.start(task)}>
          {task.status === "ON_HOLD" ? "Take up again" : "Start"}
        </Button>
      )}
      {offers.complete && (
        <Button variant={offers.start ? "default" : "filled"} onClick={() => actions.complete(task)}>
          Done
        </Button>
      )}
      {offers.hold && (
        <Button variant="default" onClick={() => setAsking("hold")}>
          Hold
        </Button>
      )}
      {offers.release && (
        <Button variant="default" onClick={() => actions.release(task)}>
          Give back
        </Button>
      )}
      {offers.assign && (
        <Menu>
          <Menu.Target>
            <Button variant="default" rightSection={<IconChevronDown size={15} />}>
              Assign
            </Button>
          </Menu.Target>
          <Menu.Dropdown mah={360} style={{ overflowY: "auto" }}>
            {members.map(({ staff }) => (
              <Menu.Item
                key={staff.id}
                leftSection={<Avatar id={staff.id} name={staff.displayName} />}
                disabled={task.claim?.by.id === staff.id}
                onClick={() => actions.assign(task, staff.id)}
              >
                {staff.displayName}
              </Menu.Item>
            ))}
            {task.claim && (
              <>
                <Menu.Divider />
                <Menu.Item onClick={() => actions.assign(task, null)}>Back to the pool</Menu.Item>
              </>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
      {offers.end && (
        <Menu>
          <Menu.Target>
            <Button variant="default" rightSection={<IconChevronDown size={15} />}>
              End
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => setAsking("fail")}>Could not be done…</Menu.Item>
            <Menu.Item onClick={() => setAsking("cancel")}>Not needed any more…</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      {asking && (
        <ReasonDialog
          {...words[asking]}
          danger={asking !== "hold"}
          onClose={() => setAsking(null)}
          onReason={async (reason) => (await actions[asking](task, reason)) !== null}
        />
      )}
    </div>
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
