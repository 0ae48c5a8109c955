/** What a person writes down on the way: minutes, and calls with what they were good for. */
import { useMemo } from "react";
import type { LogMinutesInput, RecordCallInput } from "../gql/graphql";
import type { Failure } from "../lib/errors";
import { newsOf } from "../live/merge";
import { useSend } from "../live/useSend";
import { useTaskActions } from "../task/useTaskActions";
import { toast } from "../ui/toast";
import { LogMinutes, RecordCall, TakeBackMinutes } from "./documents";

type Named = { id: string; displayName: string };

/** Each answers null when it was done. */
export function useDayActions(onDone: () => void) {
  const send = useSend();
  const { keep } = useTaskActions();
  return useMemo(
    () => ({
      async log(patient: Named, input: Omit<LogMinutesInput, "patientId">): Promise<Failure | null> {
        const { failure } = await send({
          document: LogMinutes,
          input: { patientId: patient.id, ...input },
          about: patient.id,
          words: `log ${input.minutes} min for ${patient.displayName}`,
        });
        if (!failure) toast("good", `Logged ${input.minutes} min for ${patient.displayName}.`);
        onDone();
        return failure;
      },
      async takeBack(entry: { id: string; minutes: number }, reason: string): Promise<Failure | null> {
        const { failure } = await send({
          document: TakeBackMinutes,
          input: { minuteEntryId: entry.id, reason },
          about: entry.id,
          words: `take back ${entry.minutes} min`,
        });
        onDone();
        return failure;
      },
      async call(patient: Named, input: Omit<RecordCallInput, "patientId">): Promise<Failure | null> {
        const { data, failure } = await send({
          document: RecordCall,
          input: { patientId: patient.id, ...input },
          about: patient.id,
          words: `record the call to ${patient.displayName}`,
        });
        const call = data?.recordCall.call;
        if (call?.callBack) keep(call.callBack);
        for (const { task, result, reason } of call?.credits ?? []) {
          if (task) keep(task);
          if (result !== "REFUSED") continue;
          const title = task ? `“${newsOf(task).task.title}”` : "A task";
          toast("bad", `${title} got nothing of the call: ${reason}.`);
        }
        onDone();
        return failure;
      },
    }),
    [send, keep, onDone],
  );
}
