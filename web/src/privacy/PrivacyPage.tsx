/** For the privacy officer: the record of who saw what, and emergency access to review. */
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Frame } from "../routes/Frame";
import { useSession } from "../session/Session";
import { EmptyFace } from "../ui/Face";
import { LogTab } from "./LogTab";
import { PatientTab } from "./PatientTab";
import { PersonTab } from "./PersonTab";
import { ReviewTab } from "./ReviewTab";
import type { LogSearch } from "./search";

const tabs = {
  log: "Access log",
  patient: "A patient",
  person: "A person",
  emergencies: "Emergencies",
};
export type Tab = keyof typeof tabs;
export const isTab = (tab: string): tab is Tab => tab in tabs;

export function PrivacyPage() {
  const { phase } = useSession();
  const { tab = "log" } = useParams({ strict: false });
  const viewer = phase.is === "in" ? phase.viewer : null;
  const shown = (Object.keys(tabs) as Tab[]).filter((one) =>
    one === "emergencies" ? viewer?.isPrivacyOfficer : viewer?.mayReviewAccess,
  );
  const nav = shown.map((one) => (
    <Link
      key={one}
      to="/privacy/$tab"
      params={{ tab: one }}
      search={(was) => (one === "emergencies" ? {} : was) as LogSearch}
      activeOptions={{ includeSearch: false }}
    >
      {tabs[one]}
    </Link>
  ));
  const here = isTab(tab) && shown.includes(tab) ? tab : null;
  return (
    <Frame title={here ? tabs[here] : "Privacy"} nav={nav}>
      {here ? (
        <Body tab={here} />
      ) : (
        <EmptyFace title="This is for the privacy officer">An administrator names who that is.</EmptyFace>
      )}
    </Frame>
  );
}

function Body(props: { tab: Tab }) {
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as LogSearch;
  const onSearch = (next: LogSearch) =>
    void navigate({ to: "/privacy/$tab", params: { tab: props.tab }, search: next, replace: true });
  switch (props.tab) {
    case "log":
      return <LogTab search={search} onSearch={onSearch} />;
    case "patient":
      return <PatientTab search={search} onSearch={onSearch} />;
    case "person":
      return <PersonTab search={search} onSearch={onSearch} />;
    case "emergencies":
      return <ReviewTab />;
  }
}
