//! Who may call what: every field of the three roots by every role, in both directions, tried for real. The rows below are
//! the declaration; docs/access.md shows them, and `ACCEPT=1` renews it.
//!
//! A new field without a row fails here. A row is one line: the field, what it is about, who may, and its arguments. What
//! stands behind a `$` is made anew for each try (see [`Scene::fill`]). What cannot be tried by one call is declared with
//! [`told`], which names the test that tries it.
use api::{
    care_teams, caseload, patients,
    policy::{self, licence, sight},
    tasks,
};
use entity::{
    huddle::HuddleState,
    ids::{CareTeamId, HuddleId, HuddleItemId, StaffId, TaskId},
    integration_token::TokenScope,
    sensitivity::Sensitivity,
    staff::StaffRole,
    task::{TaskPriority, TaskStatus},
    time_off::TimeOffReason,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};
use std::{collections::BTreeSet, fmt::Write, fs, path::Path};
use tests::{Browser, Kind, Kit, Person, Practice, Sdl, Socket, sdl::Type};

const SCHEMA: &str = include_str!("../../../web/schema.graphql");
const DOCS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/access.md");

/// In which capacity somebody calls. A privacy officer is a nurse with that designation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Coordinator,
    Nurse,
    Assistant,
    Clinician,
    Social,
    Pharmacist,
    FrontDesk,
    Manager,
    Administrator,
    PrivacyOfficer,
    Display,
    Integration,
}
use Who::*;

const EVERYBODY: &[Who] = &[
    Coordinator,
    Nurse,
    Assistant,
    Clinician,
    Social,
    Pharmacist,
    FrontDesk,
    Manager,
    Administrator,
    PrivacyOfficer,
    Display,
    Integration,
];
const PEOPLE: &[Who] =
    &[Coordinator, Nurse, Assistant, Clinician, Social, Pharmacist, FrontDesk, Manager, Administrator, PrivacyOfficer];
/// Everybody but a shared screen.
const KNOW_NAMES: &[Who] = &[
    Coordinator,
    Nurse,
    Assistant,
    Clinician,
    Social,
    Pharmacist,
    FrontDesk,
    Manager,
    Administrator,
    PrivacyOfficer,
    Integration,
];
/// Who works on a team.
const TEAM: &[Who] = &[Coordinator, Nurse, Assistant, Clinician, Social, Pharmacist, FrontDesk, PrivacyOfficer];
const TEAM_AND_MANAGER: &[Who] =
    &[Coordinator, Nurse, Assistant, Clinician, Social, Pharmacist, FrontDesk, PrivacyOfficer, Manager];
const TEAM_MANAGER_AND_ADMINISTRATOR: &[Who] =
    &[Coordinator, Nurse, Assistant, Clinician, Social, Pharmacist, FrontDesk, PrivacyOfficer, Manager, Administrator];
const TEAM_MANAGER_AND_PROGRAMS: &[Who] =
    &[Coordinator, Nurse, Assistant, Clinician, Social, Pharmacist, FrontDesk, PrivacyOfficer, Manager, Integration];
/// Everybody who follows a board.
const FOLLOWERS: &[Who] = &[
    Coordinator,
    Nurse,
    Assistant,
    Clinician,
    Social,
    Pharmacist,
    FrontDesk,
    PrivacyOfficer,
    Manager,
    Display,
    Integration,
];
const CARE: &[Who] = &[Coordinator, Nurse, Assistant, Clinician, Social, Pharmacist, PrivacyOfficer];
const PROTECTORS: &[Who] = &[Coordinator, Clinician, Social, Manager, PrivacyOfficer];

/// What a call is about: who does not see that is told NOT_FOUND, whatever they may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    /// Nothing in particular, or oneself.
    Nothing,
    Team,
    Task,
    /// A huddle of the team, or something on its agenda.
    Huddle,
    Patient,
    /// A patient whom one need not see.
    AnyPatient,
    Staff,
    /// Something of the practice that only those know of who may act on it.
    Hidden,
    /// A screen on a wall, which other screens and programs do not know of.
    Display,
    /// An integration's token.
    Token,
}

struct Row {
    root: &'static str,
    field: &'static str,
    about: About,
    who: &'static [Who],
    /// JSON, with `$` for what is made for the try. Or, with `told`, where it is tried.
    arguments: &'static str,
    tried: bool,
    /// For who has not signed in.
    is_door: bool,
}

const fn query(field: &'static str, about: About, who: &'static [Who], arguments: &'static str) -> Row {
    Row { root: "Query", field, about, who, arguments, tried: true, is_door: false }
}

const fn mutation(field: &'static str, about: About, who: &'static [Who], arguments: &'static str) -> Row {
    Row { root: "Mutation", field, about, who, arguments, tried: true, is_door: false }
}

const fn subscription(field: &'static str, about: About, who: &'static [Who], arguments: &'static str) -> Row {
    Row { root: "Subscription", field, about, who, arguments, tried: true, is_door: false }
}

/// Declared here and tried elsewhere.
const fn told(root: &'static str, field: &'static str, who: &'static [Who], tests: &'static str) -> Row {
    Row { root, field, about: About::Nothing, who, arguments: tests, tried: false, is_door: false }
}

/// How one gets in: for nobody in particular.
const fn door(root: &'static str, field: &'static str, tests: &'static str) -> Row {
    Row { root, field, about: About::Nothing, who: EVERYBODY, arguments: tests, tried: false, is_door: true }
}

#[rustfmt::skip]
const ROWS: &[Row] = &[
    query("auditEntries", About::Nothing, &[PrivacyOfficer], "{}"),
    query("auditHead", About::Nothing, &[PrivacyOfficer], "{}"),
    query("breakGlassReviews", About::Nothing, &[PrivacyOfficer], "{}"),
    query("careTeam", About::Team, EVERYBODY, r#"{"id": "$team"}"#),
    query("careTeams", About::Nothing, EVERYBODY, "{}"),
    query("caseloadSettings", About::Nothing, KNOW_NAMES, "{}"),
    query("rebalancePlan", About::Team, &[Coordinator, Manager], r#"{"careTeamId": "$team"}"#),
    query("claimRequests", About::Team, TEAM_AND_MANAGER, r#"{"careTeamId": "$team"}"#),
    query("displays", About::Nothing, PEOPLE, "{}"),
    told("Query", "handoff", TEAM_AND_MANAGER, "handoffs/sight.rs"),
    query("handoffs", About::Team, TEAM_AND_MANAGER, r#"{"careTeamId": "$team"}"#),
    query("huddle", About::Huddle, FOLLOWERS, r#"{"id": "$huddle"}"#),
    query("integrationTokens", About::Nothing, &[Administrator], "{}"),
    query("myDay", About::Nothing, PEOPLE, "{}"),
    query("mySessions", About::Nothing, EVERYBODY, "{}"),
    query("node", About::Task, EVERYBODY, r#"{"id": "$task"}"#),
    query("patient", About::Patient, EVERYBODY, r#"{"id": "$patient"}"#),
    query("patientAccessReport", About::AnyPatient, &[PrivacyOfficer], r#"{"patientId": "$patient"}"#),
    query("patients", About::Nothing, EVERYBODY, "{}"),
    door("Query", "signInOptions", "access/oidc.rs"),
    query("replay", About::Team, TEAM_AND_MANAGER, r#"{"careTeamId": "$team", "at": "2026-11-24T15:00:00Z"}"#),
    query("replayItems", About::Team, TEAM_AND_MANAGER, r#"{"careTeamId": "$team", "after": "$cursor"}"#),
    query("staff", About::Nothing, &[Manager, Administrator], "{}"),
    query("staffAccount", About::Hidden, &[Manager, Administrator], r#"{"id": "$colleague"}"#),
    query("strandedWork", About::Team, &[Coordinator, Manager], r#"{"careTeamId": "$team"}"#),
    query("task", About::Task, EVERYBODY, r#"{"id": "$task"}"#),
    query("taskKinds", About::Nothing, EVERYBODY, "{}"),
    query("tasks", About::Nothing, EVERYBODY, "{}"),
    query("viewer", About::Nothing, EVERYBODY, "{}"),
    query("workTimes", About::Team, TEAM_MANAGER_AND_PROGRAMS, r#"{"filter": {"careTeamId": "$team", "from": "2026-11-01", "to": "2026-11-30"}, "groupBy": "KIND"}"#),

    door("Mutation", "acceptLink", "attacks/accounts.rs"),
    told("Mutation", "acknowledgeHandoff", TEAM_AND_MANAGER, "handoffs: whom it is for"),
    told("Mutation", "declineHandoff", TEAM, "handoffs: whom it is for"),
    told("Mutation", "redirectHandoff", TEAM_AND_MANAGER, "handoffs: the giver, coordinators and managers"),
    told("Mutation", "withdrawHandoff", TEAM_AND_MANAGER, "handoffs: the giver, coordinators and managers"),
    told("Mutation", "leaveForTheDay", PEOPLE, "handoffs: one's own"),
    told("Mutation", "grantClaimRequest", TEAM_AND_MANAGER, "handoffs/takeover.rs: the holder, coordinators and managers"),
    told("Mutation", "declineClaimRequest", TEAM_AND_MANAGER, "handoffs/takeover.rs: the holder, coordinators and managers"),
    told("Mutation", "withdrawClaimRequest", TEAM, "handoffs/takeover.rs: one's own"),
    mutation("askToTakeOver", About::Task, TEAM, r#"{"taskId": "$taken"}"#),
    mutation("createHandoff", About::Team, TEAM, r#"{"careTeamId": "$team", "taskIds": ["$held"], "patientIds": [], "situation": "off at noon"}"#),
    mutation("escalateTask", About::Task, TEAM_AND_MANAGER, r#"{"taskId": "$task", "reason": "no answer"}"#),
    mutation("notifyAboutTask", About::Task, TEAM_AND_MANAGER, r#"{"taskId": "$task", "staffId": "$colleague", "message": "look"}"#),
    mutation("renewClaim", About::Task, TEAM_AND_MANAGER, r#"{"taskId": "$held"}"#),
    mutation("transferTask", About::Task, TEAM, r#"{"taskId": "$held", "situation": "off at noon"}"#),
    told("Mutation", "actOnDisplay", &[Display], "attacks/doors.rs: one's PIN"),
    mutation("addCareTeamMember", About::Team, &[Manager, Administrator], r#"{"careTeamId": "$team", "staffId": "$newcomer"}"#),
    mutation("addTimeOff", About::Staff, &[Manager], r#"{"staffId": "$colleague", "from": "2026-12-07", "to": "2026-12-08", "reason": "SICK"}"#),
    mutation("applyRebalance", About::Team, &[Coordinator, Manager], r#"{"careTeamId": "$team", "moves": [{"patientId": "$patient", "toStaffId": "$taker", "expectedVersion": 1}]}"#),
    mutation("cancelTimeOff", About::Staff, &[Manager], r#"{"timeOffId": "$timeOff"}"#),
    mutation("coverMember", About::Staff, &[Manager], r#"{"staffId": "$leaver", "returnsOn": "2026-12-01"}"#),
    mutation("endCover", About::Task, &[Manager], r#"{"coverId": "$cover"}"#),
    told("Mutation", "setCaseloadSettings", &[Manager], "caseload/load.rs: once a version"),
    mutation("setWorkPattern", About::Staff, &[Manager], r#"{"staffId": "$colleague", "days": ["MONDAY"], "hoursShare": 0.5, "languages": ["es"]}"#),
    mutation("undoRebalance", About::Task, &[Coordinator, Manager], r#"{"rebalanceId": "$rebalance"}"#),
    mutation("addHuddleAddendum", About::Huddle, TEAM_AND_MANAGER, r#"{"huddleId": "$signed", "text": "Ben was there too"}"#),
    mutation("addHuddleItem", About::Huddle, TEAM_AND_MANAGER, r#"{"huddleId": "$huddle", "patientId": "$patient"}"#),
    mutation("decideInHuddle", About::Huddle, TEAM_AND_MANAGER, r#"{"itemId": "$item", "kind": "RECALL", "title": "Recall", "ownerId": "$colleague", "dueAt": "2030-01-01T12:00:00Z"}"#),
    mutation("endHuddle", About::Huddle, TEAM_AND_MANAGER, r#"{"huddleId": "$running"}"#),
    mutation("moveHuddle", About::Huddle, TEAM_AND_MANAGER, r#"{"huddleId": "$running"}"#),
    mutation("openHuddle", About::Team, TEAM_AND_MANAGER, r#"{"careTeamId": "$team"}"#),
    mutation("setHuddleAttendance", About::Huddle, TEAM_AND_MANAGER, r#"{"huddleId": "$huddle", "staffId": "$colleague", "present": true}"#),
    mutation("setHuddleSettings", About::Team, &[Manager, Administrator], r#"{"careTeamId": "$team", "lengthMinutes": 12}"#),
    mutation("settleHuddleItem", About::Huddle, TEAM_AND_MANAGER, r#"{"itemId": "$item", "state": "DISCUSSED"}"#),
    mutation("startHuddle", About::Huddle, TEAM_AND_MANAGER, r#"{"huddleId": "$huddle"}"#),
    mutation("takeHuddleLead", About::Huddle, TEAM_AND_MANAGER, r#"{"huddleId": "$running"}"#),
    mutation("addTaskComment", About::Task, TEAM_AND_MANAGER, r#"{"taskId": "$task", "text": "hello"}"#),
    mutation("addTaskStep", About::Task, TEAM_AND_MANAGER, r#"{"taskId": "$task", "text": "Ask"}"#),
    mutation("assignCoordinator", About::Patient, TEAM_AND_MANAGER, r#"{"patientId": "$patient", "staffId": "$colleague"}"#),
    mutation("assignTask", About::Task, &[Coordinator, Manager], r#"{"taskId": "$task", "staffId": "$colleague"}"#),
    told("Mutation", "beginPasskeyRegistration", PEOPLE, "attacks/accounts.rs: one's own"),
    door("Mutation", "beginPasskeySignIn", "attacks/accounts.rs"),
    told("Mutation", "beginTotpEnrolment", PEOPLE, "attacks/accounts.rs: one's own"),
    mutation("blockFromPatient", About::Patient, PROTECTORS, r#"{"patientId": "$patient", "staffId": "$colleague", "reason": "a relative"}"#),
    mutation("breakGlass", About::AnyPatient, CARE, r#"{"patientId": "$stranger", "reason": "no pulse, no record"}"#),
    mutation("cancelTask", About::Task, TEAM_AND_MANAGER, r#"{"taskId": "$task", "reason": "twice"}"#),
    told("Mutation", "changePassword", PEOPLE, "attacks/accounts.rs: one's own"),
    mutation("checkTaskStep", About::Task, TEAM_AND_MANAGER, r#"{"taskId": "$stepped", "stepId": "$step", "done": true}"#),
    mutation("claimTask", About::Task, TEAM, r#"{"taskId": "$task"}"#),
    door("Mutation", "completeSignIn", "attacks/accounts.rs"),
    mutation("completeTask", About::Task, TEAM_AND_MANAGER, r#"{"taskId": "$held"}"#),
    told("Mutation", "confirmActing", PEOPLE, "attacks/doors.rs: one's own"),
    mutation("confirmDisplay", About::Team, TEAM_MANAGER_AND_ADMINISTRATOR, r#"{"careTeamId": "$team", "name": "Huddle room", "userCode": "$userCode"}"#),
    told("Mutation", "confirmTotpEnrolment", PEOPLE, "attacks/accounts.rs: one's own"),
    mutation("createIntegrationToken", About::Nothing, &[Administrator], r#"{"name": "Registry", "scopes": ["READ"]}"#),
    mutation("createRecoveryLink", About::Hidden, &[Administrator], r#"{"staffId": "$colleague"}"#),
    mutation("createTask", About::Team, TEAM_AND_MANAGER, r#"{"careTeamId": "$team", "kind": "RECALL", "title": "Recall"}"#),
    mutation("deactivateStaff", About::Hidden, &[Manager, Administrator], r#"{"staffId": "$leaver"}"#),
    told("Mutation", "endActing", &[Display], "attacks/doors.rs"),
    told("Mutation", "endBreakGlass", CARE, "attacks/emergency.rs: one's own"),
    mutation("enterTaskInError", About::Task, &[Coordinator, Manager], r#"{"taskId": "$task", "reason": "wrong patient"}"#),
    told("Mutation", "enterMinutesInError", TEAM_AND_MANAGER, "my_day/minutes.rs: one's own, and a manager all"),
    mutation("failTask", About::Task, TEAM_AND_MANAGER, r#"{"taskId": "$held", "reason": "no answer"}"#),
    told("Mutation", "finishPasskeyRegistration", PEOPLE, "attacks/accounts.rs: one's own"),
    mutation("holdTask", About::Task, TEAM_AND_MANAGER, r#"{"taskId": "$held", "reason": "waits for a result"}"#),
    mutation("inviteStaff", About::Nothing, &[Administrator], r#"{"email": "$email", "displayName": "New", "role": "NURSE"}"#),
    mutation("logMinutes", About::Patient, TEAM_AND_MANAGER, r#"{"patientId": "$patient", "minutes": 7}"#),
    mutation("movePatient", About::Patient, TEAM_AND_MANAGER, r#"{"patientId": "$patient", "careTeamId": "$other"}"#),
    mutation("moveTask", About::Task, &[Coordinator, Manager], r#"{"taskId": "$task", "careTeamId": "$other"}"#),
    door("Mutation", "openLink", "attacks/accounts.rs"),
    door("Mutation", "pairDisplay", "access/display.rs"),
    mutation("publishTask", About::Task, TEAM_AND_MANAGER, r#"{"taskId": "$draft"}"#),
    mutation("reactivateStaff", About::Hidden, &[Manager, Administrator], r#"{"staffId": "$leaver"}"#),
    told("Mutation", "reauthenticate", PEOPLE, "attacks/accounts.rs: one's own"),
    mutation("releaseTask", About::Task, TEAM_AND_MANAGER, r#"{"taskId": "$held"}"#),
    mutation("removeCareTeamMember", About::Team, &[Manager, Administrator], r#"{"careTeamId": "$team", "staffId": "$member"}"#),
    mutation("recordCall", About::Patient, TEAM_AND_MANAGER, r#"{"patientId": "$patient", "outcome": "NO_ANSWER"}"#),
    told("Mutation", "removeFactor", PEOPLE, "attacks/accounts.rs: one's own"),
    mutation("renameDisplay", About::Display, TEAM_MANAGER_AND_ADMINISTRATOR, r#"{"displayId": "$display", "name": "Hall"}"#),
    told("Mutation", "renewRecoveryCodes", PEOPLE, "attacks/accounts.rs: one's own"),
    told("Mutation", "requestActing", &[Display], "attacks/doors.rs"),
    told("Mutation", "removePin", PEOPLE, "access/acting.rs: one's own"),
    door("Mutation", "requestDisplayPairing", "access/pairing.rs"),
    mutation("resetFactors", About::Hidden, &[Administrator], r#"{"staffId": "$colleague"}"#),
    told("Mutation", "reviewBreakGlass", &[PrivacyOfficer], "attacks/emergency.rs: another's"),
    mutation("revokeDisplay", About::Display, TEAM_MANAGER_AND_ADMINISTRATOR, r#"{"displayId": "$display"}"#),
    mutation("revokeIntegrationToken", About::Token, &[Administrator], r#"{"integrationTokenId": "$token"}"#),
    told("Mutation", "revokeOtherSessions", PEOPLE, "attacks/accounts.rs: one's own"),
    told("Mutation", "revokeSession", PEOPLE, "attacks/accounts.rs: one's own"),
    mutation("revokeStaffSessions", About::Hidden, &[Administrator], r#"{"staffId": "$colleague"}"#),
    mutation("setMemberCapacity", About::Team, &[Manager, Administrator], r#"{"careTeamId": "$team", "staffId": "$colleague", "capacity": 12.5}"#),
    mutation("setPatientConfidentiality", About::Patient, PROTECTORS, r#"{"patientId": "$patient", "flags": ["RESTRICTED"], "reason": "well known"}"#),
    mutation("setPatientPharmacy", About::Patient, TEAM_AND_MANAGER, r#"{"patientId": "$patient", "name": "Mill Street Drugs"}"#),
    mutation("setPatientStatus", About::Patient, TEAM_AND_MANAGER, r#"{"patientId": "$patient", "status": "WATCH"}"#),
    told("Mutation", "setPin", PEOPLE, "access/acting.rs: one's own"),
    mutation("setStaffClearances", About::Staff, &[Administrator, PrivacyOfficer], r#"{"staffId": "$colleague", "clearances": [], "reason": "x"}"#),
    door("Mutation", "signIn", "access/sessions.rs"),
    told("Mutation", "signOut", EVERYBODY, "access/sessions.rs"),
    mutation("startTask", About::Task, TEAM_AND_MANAGER, r#"{"taskId": "$held"}"#),
    mutation("unblockFromPatient", About::Patient, PROTECTORS, r#"{"patientId": "$blocked", "staffId": "$colleague", "reason": "x"}"#),
    mutation("updateStaff", About::Hidden, &[Manager, Administrator], r#"{"staffId": "$colleague", "displayName": "Colleague"}"#),
    mutation("updateTask", About::Task, TEAM_AND_MANAGER, r#"{"taskId": "$task", "title": "New"}"#),

    subscription("accessAlerts", About::Nothing, &[PrivacyOfficer], "{}"),
    subscription("patientPresence", About::Patient, PEOPLE, r#"{"patientId": "$patient"}"#),
    subscription("teamFeed", About::Team, FOLLOWERS, r#"{"careTeamId": "$team"}"#),
];

/// Where somebody stands to the things of the team Cedar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    OnTheTeam,
    OnAnotherTeam,
    OfAnotherPractice,
}

fn sees(about: About, who: Who, place: Place) -> bool {
    let of_all_teams = matches!(who, Manager | Integration);
    match (about, place) {
        (About::Nothing, _) => true,
        // Looked for in the practice, and so found or not whoever asks; of another practice is nobody.
        (About::Staff, _) => place != Place::OfAnotherPractice,
        (_, Place::OfAnotherPractice) => false,
        (About::AnyPatient | About::Hidden, _) => true,
        (About::Token, _) => who == Administrator,
        (About::Display, _) if matches!(who, Display | Integration) => false,
        (About::Team | About::Display, Place::OnTheTeam) => true,
        (About::Team | About::Display, Place::OnAnotherTeam) => of_all_teams || who == Administrator,
        (About::Task | About::Huddle | About::Patient, Place::OnTheTeam) => who != Administrator,
        (About::Task | About::Huddle | About::Patient, Place::OnAnotherTeam) => of_all_teams,
    }
}

fn expected(row: &Row, who: Who, place: Place) -> &'static str {
    let may = row.who.contains(&who);
    match row.about {
        // Whoever may not look is not told whether there is anything.
        About::AnyPatient | About::Hidden if !may => "FORBIDDEN",
        about if !sees(about, who, place) => "NOT_FOUND",
        _ if may => "ok",
        _ => "FORBIDDEN",
    }
}

struct Actor {
    who: Who,
    place: Place,
    browser: Browser,
    staff: Option<StaffId>,
}

fn role(who: Who) -> Option<StaffRole> {
    Some(match who {
        Coordinator => StaffRole::CareCoordinator,
        Nurse | PrivacyOfficer => StaffRole::Nurse,
        Assistant => StaffRole::MedicalAssistant,
        Clinician => StaffRole::Clinician,
        Social => StaffRole::SocialWorker,
        Pharmacist => StaffRole::Pharmacist,
        FrontDesk => StaffRole::FrontDesk,
        Manager => StaffRole::Manager,
        Administrator => StaffRole::Administrator,
        Display | Integration => return None,
    })
}

async fn actors(practice: &Practice, place: Place, team: &str) -> Vec<Actor> {
    let mut actors = Vec::new();
    let mut nurse: Option<Person> = None;
    for who in EVERYBODY.iter().copied() {
        let Some(role) = role(who) else {
            let browser = match who {
                Display => practice.display(&practice.team(team).await, nurse.as_ref().unwrap()).await,
                _ => practice.integration("Registry").await,
            };
            actors.push(Actor { who, place, browser, staff: None });
            continue;
        };
        let teams: &[&str] = if matches!(who, Manager | Administrator) { &[] } else { &[team] };
        let person = practice.person(&format!("{who:?} {team}"), role, teams).await;
        if who == PrivacyOfficer {
            practice.appoints(person.id).await;
        }
        actors.push(Actor { who, place, browser: person.browser.clone(), staff: Some(person.id) });
        if who == Nurse {
            nurse = Some(person);
        }
    }
    actors
}

/// The team Cedar, and how what is called about it is made.
struct Scene<'a> {
    kit: &'a Kit,
    team: CareTeamId,
    other: CareTeamId,
    colleague: StaffId,
    newcomer: StaffId,
    /// Confirms displays.
    host: Person,
}

impl Scene<'_> {
    async fn task(&self) -> TaskId {
        let new = tasks::service::NewTask {
            care_team: self.team,
            patient: None,
            kind: "OUTREACH_CALL".to_owned(),
            title: "Call".to_owned(),
            instructions: None,
            priority: TaskPriority::Routine,
            due_at: None,
        };
        tasks::service::create(&self.kit.cx(), new).await.unwrap().id
    }

    /// Somebody new on the team who may coordinate patients.
    async fn taker(&self) -> StaffId {
        let name = format!("Taker {}", uuid::Uuid::new_v4().simple());
        self.kit.hires(&name, StaffRole::CareCoordinator, &["Cedar"]).await.0
    }

    async fn held_by(&self, actor: &Actor) -> TaskId {
        let works_here = actor.place == Place::OnTheTeam && TEAM.contains(&actor.who);
        let holder = actor.staff.filter(|_| works_here).unwrap_or(self.colleague);
        let task = self.task().await;
        tasks::service::assign(&self.kit.cx(), task, Some(holder)).await.unwrap();
        task
    }

    /// A huddle of the team on a day of its own, with a piece of work on its agenda.
    async fn huddle(&self, state: HuddleState) -> (HuddleId, HuddleItemId) {
        let task = self.task().await;
        let (team, by) = (self.team, self.colleague);
        tests::store::add_huddle(&self.kit.db, self.kit.organization, team, task, state, by).await
    }

    async fn stepped(&self) -> (TaskId, String) {
        let task = self.task().await;
        tasks::service::add_step(&self.kit.cx(), task, "Ask".to_owned()).await.unwrap();
        let steps = tasks::service::steps(&self.kit.cx(), vec![task]).await.unwrap();
        (task, steps[0].id.to_string())
    }

    /// The arguments, with everything in place of its name.
    async fn fill(&self, row: &Row, actor: &Actor) -> Value {
        let mut text = row.arguments.to_owned();
        let names: BTreeSet<String> =
            row.arguments.split('"').filter_map(|word| word.strip_prefix('$')).map(str::to_owned).collect();
        for name in names {
            let made = match name.as_str() {
                "team" => self.team.to_string(),
                "other" => self.other.to_string(),
                "cursor" => api::events::Cursor::now(&self.kit.cx()).await.unwrap().to_string(),
                "colleague" => self.colleague.to_string(),
                "newcomer" => self.newcomer.to_string(),
                "member" => {
                    let joined = care_teams::service::add_member(&self.kit.cx(), self.team, self.newcomer, None).await;
                    joined.unwrap();
                    self.newcomer.to_string()
                }
                "task" => self.task().await.to_string(),
                "taken" => {
                    let task = self.task().await;
                    tasks::service::assign(&self.kit.cx(), task, Some(self.colleague)).await.unwrap();
                    task.to_string()
                }
                "held" => self.held_by(actor).await.to_string(),
                "draft" => {
                    let task = self.task().await;
                    let drafted = entity::task::Entity::update_many()
                        .col_expr(entity::task::Column::Status, Expr::value(TaskStatus::Draft))
                        .filter(entity::task::Column::Id.eq(task));
                    drafted.exec(&self.kit.db).await.unwrap();
                    task.to_string()
                }
                "stepped" => {
                    let (task, step) = self.stepped().await;
                    text = text.replace("$stepped", &task.to_string()).replace("$step", &step);
                    continue;
                }
                "step" => continue,
                "patient" => self.kit.patient("Rosa Diaz", "Cedar").await,
                "taker" => self.taker().await.to_string(),
                "timeOff" => {
                    let (day, reason) = (self.kit.app.clock.now().date_naive(), TimeOffReason::Sick);
                    let off = caseload::hours::add_time_off(&self.kit.cx(), self.colleague, (day, day), reason).await;
                    off.unwrap().id.to_string()
                }
                "cover" => {
                    let back = self.kit.app.clock.now().date_naive() + chrono::Days::new(2);
                    caseload::cover::begin(&self.kit.cx(), self.taker().await, back).await.unwrap().id.to_string()
                }
                "rebalance" => {
                    let patient = self.kit.patient("Rosa Diaz", "Cedar").await.parse().unwrap();
                    let wanted = caseload::rebalance::Wanted { patient, to: self.taker().await, version: 1 };
                    let done = caseload::rebalance::apply(&self.kit.cx(), self.team, vec![wanted]).await;
                    done.unwrap().id.to_string()
                }
                "leaver" => {
                    let name = format!("Leaver {}", uuid::Uuid::new_v4().simple());
                    self.kit.hires(&name, StaffRole::Nurse, &["Willow"]).await.0.to_string()
                }
                "email" => format!("{}@clinic.example", uuid::Uuid::new_v4().simple()),
                "display" => self.kit.display_called("Hall", &self.team.to_string(), &self.host).await.1,
                "userCode" => self.kit.screen().await.1["userCode"].as_str().unwrap().to_owned(),
                "token" => self.kit.integration_with("Registry", &[TokenScope::Read]).await.1,
                // On nobody's team, so that nobody sees them anyway.
                "stranger" => self.kit.patient("Lisa Ray", "Willow").await,
                "huddle" => self.huddle(HuddleState::Planned).await.0.to_string(),
                "running" => self.huddle(HuddleState::Running).await.0.to_string(),
                "item" => self.huddle(HuddleState::Running).await.1.to_string(),
                "signed" => self.huddle(HuddleState::Ended).await.0.to_string(),
                "blocked" => {
                    let patient = self.kit.patient("Rosa Diaz", "Cedar").await;
                    let id = patient.parse().unwrap();
                    let kept_out =
                        patients::protection::block(&self.kit.cx(), id, self.colleague, "a relative".to_owned()).await;
                    kept_out.unwrap();
                    patient
                }
                other => panic!("what is ${other} of {}? Say it in Scene::fill", row.field),
            };
            text = text.replace(&format!("${name}\""), &format!("{made}\""));
        }
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}: {text}", row.field))
    }
}

/// Calls the field with these arguments, or with `input` made of them.
fn document(sdl: &Sdl, row: &Row, arguments: &Value) -> (String, Value) {
    let field = &sdl.fields(row.root)[row.field];
    let arguments =
        if field.arguments.contains_key("input") { json!({ "input": arguments }) } else { arguments.clone() };
    let given: Vec<&String> = arguments.as_object().unwrap().keys().collect();
    let declared: Vec<String> = given.iter().map(|one| format!("${one}: {}", field.arguments[*one].ty)).collect();
    let passed: Vec<String> = given.iter().map(|one| format!("{one}: ${one}")).collect();
    let list = |all: &[String]| if all.is_empty() { String::new() } else { format!("({})", all.join(", ")) };
    let returned = field.ty.trim_matches(['[', ']', '!']);
    let is_object = sdl.0.get(returned).is_some_and(|ty| !matches!(ty, Type::Scalar | Type::Enum(_)));
    let select = if is_object { " { __typename }" } else { "" };
    let root = row.root.to_lowercase();
    (format!("{root} Try{} {{ {}{}{select} }}", list(&declared), row.field, list(&passed)), arguments)
}

async fn outcome(sdl: &Sdl, row: &Row, browser: &Browser, arguments: &Value) -> String {
    let (document, variables) = document(sdl, row, arguments);
    if row.root != "Subscription" {
        let answer = browser.ask(&document, variables).await;
        return answer.body.get("errors").map_or("ok".to_owned(), |_| answer.code().to_owned());
    }
    let Some(token) = &browser.token else {
        let mut socket = Socket::connect(browser.address).await;
        socket.subscribe("1", &document, variables).await;
        return format!("{:?}", socket.next().await.close_code());
    };
    let mut socket = Socket::signed_in(browser.address, token).await;
    socket.subscribe("1", &document, variables).await;
    let message = socket.next().await.json();
    match message["payload"][0]["extensions"]["code"].as_str() {
        Some(code) => code.to_owned(),
        None => (if message["type"] == "next" { "ok" } else { "nothing" }).to_owned(),
    }
}

#[test]
fn every_field_of_the_schema_has_its_row_and_every_row_its_field() {
    let sdl = Sdl::parse(SCHEMA);
    let mut wrong = Vec::new();
    for root in ["Query", "Mutation", "Subscription"] {
        for field in sdl.fields(root).keys() {
            match ROWS.iter().filter(|row| row.root == root && row.field == field).count() {
                1 => {}
                0 => wrong.push(format!(
                    "{root}.{field} has no row: say in ROWS of tests/it/access/operations.rs who may call it, and then \
                     `ACCEPT=1 cargo test --workspace --test it -- operations`"
                )),
                _ => wrong.push(format!("{root}.{field} has several rows")),
            }
        }
    }
    for row in ROWS.iter().filter(|row| !sdl.fields(row.root).contains_key(row.field)) {
        wrong.push(format!("{}.{} has a row, and is in the schema no more: take the row away", row.root, row.field));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Attack case 19: who may is let, and who may not is refused, for each field and each capacity.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_19_everybody_may_call_what_the_table_says_and_nothing_else() {
    let kit = Kit::start(Kind::Sqlite).await;
    let sdl = Sdl::parse(SCHEMA);
    let (team, other) = (kit.team_id("Cedar").await, kit.team_id("Maple").await);
    let elm = kit.practice("Elm Clinic").await;
    let mut all = actors(&kit, Place::OnTheTeam, "Cedar").await;
    all.extend(actors(&kit, Place::OnAnotherTeam, "Maple").await);
    all.extend(actors(&elm, Place::OfAnotherPractice, "Elm").await);
    let colleague = kit.hires("Colleague", StaffRole::Nurse, &["Cedar"]).await.0;
    let newcomer = kit.hires("Newcomer", StaffRole::Nurse, &["Willow"]).await.0;
    let host = kit.nurse("Host", "Cedar").await;
    let scene = Scene { kit: &kit, team, other, colleague, newcomer, host };

    let mut wrong = Vec::new();
    let mut tried = 0;
    for row in ROWS.iter().filter(|row| row.tried) {
        let mut arguments: Option<Value> = None;
        for actor in &all {
            let is_own = row.arguments.contains("$held");
            let with = match arguments.take().filter(|_| !is_own) {
                Some(unused) => unused,
                None => scene.fill(row, actor).await,
            };
            let outcome = outcome(&sdl, row, &actor.browser, &with).await;
            let expected = expected(row, actor.who, actor.place);
            tried += 1;
            if outcome != expected {
                let (who, place) = (actor.who, actor.place);
                wrong.push(format!("{}.{} by {who:?} {place:?}: {outcome}, not {expected}", row.root, row.field));
            }
            // A refusal leaves what it was about as it was.
            arguments = (outcome != "ok" || row.root != "Mutation").then_some(with);
        }
        let nobody = Actor { who: Nurse, place: Place::OfAnotherPractice, browser: kit.stranger(), staff: None };
        let with = scene.fill(row, &nobody).await;
        let outcome = outcome(&sdl, row, &nobody.browser, &with).await;
        let refused = if row.root == "Subscription" { "4401" } else { "UNAUTHENTICATED" };
        if outcome != refused {
            wrong.push(format!("{}.{} by nobody: {outcome}", row.root, row.field));
        }
    }
    assert!(wrong.is_empty(), "{} of {tried} tries:\n{}", wrong.len(), wrong.join("\n"));
    assert!(tried > 1_000, "{tried} tries");
    kit.end().await;
}

// ---------------------------------------------------------------- docs/access.md

fn operations() -> String {
    let columns = [
        "coordinator",
        "nurse",
        "assistant",
        "clinician",
        "social worker",
        "pharmacist",
        "front desk",
        "manager",
        "administrator",
        "privacy officer",
        "display",
        "integration",
    ];
    let mut text =
        format!("| operation | about | {} |\n|---|---|{}\n", columns.join(" | "), "---|".repeat(columns.len()));
    for row in ROWS {
        let about = match (row.is_door, row.about) {
            (true, _) => "who has not signed in, too",
            (_, About::Nothing) => "",
            (_, About::Team) => "a team",
            (_, About::Task) => "a task",
            (_, About::Huddle) => "a huddle",
            (_, About::Patient) => "a patient",
            (_, About::AnyPatient) => "a patient not seen",
            (_, About::Staff) => "a colleague",
            (_, About::Hidden) => "an account",
            (_, About::Display) => "a wall display",
            (_, About::Token) => "a token",
        };
        write!(text, "| `{}.{}` | {about} |", row.root, row.field).unwrap();
        for who in EVERYBODY {
            let place = Place::OnTheTeam;
            let mark = match (row.who.contains(who), sees(row.about, *who, place)) {
                (true, true) => "yes",
                (_, false) => "–",
                (false, true) => "no",
            };
            write!(text, " {mark} |").unwrap();
        }
        text.push('\n');
    }
    text
}

fn confidential() -> String {
    let mut text =
        "| label | roles of the patient's team | the patient's own coordinator | source |\n|---|---|---|---|\n"
            .to_owned();
    for rule in &sight::RULES {
        let roles: Vec<String> = rule.roles.iter().map(|role| format!("{role:?}")).collect();
        let roles = if roles.is_empty() { "none".to_owned() } else { roles.join(", ") };
        let coordinator = if rule.coordinator { "yes" } else { "no" };
        writeln!(text, "| {:?} | {roles} | {coordinator} | {} |", rule.label, rule.source).unwrap();
    }
    assert_eq!(sight::RULES.len(), Sensitivity::ALL.len());
    text
}

fn licences() -> String {
    let mut text = "| kind of work | who may take it | source |\n|---|---|---|\n".to_owned();
    for gate in &licence::GATES {
        let who = gate.who.iter().map(|(role, licences)| match licences {
            [] => format!("{role:?}"),
            licences => format!("{role:?} ({})", licences.join(" or ")),
        });
        writeln!(text, "| `{}` | {} | {} |", gate.kind, who.collect::<Vec<_>>().join(", "), gate.source).unwrap();
    }
    text.push_str("| every other | everybody on the team | |\n");
    text
}

#[test]
fn docs_access_shows_the_tables_as_they_are() {
    let mut docs = fs::read_to_string(Path::new(DOCS)).unwrap();
    let before = docs.clone();
    for (name, table) in [("operations", operations()), ("confidential", confidential()), ("licences", licences())] {
        let (begin, end) = (format!("<!-- {name}: generated -->\n"), format!("<!-- {name}: end -->"));
        let (head, rest) = docs.split_once(&begin).unwrap_or_else(|| panic!("docs/access.md has no place for {name}"));
        let (_, tail) = rest.split_once(&end).unwrap();
        docs = format!("{head}{begin}{table}{end}{tail}");
    }
    if std::env::var_os("ACCEPT").is_some() {
        fs::write(DOCS, &docs).unwrap();
        return;
    }
    assert!(docs == before, "docs/access.md says otherwise: ACCEPT=1 cargo test --workspace --test it -- docs_access");
}

/// The table of operations speaks of the same people as the policy.
#[test]
fn who_has_emergencies_is_who_the_policy_lets() {
    for who in EVERYBODY {
        let Some(role) = role(*who) else { continue };
        let scope = policy::Scope {
            organization: entity::ids::OrganizationId::generate(),
            capacity: policy::Capacity::Staff { role, credential: None },
            teams: policy::teams_of(role, BTreeSet::new()),
            sight: policy::Sight::default(),
        };
        assert_eq!(policy::may_break_glass(&scope), CARE.contains(who), "{who:?}");
    }
}
