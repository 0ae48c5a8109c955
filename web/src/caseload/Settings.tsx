import { Button, Modal, NumberInput, Skeleton } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useQuery } from "urql";
import type { StaffRole } from "../gql/enums";
import type { ReadCaseloadSettingsQuery } from "../gql/graphql";
import { useSend } from "../live/useSend";
import { toast } from "../ui/toast";
import { roleWords } from "./balance";
import css from "./caseload.module.css";
import { ReadSettings, SetSettings } from "./documents";

type Known = NonNullable<ReadCaseloadSettingsQuery["caseloadSettings"]>;

const weights = [
  ["highest", "Highest risk"],
  ["high", "High risk"],
  ["rising", "Rising risk"],
  ["low", "Low risk"],
  ["notAssessed", "Not assessed"],
  ["openTask", "Open task"],
  ["overdue", "Overdue, on top"],
  ["clockThisWeek", "Due this week, on top"],
] as const;

const roles: StaffRole[] = [
  "CARE_COORDINATOR",
  "NURSE",
  "SOCIAL_WORKER",
  "MEDICAL_ASSISTANT",
  "CLINICIAN",
  "PHARMACIST",
];

/** What patients and work weigh in the whole practice. */
export function Settings(props: { onClose(): void }) {
  const [{ data }] = useQuery({ query: ReadSettings, requestPolicy: "network-only" });
  const known = data?.caseloadSettings;
  return (
    <Modal opened onClose={props.onClose} title="What weighs how much" size="lg">
      {known ? <Form key={known.version} known={known} onClose={props.onClose} /> : <Skeleton height={320} />}
    </Modal>
  );
}

function Form(props: { known: Known; onClose(): void }) {
  const { known } = props;
  const send = useSend();
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const number = (name: string) => Number(form.get(name));
    const by = roles.filter((role) => String(form.get(role)) !== "");
    setBusy(true);
    setWrong(null);
    const { failure, told } = await send({
      document: SetSettings,
      input: {
        highest: number("highest"),
        high: number("high"),
        rising: number("rising"),
        low: number("low"),
        notAssessed: number("notAssessed"),
        openTask: number("openTask"),
        overdue: number("overdue"),
        clockThisWeek: number("clockThisWeek"),
        capacityByRole: by.map((role) => ({ role, capacity: number(role) })),
        expectedVersion: known.version,
      },
      about: "caseload-settings",
      words: "set what weighs how much",
    });
    setBusy(false);
    if (failure) return told ? undefined : setWrong(failure.message);
    toast("good", "The weights are set, and every bar is counted anew.");
    props.onClose();
  }

  return (
    <form onSubmit={submit} className={css.form}>
      <p className={css.muted}>
        A load is the sum of these. They compare members with one another in the whole practice; they are no
        clinical score.
      </p>
      <div className={css.fields}>
        {weights.map(([name, label]) => (
          <NumberInput
            key={name}
            name={name}
            label={label}
            min={0}
            max={100}
            step={0.5}
            decimalScale={2}
            defaultValue={known[name]}
            required
          />
        ))}
      </div>
      <h3 className={css.sub}>What each role can carry in a full week</h3>
      <p className={css.muted}>For who has no capacity of their own; empty: none.</p>
      <div className={css.fields}>
        {roles.map((role) => (
          <NumberInput
            key={role}
            name={role}
            label={roleWords[role]}
            min={0}
            max={10_000}
            defaultValue={known.capacityByRole.find((one) => one.role === role)?.capacity ?? ""}
          />
        ))}
      </div>
      {wrong && (
        <p className={css.wrong} role="alert">
          {wrong}
        </p>
      )}
      <div className={css.acts}>
        <Button variant="default" onClick={props.onClose}>
          Back
        </Button>
        <Button type="submit" loading={busy}>
          Set weights
        </Button>
      </div>
    </form>
  );
}
