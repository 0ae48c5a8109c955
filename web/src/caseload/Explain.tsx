import { Popover } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import type { LoadFragment } from "../gql/graphql";
import { amount, partWords } from "./balance";
import css from "./caseload.module.css";

/** What a load is made of: the parts add up to it. */
export function Explain(props: { name: string; load: LoadFragment }) {
  const { load, name } = props;
  return (
    <Popover withinPortal position="bottom-start" shadow="md">
      <Popover.Target>
        <button type="button" className={css.explain} aria-label={`What the load of ${name} is made of`}>
          <IconInfoCircle size={16} />
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <table className={css.parts}>
          <caption>
            {name}: a load of {amount(load.weightedLoad)}
          </caption>
          <tbody>
            {load.parts.map((part) => (
              <tr key={`${part.kind} ${part.tier}`}>
                <td>
                  {part.count} {partWords(part)}
                </td>
                <td>× {amount(part.weight)}</td>
                <td data-number>{amount(part.load)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <td colSpan={2}>Together</td>
              <td data-number>{amount(load.weightedLoad)}</td>
            </tr>
          </tfoot>
        </table>
        {load.effectiveCapacity !== null && load.effectiveCapacity !== load.capacity && (
          <p className={css.muted}>
            {amount(load.effectiveCapacity)} of {amount(load.capacity ?? 0)} can be carried this week: hours
            and days off count.
          </p>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
