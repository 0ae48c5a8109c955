import { Button, Modal, Select, TextInput } from "@mantine/core";
import { IconBeach } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import type { TimeOffReason } from "../gql/enums";
import { plainDate } from "../lib/time";
import { useSend } from "../live/useSend";
import { toast } from "../ui/toast";
import type { MemberLoad } from "./balance";
import css from "./caseload.module.css";
import { AddTimeOff, CancelTimeOff, CoverMember, EndCover } from "./documents";

const reasons: Record<TimeOffReason, string> = {
  VACATION: "Vacation",
  SICK: "Sick",
  TRAINING: "Training",
  FAMILY: "Family",
  OTHER: "Other",
};

type Props = { member: MemberLoad; canChange: boolean; isOwn: boolean; onChanged(): void };

/** When somebody is away, and who has their work then. */
export function Away(props: Props) {
  const { member } = props;
  const send = useSend();
  const [asked, setAsked] = useState<"off" | "cover" | null>(null);
  const [busy, setBusy] = useState(false);
  const { cover } = member;

  async function back() {
    if (!cover) return;
    setBusy(true);
    const words = `bring back the work of ${member.name}`;
    const { data, failure, told } = await send({
      document: EndCover,
      input: { coverId: cover.id },
      about: member.id,
      words,
    });
    setBusy(false);
    if (failure) return told ? undefined : toast("bad", failure.message);
    if (data?.endCover) toast("good", data.endCover.cover.note);
    props.onChanged();
  }

  async function cancel(id: string) {
    setBusy(true);
    const words = `cancel time off of ${member.name}`;
    const { failure, told } = await send({
      document: CancelTimeOff,
      input: { timeOffId: id },
      about: member.id,
      words,
    });
    setBusy(false);
    if (failure && !told) toast("bad", failure.message);
    props.onChanged();
  }

  return (
    <section className={css.awayBox} aria-label={`Absence of ${member.name}`}>
      {cover && (
        <p className={css.line}>
          <span>
            <b>Covered</b> until {plainDate(cover.returnsOn)}. {cover.note}
          </span>
          {props.canChange && (
            <Button size="compact-sm" loading={busy} onClick={() => void back()}>
              {props.isOwn ? "I am back" : "They are back"}
            </Button>
          )}
        </p>
      )}
      {member.timeOff.map((off) => (
        <p key={off.id} className={css.line}>
          <span>
            {reasons[off.reason]}: {plainDate(off.from)}
            {off.to === off.from ? "" : ` to ${plainDate(off.to)}`}
          </span>
          {props.canChange && !cover && (
            <Button size="compact-sm" variant="subtle" disabled={busy} onClick={() => void cancel(off.id)}>
              Cancel
            </Button>
          )}
        </p>
      ))}
      {props.canChange && (
        <div className={css.row2}>
          <Button size="compact-sm" variant="default" onClick={() => setAsked("off")}>
            Add time off
          </Button>
          {!cover && (
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconBeach size={15} />}
              onClick={() => setAsked("cover")}
            >
              Cover {props.isOwn ? "me" : member.name}
            </Button>
          )}
        </div>
      )}
      {asked === "off" && <OffDialog {...props} onClose={() => setAsked(null)} />}
      {asked === "cover" && <CoverDialog {...props} onClose={() => setAsked(null)} />}
    </section>
  );
}

function OffDialog(props: Props & { onClose(): void }) {
  const { member } = props;
  const send = useSend();
  const [reason, setReason] = useState<TimeOffReason>("VACATION");
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    const { failure, told } = await send({
      document: AddTimeOff,
      input: { staffId: member.id, from: String(form.get("from")), to: String(form.get("to")), reason },
      about: member.id,
      words: `add time off of ${member.name}`,
    });
    setBusy(false);
    if (failure) return told ? undefined : setWrong(failure.message);
    props.onChanged();
    props.onClose();
  }

  return (
    <Modal opened onClose={props.onClose} title={`Time off of ${member.name}`} size="sm">
      <form onSubmit={submit} className={css.form}>
        <TextInput name="from" type="date" label="First day off" required data-autofocus />
        <TextInput name="to" type="date" label="Last day off" required />
        <Select
          label="Why"
          data={Object.entries(reasons).map(([value, label]) => ({ value, label }))}
          value={reason}
          onChange={(value) => value && setReason(value as TimeOffReason)}
          allowDeselect={false}
        />
        <Acts wrong={wrong} busy={busy} action="Add" onClose={props.onClose} />
      </form>
    </Modal>
  );
}

function CoverDialog(props: Props & { onClose(): void }) {
  const { member } = props;
  const send = useSend();
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const returnsOn = String(new FormData(event.currentTarget).get("returnsOn"));
    setBusy(true);
    const { data, failure, told } = await send({
      document: CoverMember,
      input: { staffId: member.id, returnsOn },
      about: member.id,
      words: `hand over the work of ${member.name}`,
    });
    setBusy(false);
    if (failure) return told ? undefined : setWrong(failure.message);
    if (data?.coverMember) toast("good", data.coverMember.cover.note);
    props.onChanged();
    props.onClose();
  }

  return (
    <Modal opened onClose={props.onClose} title={`Cover ${member.name}`} size="sm">
      <form onSubmit={submit} className={css.form}>
        <p>
          All {member.load.patients} patients and {member.load.openTasks} open tasks go to others who have
          room and may take them. They come back by themselves on the first day back, or as soon as somebody
          says so.
        </p>
        <TextInput name="returnsOn" type="date" label="First day back" required data-autofocus />
        <Acts wrong={wrong} busy={busy} action="Hand over" onClose={props.onClose} />
      </form>
    </Modal>
  );
}

function Acts(props: { wrong: string | null; busy: boolean; action: string; onClose(): void }) {
  return (
    <>
      {props.wrong && (
        <p className={css.wrong} role="alert">
          {props.wrong}
        </p>
      )}
      <div className={css.acts}>
        <Button variant="default" onClick={props.onClose}>
          Back
        </Button>
        <Button type="submit" loading={props.busy}>
          {props.action}
        </Button>
      </div>
    </>
  );
}
