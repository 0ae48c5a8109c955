import { Button, Chip, Modal, NumberInput, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { Weekday } from "../gql/enums";
import { useSend } from "../live/useSend";
import { toast } from "../ui/toast";
import type { MemberLoad } from "./balance";
import css from "./caseload.module.css";
import { SetWorkPattern } from "./documents";

const week: [Weekday, string][] = [
  ["MONDAY", "Mon"],
  ["TUESDAY", "Tue"],
  ["WEDNESDAY", "Wed"],
  ["THURSDAY", "Thu"],
  ["FRIDAY", "Fri"],
  ["SATURDAY", "Sat"],
  ["SUNDAY", "Sun"],
];

type Props = { member: MemberLoad; canChange: boolean; onChanged(): void };

/** When somebody works, and which languages they speak besides English. */
export function Hours(props: Props) {
  const { member } = props;
  const [open, setOpen] = useState(false);
  const days = week.filter(([day]) => member.hours.days.includes(day)).map(([, name]) => name);
  return (
    <p className={css.line}>
      <span>
        {days.join(" ") || "No days"} · {Math.round(member.hours.hoursShare * 100)} % of full time
        {member.languages.length > 0 && ` · speaks ${member.languages.join(", ")}`}
      </span>
      {props.canChange && (
        <Button size="compact-sm" variant="subtle" onClick={() => setOpen(true)}>
          Change hours
        </Button>
      )}
      {open && <HoursDialog {...props} onClose={() => setOpen(false)} />}
    </p>
  );
}

function HoursDialog(props: Props & { onClose(): void }) {
  const { member } = props;
  const send = useSend();
  const [days, setDays] = useState<string[]>(member.hours.days.slice());
  const [share, setShare] = useState<number | string>(Math.round(member.hours.hoursShare * 100));
  const [languages, setLanguages] = useState(member.languages.join(", "));
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    const { failure, told } = await send({
      document: SetWorkPattern,
      input: {
        staffId: member.id,
        days: days as Weekday[],
        hoursShare: Number(share) / 100,
        languages: languages.split(/[\s,;]+/).filter(Boolean),
      },
      about: member.id,
      words: `set the hours of ${member.name}`,
    });
    setBusy(false);
    if (failure) return told ? undefined : setWrong(failure.message);
    toast("good", `The hours of ${member.name} are set.`);
    props.onChanged();
    props.onClose();
  }

  return (
    <Modal opened onClose={props.onClose} title={`Hours of ${member.name}`} size="md">
      <form onSubmit={submit} className={css.form}>
        <fieldset className={css.chips}>
          <legend>Working days</legend>
          <Chip.Group multiple value={days} onChange={setDays}>
            {week.map(([day, name]) => (
              <Chip key={day} value={day} size="sm">
                {name}
              </Chip>
            ))}
          </Chip.Group>
        </fieldset>
        <NumberInput
          label="Share of full-time hours, in %"
          min={1}
          max={100}
          value={share}
          onChange={setShare}
        />
        <TextInput
          label="Languages besides English"
          description="As tags: es, pt-BR"
          value={languages}
          onChange={(event) => setLanguages(event.currentTarget.value)}
        />
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
            Set hours
          </Button>
        </div>
      </form>
    </Modal>
  );
}
