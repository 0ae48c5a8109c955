/** Shares the patients of a team anew: a plan is proposed, adjusted by hand, and done at once. */
import { Button, Checkbox, Modal, Select, Skeleton } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useClient } from "urql";
import type { LeftOutReason, MoveReason } from "../gql/enums";
import type { PlanRebalanceQuery } from "../gql/graphql";
import { type Failure, failureOf } from "../lib/errors";
import { useTeam } from "../live/Team";
import { useSend } from "../live/useSend";
import { tierWords } from "../patient/words";
import { ErrorFace } from "../ui/Face";
import { toast } from "../ui/toast";
import { amount, percent } from "./balance";
import css from "./caseload.module.css";
import { ApplyRebalance, PlanRebalance } from "./documents";

type Plan = NonNullable<PlanRebalanceQuery["rebalancePlan"]>;
type Move = Plan["moves"][number];
type Pair = { patientId: string; toStaffId: string };

const why: Record<MoveReason, string> = {
  EVENS_LOAD: "evens the load",
  NO_COORDINATOR: "has no coordinator",
  SPEAKS_LANGUAGE: "speaks their language",
  SHORT_TIME_TOGETHER: "together for less than a year",
  LICENSED_FOR_OPEN_WORK: "licensed for the open work",
  CHOSEN_BY_HAND: "chosen by hand",
};

const leftOut: Record<LeftOutReason, string> = {
  NO_CAPACITY: "no capacity set",
  OFF: "away",
  NOT_A_COORDINATOR: "coordinates nobody",
};

const evenness = [
  { value: "0", label: "As even as possible" },
  { value: "0.05", label: "Within 5 %: fewer moves" },
  { value: "0.15", label: "Within 15 %: far fewer moves" },
];

/** So many are shown; all are done. */
const shown = 200;

export function Rebalance(props: { onClose(): void; onDone(): void }) {
  const { store } = useTeam();
  const api = useClient();
  const send = useSend();
  const [tolerance, setTolerance] = useState("0.05");
  const [everybody, setEverybody] = useState(false);
  /** The plan as it was changed by hand; null: as it was computed. */
  const [pairs, setPairs] = useState<Pair[] | null>(null);
  const [plan, setPlan] = useState<Plan | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);
  const [round, setRound] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `round` asks again.
  useEffect(() => {
    let current = true;
    setBusy(true);
    const input = {
      careTeamId: store.teamId,
      tolerance: Number(tolerance),
      assignUnassigned: everybody,
      moves: pairs,
    };
    const asking = api.query(PlanRebalance, { input }, { requestPolicy: "network-only" }).toPromise();
    void asking.then(({ data, error }) => {
      if (!current) return;
      setBusy(false);
      setPlan(data?.rebalancePlan ?? null);
      setFailure(data?.rebalancePlan ? null : failureOf(error));
    });
    return () => {
      current = false;
    };
  }, [api, store.teamId, tolerance, everybody, pairs, round]);

  const now = () =>
    (plan?.moves ?? []).map((move) => ({ patientId: move.patient.id, toStaffId: move.to.id }));
  const drop = (id: string) => setPairs(now().filter((pair) => pair.patientId !== id));
  const give = (id: string, toStaffId: string) =>
    setPairs(now().map((pair) => (pair.patientId === id ? { ...pair, toStaffId } : pair)));
  const compute = () => {
    setPairs(null);
    setRound((n) => n + 1);
  };

  async function apply() {
    if (!plan) return;
    setBusy(true);
    const moves = plan.moves.map((move) => ({
      patientId: move.patient.id,
      toStaffId: move.to.id,
      expectedVersion: move.version,
    }));
    const { failure: refused, told } = await send({
      document: ApplyRebalance,
      input: { careTeamId: store.teamId, moves },
      about: store.teamId,
      words: "share the patients anew",
    });
    setBusy(false);
    if (refused) {
      if (!told)
        toast(
          "bad",
          refused.code === "CONFLICT"
            ? "Something changed meanwhile: look at the new plan."
            : refused.message,
        );
      return compute();
    }
    toast(
      "good",
      moves.length === 1
        ? "1 patient has a new coordinator."
        : `${moves.length} patients have new coordinators.`,
    );
    props.onDone();
    props.onClose();
  }

  return (
    <Modal opened onClose={props.onClose} title="Share patients anew" size="72rem">
      <div className={css.planHead}>
        <Select
          label="How even"
          data={evenness}
          value={tolerance}
          allowDeselect={false}
          onChange={(value) => {
            setPairs(null);
            setTolerance(value ?? "0.05");
          }}
        />
        <Checkbox
          label="Also who has no coordinator"
          checked={everybody}
          onChange={(event) => {
            setPairs(null);
            setEverybody(event.currentTarget.checked);
          }}
        />
        {pairs && (
          <Button variant="subtle" size="compact-sm" onClick={compute}>
            Back to the computed plan
          </Button>
        )}
      </div>
      {failure && <ErrorFace message={failure.message} onRetry={compute} busy={busy} />}
      {!plan && !failure && <Skeleton height={240} />}
      {plan && (
        <div aria-busy={busy}>
          <p className={css.planWords}>
            <b>{plan.moves.length === 1 ? "1 move" : `${plan.moves.length} moves`}.</b> The fullest carries{" "}
            {percent(plan.maxBefore)} now and {percent(plan.maxAfter)} afterwards; the median goes from{" "}
            {percent(plan.medianBefore)} to {percent(plan.medianAfter)}.
            {plan.pinnedPatients > 0 &&
              ` ${plan.pinnedPatients} patients stay: confidential, or in an emergency department or hospital.`}
          </p>
          <BeforeAndAfter plan={plan} />
          {plan.moves.length === 0 ? (
            <p className={css.muted}>Nothing has to move.</p>
          ) : (
            <ol className={css.moves} aria-label="Moves">
              {plan.moves.slice(0, shown).map((move) => (
                <MoveRow
                  key={move.patient.id}
                  move={move}
                  plan={plan}
                  busy={busy}
                  onDrop={drop}
                  onGive={give}
                />
              ))}
            </ol>
          )}
          {plan.moves.length > shown && (
            <p className={css.muted}>And {plan.moves.length - shown} more, which are done as well.</p>
          )}
          {plan.leftOut.length > 0 && (
            <p className={css.muted}>
              Not part of it:{" "}
              {plan.leftOut.map((one) => `${one.staff.displayName} (${leftOut[one.reason]})`).join(", ")}.
            </p>
          )}
          <div className={css.acts}>
            <Button variant="default" onClick={props.onClose}>
              Back
            </Button>
            <Button loading={busy} disabled={plan.moves.length === 0} onClick={() => void apply()}>
              {plan.moves.length === 1 ? "Make 1 move" : `Make ${plan.moves.length} moves`}
            </Button>
          </div>
        </div>
      )}
    </Modal>
  );
}

/** Each member as two bars: now, and afterwards. */
function BeforeAndAfter(props: { plan: Plan }) {
  const { members } = props.plan;
  const most = Math.max(1, ...members.flatMap((one) => [one.relativeBefore, one.relativeAfter])) * 1.02;
  const width = (share: number) => `${(100 * share) / most}%`;
  return (
    <ul className={css.planBars}>
      {members.map((one) => (
        <li key={one.staff.id}>
          <span>{one.staff.displayName}</span>
          <svg width="100%" height="22" aria-hidden="true">
            <rect className={css.before} y="2" height="7" rx="2" width={width(one.relativeBefore)} />
            <rect className={css.fill} y="12" height="8" rx="2" width={width(one.relativeAfter)} />
            <line className={css.limit} x1={width(1)} x2={width(1)} y1="0" y2="22" />
          </svg>
          <span data-number>
            {amount(one.loadBefore)} → <b>{amount(one.loadAfter)}</b> of {amount(one.capacity)} (
            {percent(one.relativeBefore)} → {percent(one.relativeAfter)})
          </span>
        </li>
      ))}
    </ul>
  );
}

type RowProps = {
  move: Move;
  plan: Plan;
  busy: boolean;
  onDrop(id: string): void;
  onGive(id: string, to: string): void;
};

function MoveRow(props: RowProps) {
  const { move, plan } = props;
  const { patient, from, to } = move;
  const others = plan.members.filter((one) => one.staff.id !== from?.id);
  return (
    <li>
      <span className={css.moveWho}>
        <b>{patient.displayName}</b>
        <span className={css.muted}>{patient.riskTier ? tierWords[patient.riskTier] : "Not assessed"}</span>
      </span>
      <span className={css.moveWay}>
        <span>{from ? from.displayName : "Nobody"} →</span>
        <Select
          size="xs"
          aria-label={`Who takes ${patient.displayName}`}
          data={others.map((one) => ({ value: one.staff.id, label: one.staff.displayName }))}
          value={to.id}
          allowDeselect={false}
          disabled={props.busy}
          onChange={(value) => value && value !== to.id && props.onGive(patient.id, value)}
        />
      </span>
      <span className={css.moveWords}>
        {move.reasons.map((reason) => why[reason]).join(", ")}. {move.words}
      </span>
      <button
        type="button"
        className={css.give}
        disabled={props.busy}
        aria-label={`Do not move ${patient.displayName}`}
        onClick={() => props.onDrop(patient.id)}
      >
        <IconX size={16} />
      </button>
    </li>
  );
}
