/** What makes a patient's record more confidential, and who is kept out of it, for those who may change that. */
import { Button, Select, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useQuery } from "urql";
import type { Sensitivity } from "../gql/enums";
import { type Failure, failureOf } from "../lib/errors";
import { KeptWords } from "../live/Unsent";
import { useSend } from "../live/useSend";
import patient from "../patient/patient.module.css";
import { toast } from "../ui/toast";
import { BlockFromPatient, PatientBlocks, SetConfidentiality, UnblockFromPatient } from "./documents";
import { FlagChoice } from "./FlagChoice";
import css from "./privacy.module.css";
import { flagWords } from "./words";

type Person = { id: string; displayName: string };
type Props = {
  patientId: string;
  version: number;
  flags: readonly Sensitivity[];
  members: readonly Person[];
  /** Saved, and the viewer does not see the patient any more. */
  onHidden(): void;
};

export function Protect(props: Props) {
  const { flags } = props;
  const [form, setForm] = useState<"flags" | "block" | null>(null);
  const [{ data, error }, again] = useQuery({ query: PatientBlocks, variables: { id: props.patientId } });
  const blocked = data?.patient?.blockedStaff ?? [];
  const close = (hidden: boolean) => {
    setForm(null);
    if (hidden) props.onHidden();
    else again({ requestPolicy: "network-only" });
  };
  return (
    <>
      <p className={css.line}>
        {flags.length === 0
          ? "As confidential as any record here."
          : `Only for those who are cleared: ${flags.map((one) => flagWords[one].name).join(", ")}.`}{" "}
        {form !== "flags" && (
          <Button size="compact-xs" variant="subtle" onClick={() => setForm("flags")}>
            Change
          </Button>
        )}
      </p>
      {form === "flags" && <FlagsForm {...props} onDone={close} onClose={() => setForm(null)} />}
      {error && <p className={patient.conflict}>{failureOf(error).message}</p>}
      {blocked.length > 0 && (
        <ul className={css.blocked} aria-label="Kept out of this record">
          {blocked.map((person) => (
            <Blocked
              key={person.id}
              person={person}
              patientId={props.patientId}
              onDone={() => close(false)}
            />
          ))}
        </ul>
      )}
      {form === "block" ? (
        <BlockForm {...props} blocked={blocked} onDone={close} onClose={() => setForm(null)} />
      ) : (
        <Button size="compact-sm" variant="subtle" onClick={() => setForm("block")}>
          Keep somebody out of this record
        </Button>
      )}
    </>
  );
}

type FormProps = Props & { onDone(hidden: boolean): void; onClose(): void };

function FlagsForm(props: FormProps) {
  const send = useSend();
  const [chosen, setChosen] = useState(props.flags);
  const [seen] = useState(props.version);
  return (
    <ReasonForm
      action="Save"
      why={chosen.includes("SUBSTANCE_USE") ? "Why? Where is the consent kept?" : "Why?"}
      onClose={props.onClose}
      onReason={async (reason) => {
        const { data, failure } = await send({
          document: SetConfidentiality,
          input: { patientId: props.patientId, flags: [...chosen], reason, expectedVersion: seen },
          about: props.patientId,
          words: "change how confidential a patient is",
        });
        if (data) props.onDone(data.setPatientConfidentiality.patient === null);
        return failure;
      }}
    >
      <FlagChoice label="This record is" value={chosen} onChange={setChosen} />
      <p className={css.small}>
        Whoever is not cleared for all of it loses the patient from their screens at once. Work that they hold
        for the patient goes back to the pool.
      </p>
    </ReasonForm>
  );
}

function BlockForm(props: FormProps & { blocked: readonly Person[] }) {
  const send = useSend();
  const [staffId, setStaffId] = useState<string | null>(null);
  const known = new Set(props.blocked.map((one) => one.id));
  return (
    <ReasonForm
      action="Keep out"
      why="Why? The patient’s wish, for example."
      ready={staffId !== null}
      onClose={props.onClose}
      onReason={async (reason) => {
        const { data, failure } = await send({
          document: BlockFromPatient,
          input: { patientId: props.patientId, staffId: staffId ?? "", reason },
          about: props.patientId,
          words: "keep somebody out of a patient’s record",
        });
        if (data) props.onDone(data.blockFromPatient.patient === null);
        return failure;
      }}
    >
      <Select
        label="Who"
        placeholder="Of the patient’s team"
        required
        searchable
        data={props.members
          .filter((one) => !known.has(one.id))
          .map((one) => ({ value: one.id, label: one.displayName }))}
        value={staffId}
        onChange={setStaffId}
      />
      <p className={css.small}>
        They do not see this patient whatever else they may see, not even in an emergency.
      </p>
    </ReasonForm>
  );
}

function Blocked(props: { person: Person; patientId: string; onDone(): void }) {
  const send = useSend();
  const [asking, setAsking] = useState(false);
  return (
    <li>
      <span>{props.person.displayName} is kept out</span>
      {!asking && (
        <Button size="compact-xs" variant="subtle" onClick={() => setAsking(true)}>
          Let in again
        </Button>
      )}
      {asking && (
        <ReasonForm
          action="Let in again"
          why="Why?"
          onClose={() => setAsking(false)}
          onReason={async (reason) => {
            const { data, failure } = await send({
              document: UnblockFromPatient,
              input: { patientId: props.patientId, staffId: props.person.id, reason },
              about: props.patientId,
              words: "let somebody see a patient’s record again",
            });
            if (data) {
              setAsking(false);
              toast("good", `${props.person.displayName} is not kept out any more.`);
              props.onDone();
            }
            return failure;
          }}
        />
      )}
    </li>
  );
}

type ReasonProps = {
  action: string;
  why: string;
  ready?: boolean;
  children?: React.ReactNode;
  onClose(): void;
  /** Null: it was done. */
  onReason(reason: string): Promise<Failure | null>;
};

function ReasonForm(props: ReasonProps) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget).get("reason")).trim();
    setBusy(true);
    setFailure(await props.onReason(reason));
    setBusy(false);
  }

  return (
    <form onSubmit={submit} className={patient.form}>
      {props.children}
      <Textarea name="reason" label={props.why} required autosize minRows={1} maxLength={500} />
      {failure && (
        <p className={patient.conflict} role="alert">
          {failure.message}
        </p>
      )}
      <KeptWords busy={busy} />
      <div className={patient.buttons}>
        <Button variant="default" size="sm" onClick={props.onClose}>
          Cancel
        </Button>
        <Button type="submit" size="sm" loading={busy} disabled={props.ready === false}>
          {props.action}
        </Button>
      </div>
    </form>
  );
}
