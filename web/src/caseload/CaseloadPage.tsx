/** Who carries how much: a bar for each member against what they can carry, and their patients beside it. */
import { Button, SegmentedControl, Skeleton } from "@mantine/core";
import { IconArrowsShuffle, IconScale, IconSettings } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { columnOf } from "../board/columns";
import { failureOf } from "../lib/errors";
import { useTeam } from "../live/Team";
import { useViewer } from "../session/Session";
import { EmptyFace, ErrorFace } from "../ui/Face";
import { amount, isOver } from "./balance";
import css from "./caseload.module.css";
import { LoadBars } from "./LoadBars";
import { LoadTable } from "./LoadTable";
import { MemberPanel } from "./MemberPanel";
import { PatientList } from "./PatientList";
import { Rebalance } from "./Rebalance";
import { Settings } from "./Settings";
import { SharedList } from "./Shared";
import { Trend } from "./Trend";
import { useCaseload } from "./useCaseload";

export function CaseloadPage() {
  const { team, members, total, loading, error, retry } = useCaseload();
  const { member } = useSearch({ from: "/team/caseload/$teamId" });
  const navigate = useNavigate({ from: "/caseload/$teamId" });
  const { view, store } = useTeam();
  const { staff } = useViewer();
  const [face, setFace] = useState("bars");
  const [asked, setAsked] = useState<"share" | "settings" | null>(null);
  const chosen = members.find((one) => one.id === member) ?? null;
  // As the board counts it: open to take, and nobody's.
  const pool = [...view.tasks.values()].filter((task) => columnOf(task, null, null) === "pool").length;
  const choose = (id: string) =>
    navigate({
      search: (was) => ({ ...was, member: id === member ? undefined : id }) as never,
      replace: true,
    });

  if (!team && error) return <ErrorFace message={failureOf(error).message} onRetry={retry} busy={loading} />;
  return (
    <div className={css.page}>
      <section className={css.main} aria-label="Caseload">
        <header className={css.head}>
          <h1>Caseload</h1>
          <span className={css.spacer} />
          {team?.viewerCanRebalance && (
            <Button size="sm" leftSection={<IconArrowsShuffle size={16} />} onClick={() => setAsked("share")}>
              Rebalance
            </Button>
          )}
          {staff?.role === "MANAGER" && (
            <Button
              size="sm"
              variant="default"
              leftSection={<IconSettings size={16} />}
              onClick={() => setAsked("settings")}
            >
              Weights
            </Button>
          )}
          <SegmentedControl
            size="sm"
            value={face}
            onChange={setFace}
            data={[
              { value: "bars", label: "Bars" },
              { value: "table", label: "Table" },
              { value: "trend", label: "Trend" },
            ]}
            aria-label="Show as"
          />
        </header>
        <dl className={css.totals}>
          <Total name="patients" value={total?.patients} />
          <Total name="high risk" value={total?.highRiskPatients} />
          <Total name="open tasks" value={total?.openTasks} />
          <Total name="overdue" value={total?.overdueTasks} loud />
          <Total name="over capacity" value={team ? members.filter(isOver).length : undefined} loud />
          <Total name="in the pool" value={team ? pool : undefined} />
          <Total
            name={total?.effectiveCapacity ? `load of ${amount(total.effectiveCapacity)}` : "load"}
            value={total ? amount(total.weightedLoad) : undefined}
          />
        </dl>
        {team && <SharedList rows={team.rebalances} zone={team.timeZone} onChanged={retry} />}
        {team && team.withoutCoordinator.totalCount > 0 && (
          <button
            type="button"
            className={css.nobody}
            aria-pressed={member === "nobody"}
            onClick={() => choose("nobody")}
          >
            {team.withoutCoordinator.totalCount === 1
              ? "1 patient has no coordinator"
              : `${team.withoutCoordinator.totalCount} patients have no coordinator`}
          </button>
        )}
        {!team ? (
          <div aria-busy="true">
            {[0, 1, 2, 3, 4, 5].map((i) => (
              <Skeleton key={i} height={72} mb={8} radius="md" />
            ))}
          </div>
        ) : members.length === 0 ? (
          <EmptyFace icon={<IconScale />} title="Nobody is on this team yet">
            Add members to share the work.
          </EmptyFace>
        ) : face === "bars" ? (
          <LoadBars
            members={members}
            median={team.medianRelativeLoad ?? null}
            chosen={member ?? null}
            onChoose={choose}
          />
        ) : face === "trend" ? (
          <Trend member={chosen} />
        ) : (
          <LoadTable members={members} onChoose={choose} />
        )}
      </section>
      <aside className={css.aside} aria-label="Patients of a member">
        {chosen ? (
          <MemberPanel
            key={chosen.id}
            member={chosen}
            members={members}
            canManage={team?.viewerCanManage ?? false}
            onChanged={retry}
          />
        ) : member === "nobody" ? (
          <>
            <header className={css.memberHead}>
              <h2>Without a coordinator</h2>
            </header>
            <PatientList filter={{ careTeamId: store.teamId, withoutCoordinator: true }} takers={members} />
          </>
        ) : (
          <EmptyFace icon={<IconScale />} title="Choose a member">
            Their patients show here, and can be given to somebody with room.
          </EmptyFace>
        )}
      </aside>
      {asked === "share" && <Rebalance onClose={() => setAsked(null)} onDone={retry} />}
      {asked === "settings" && <Settings onClose={() => setAsked(null)} />}
    </div>
  );
}

function Total(props: { name: string; value: number | string | undefined; loud?: boolean }) {
  return (
    <div data-loud={(props.loud && Number(props.value) > 0) || undefined}>
      <dt>{props.name}</dt>
      <dd>{props.value ?? "–"}</dd>
    </div>
  );
}
