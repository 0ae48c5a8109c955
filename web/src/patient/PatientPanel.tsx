/** One patient: who they are, where they are, who is responsible, what is to be done, what happened. */
import { Button, Skeleton } from "@mantine/core";
import { IconLanguage, IconPlus, IconUrgent } from "@tabler/icons-react";
import { useCallback, useState } from "react";
import { useQuery } from "urql";
import { readFragment } from "../gql";
import type { PatientDetailsFragment } from "../gql/graphql";
import { PatientSince } from "../huddle/Since";
import { failureOf } from "../lib/errors";
import { age, exact, plainDate, serverNow, since } from "../lib/time";
import { useReadAgain, useReadAgainAfter } from "../lib/useReadAgain";
import { PatientCard } from "../live/documents";
import type { Patient } from "../live/merge";
import { useTeam } from "../live/Team";
import { UnsentLines } from "../live/Unsent";
import { Flags } from "../privacy/Flags";
import { Protect } from "../privacy/Protect";
import { useViewer } from "../session/Session";
import { NewTask } from "../task/NewTask";
import { EmptyFace, ErrorFace } from "../ui/Face";
import { Fact, Facts, Section } from "../ui/Section";
import { toast } from "../ui/toast";
import { useNow } from "../ui/useNow";
import { AlsoHere } from "./AlsoHere";
import { BreakGlass } from "./BreakGlass";
import { Coordinator, TeamOf } from "./Care";
import { Contacts } from "./Contacts";
import { OpenPatient, PatientDetails } from "./documents";
import { EmergencyBanner } from "./EmergencyBanner";
import { GiveAway } from "./GiveAway";
import { PatientTasks } from "./PatientTasks";
import { PharmacyOf } from "./Pharmacy";
import css from "./patient.module.css";
import { StatusChip } from "./StatusChip";
import { StatusForm } from "./StatusForm";
import { Timeline } from "./Timeline";
import { languageName, tierWords } from "./words";

type Props = { id: string; onTask(id: string): void; onClose(): void };

export function PatientPanel(props: Props) {
  const { view } = useTeam();
  const [result, again] = useQuery({ query: OpenPatient, variables: { id: props.id } });
  const patient = result.data?.patient ?? null;
  const live = view.state.patients.get(props.id) ?? null;

  // The feed knows a newer version of the patient or of their work: read again.
  const work = [...view.state.tasks.values()]
    .filter((task) => task.patientId === props.id)
    .map((task) => `${task.id}:${task.version}`)
    .join();
  const readAgain = useCallback(() => again({ requestPolicy: "network-only" }), [again]);
  useReadAgain(patient?.version ?? null, live?.version ?? null, readAgain);
  // They left the team's view: with another team now, or not this viewer's to see any more.
  useReadAgainAfter(view.state.gone.has(props.id), readAgain);
  useReadAgainAfter(view.state.head, readAgain);

  if (!patient && result.error)
    return <ErrorFace message={failureOf(result.error).message} onRetry={readAgain} busy={result.fetching} />;
  if (!patient && result.fetching) return <Loading />;
  const full = readFragment(PatientDetails, patient);
  const emergency = full?.emergencyAccess ?? null;
  if (!full || (emergency && Date.parse(emergency.until) <= serverNow()))
    return <NotHere id={props.id} onOpened={readAgain} />;
  const card = readFragment(PatientCard, full);
  const shown = live && live.version >= card.version ? live : card;
  return (
    <Full
      key={props.id}
      details={full}
      card={shown}
      news={`${shown.version} ${work}`}
      onTask={props.onTask}
      onRefresh={readAgain}
      onGone={(words) => {
        toast("good", words);
        props.onClose();
        readAgain();
      }}
    />
  );
}

/** For who is told of a patient by a link, and does not see them. */
function NotHere(props: { id: string; onOpened(): void }) {
  const { canBreakGlass } = useViewer();
  const [opening, setOpening] = useState(false);
  return (
    <EmptyFace title="This patient is not here">
      Another team’s, or not yours to see.
      {canBreakGlass && (
        <>
          <br />
          <Button
            mt="md"
            variant="default"
            leftSection={<IconUrgent size={16} />}
            onClick={() => setOpening(true)}
          >
            Open in an emergency
          </Button>
        </>
      )}
      {opening && (
        <BreakGlass
          patientId={props.id}
          onClose={() => setOpening(false)}
          onOpened={() => {
            setOpening(false);
            props.onOpened();
          }}
        />
      )}
    </EmptyFace>
  );
}

type FullProps = {
  details: PatientDetailsFragment;
  card: Patient;
  news: string;
  onTask(id: string): void;
  onRefresh(): void;
  /** Not to be seen any more, and why. */
  onGone(words: string): void;
};

function Full(props: FullProps) {
  const { details, card } = props;
  const { zone } = useTeam();
  const now = useNow("slow");
  const [editing, setEditing] = useState(false);
  const [creating, setCreating] = useState(false);
  const birth = details.birthDate;
  return (
    <>
      {details.emergencyAccess && (
        <EmergencyBanner access={details.emergencyAccess} zone={zone} onOver={props.onGone} />
      )}
      <div className={css.banner}>
        <h2 className={css.name}>{card.displayName}</h2>
        <div className={css.sub}>
          {birth && `${plainDate(birth)} · ${age(birth, serverNow(), zone)} years`}
          {details.gender && details.gender !== "UNKNOWN" && ` · ${details.gender.toLowerCase()}`}
          {details.mrn && ` · MRN ${details.mrn}`}
        </div>
        <Flags flags={details.confidentiality} />
        {card.interpreterNeeded && (
          <div className={css.interpreter}>
            <IconLanguage size={20} aria-hidden /> Needs an interpreter
            {card.preferredLanguage ? `: ${languageName(card.preferredLanguage)}` : ""}
          </div>
        )}
        <div className={css.statusRow}>
          <StatusChip status={card.status} />
          <span title={exact(card.statusSince, zone)}>
            for {since(card.statusSince, now)} · {details.statusSource}
          </span>
          {details.viewerCanEdit && !editing && (
            <Button size="compact-sm" variant="default" onClick={() => setEditing(true)}>
              Change status
            </Button>
          )}
        </div>
        <AlsoHere patientId={details.id} />
        <UnsentLines about={details.id} />
        {details.statusNote && <p className={css.note}>{details.statusNote}</p>}
        {editing && (
          <StatusForm
            details={details}
            card={card}
            onClose={() => setEditing(false)}
            onRefresh={props.onRefresh}
          />
        )}
      </div>
      <Section title="Care">
        <Facts>
          <Fact name="Coordinator">
            <Coordinator details={details} card={card} />
          </Fact>
          <Fact name="Risk">{card.riskTier ? tierWords[card.riskTier] : "Not assessed"}</Fact>
          <Fact name="Team">
            <TeamOf details={details} card={card} />
          </Fact>
          <Fact name="Language">
            {card.preferredLanguage ? languageName(card.preferredLanguage) : "Not recorded"}
          </Fact>
          <Fact name="Pharmacy">
            <PharmacyOf details={details} />
          </Fact>
          <Fact name="This month">{details.minutesThisMonth ?? 0} min logged</Fact>
        </Facts>
        <GiveAway details={details} card={card} />
      </Section>
      <Section title={`Tasks · ${details.tasks.totalCount}`}>
        <PatientTasks details={details} onTask={props.onTask} />
        {!details.emergencyAccess && (
          <Button
            mt="xs"
            size="compact-sm"
            variant="subtle"
            leftSection={<IconPlus size={15} />}
            onClick={() => setCreating(true)}
          >
            New task for {card.displayName}
          </Button>
        )}
      </Section>
      <PatientSince patientId={details.id} news={props.news} onTask={props.onTask} />
      <Section title="Contacts">
        <Contacts contacts={details.contacts} />
      </Section>
      {details.viewerCanProtect && (
        <Section title="Confidentiality">
          <Protect
            patientId={details.id}
            version={card.version}
            flags={details.confidentiality}
            members={details.careTeam?.members.map((one) => one.staff) ?? []}
            onHidden={() =>
              props.onGone("Saved. You are not cleared for this patient yourself, so they left your screen.")
            }
          />
        </Section>
      )}
      <Section title="Timeline">
        <Timeline patientId={details.id} news={props.news} zone={zone} onTask={props.onTask} />
      </Section>
      {creating && (
        <NewTask
          onClose={() => setCreating(false)}
          patient={{ id: details.id, name: card.displayName, team: details.careTeam }}
        />
      )}
    </>
  );
}

function Loading() {
  return (
    <div aria-busy="true">
      <Skeleton height={28} width="60%" mb={12} />
      <Skeleton height={16} width="75%" mb={12} />
      <Skeleton height={26} width="40%" mb={26} />
      {[0, 1, 2].map((i) => (
        <Skeleton key={i} height={88} mb={16} />
      ))}
    </div>
  );
}
