import { Button, NumberInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTeam } from "../live/Team";
import { useSend } from "../live/useSend";
import { toast } from "../ui/toast";
import type { MemberLoad } from "./balance";
import css from "./caseload.module.css";
import { SetCapacity } from "./documents";

/** What the member can carry; empty means no limit. */
export function CapacityForm(props: { member: MemberLoad }) {
  const { member } = props;
  const { store } = useTeam();
  const send = useSend();
  const [busy, setBusy] = useState(false);
  const [value, setValue] = useState<number | string>(member.load.capacity ?? "");
  const changed = (value === "" ? null : Number(value)) !== member.load.capacity;

  async function submit(event: FormEvent) {
    event.preventDefault();
    const capacity = value === "" ? null : Number(value);
    setBusy(true);
    const { failure, told } = await send({
      document: SetCapacity,
      input: { careTeamId: store.teamId, staffId: member.id, capacity },
      about: member.id,
      words: `set the capacity of ${member.name}`,
    });
    setBusy(false);
    if (failure) return told ? undefined : toast("bad", failure.message);
    toast("good", `The capacity of ${member.name} is set.`);
  }

  return (
    <form className={css.capacity} onSubmit={submit}>
      <NumberInput
        label="Capacity"
        min={0}
        max={10_000}
        value={value}
        onChange={setValue}
        size="sm"
        w={140}
      />
      <Button type="submit" size="sm" variant="default" loading={busy} disabled={!changed}>
        Set
      </Button>
    </form>
  );
}
