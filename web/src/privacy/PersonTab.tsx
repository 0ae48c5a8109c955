import { EmptyFace } from "../ui/Face";
import { ChoosePerson } from "./Choose";
import { LogTable } from "./LogTable";
import { Period } from "./Period";
import css from "./privacy.module.css";
import { filterOf, type LogSearch, orderOf, sortedBy } from "./search";
import { useZone } from "./useZone";

type Props = { search: LogSearch; onSearch(search: LogSearch): void };

/** What one person looked at and did. */
export function PersonTab(props: Props) {
  const { onSearch } = props;
  const { staff, from, to, sort, up } = props.search;
  const zone = useZone();
  const about: LogSearch = {
    ...(staff && { staff }),
    ...(from && { from }),
    ...(to && { to }),
    ...(sort && { sort }),
    ...(up && { up }),
  };
  const narrow = (part: { staff?: string | undefined; from?: string | undefined; to?: string | undefined }) =>
    onSearch(
      Object.fromEntries(Object.entries({ ...about, ...part }).filter(([, one]) => one !== undefined)),
    );
  return (
    <>
      <div className={css.filters}>
        <ChoosePerson value={staff} onChange={(id) => narrow({ staff: id })} />
        <Period key={`${from} ${to}`} from={from} to={to} zone={zone} onChange={narrow} />
      </div>
      {staff ? (
        <LogTable
          caption="What this person did"
          filter={filterOf(about)}
          orderBy={orderOf(about)}
          onSort={(field) => onSearch(sortedBy(about, field))}
        />
      ) : (
        <EmptyFace title="Choose a person">What they looked at and did shows here.</EmptyFace>
      )}
    </>
  );
}
