//! Who may do what, as one table that people can read: `tests/data/policy.txt`.
//!
//! After a wanted change: `ACCEPT=1 cargo test -p tests policy`, and read the difference.
use api::policy::{self, Capacity, Scope, Sight, Teams};
use chrono::{DateTime, Utc};
use entity::{
    ids::{CareTeamId, OrganizationId, StaffId, TaskId},
    integration_token::TokenScope,
    patient,
    staff::StaffRole,
    task::{self, DueState, TaskPriority, TaskStatus},
};
use sea_orm::EntityTrait;
use std::{collections::BTreeSet, fmt::Write, fs, path::Path};
use tests::{Kind, Kit};

/// A name, and the role and credential of who is staff.
type Person = (&'static str, Option<(StaffRole, Option<&'static str>)>);

const ACTORS: [Person; 13] = [
    ("coordinator", Some((StaffRole::CareCoordinator, None))),
    ("nurse RN", Some((StaffRole::Nurse, Some("RN")))),
    ("nurse LPN", Some((StaffRole::Nurse, Some("LPN")))),
    ("assistant", Some((StaffRole::MedicalAssistant, Some("CMA")))),
    ("clinician", Some((StaffRole::Clinician, None))),
    ("social", Some((StaffRole::SocialWorker, None))),
    ("pharmacist", Some((StaffRole::Pharmacist, None))),
    ("front desk", Some((StaffRole::FrontDesk, None))),
    ("manager", Some((StaffRole::Manager, None))),
    ("admin", Some((StaffRole::Administrator, None))),
    ("display", None),
    ("integration", None),
    ("writing one", None),
];

/// Of a program that only reads, and of one that writes all that there is to write.
fn scopes(name: &str) -> BTreeSet<TokenScope> {
    match name {
        "writing one" => BTreeSet::from([TokenScope::Read, TokenScope::TasksWrite, TokenScope::PatientsWrite]),
        _ => BTreeSet::from([TokenScope::Read]),
    }
}

fn scope(
    actor: (&str, Option<(StaffRole, Option<&str>)>),
    organization: OrganizationId,
    member_of: CareTeamId,
) -> Scope {
    let teams = BTreeSet::from([member_of]);
    let (capacity, teams) = match actor {
        (_, Some((role, credential))) => {
            let capacity = Capacity::Staff { role, credential: credential.map(str::to_owned) };
            (capacity, policy::teams_of(role, teams))
        }
        ("display", None) => (Capacity::Display, Teams::Of(teams)),
        (name, _) => (Capacity::Integration { scopes: scopes(name) }, policy::teams_of_integration(&scopes(name))),
    };
    Scope { organization, capacity, teams, sight: Sight::default() }
}

fn task_of(organization: OrganizationId, team: CareTeamId, kind: &str, holder: Option<StaffId>) -> task::Model {
    let now = DateTime::<Utc>::UNIX_EPOCH;
    task::Model {
        organization_id: organization,
        id: TaskId::generate(),
        version: 1,
        care_team_id: team,
        patient_id: None,
        kind: kind.to_owned(),
        title: "Call".to_owned(),
        instructions: None,
        status: if holder.is_some() { TaskStatus::Accepted } else { TaskStatus::Ready },
        status_since: now,
        status_reason: None,
        priority: TaskPriority::Routine,
        due_at: None,
        urgency_at: now,
        due_state: DueState::NotDue,
        claimed_by: holder,
        claimed_at: holder.map(|_| now),
        lease_until: None,
        lease_warning_at: None,
        turns_at: None,
        completed_at: None,
        completed_by: None,
        source: None,
        created_by: None,
        created_at: now,
    }
}

/// What somebody wants to do with things of the team Cedar.
async fn allowed(kit: &Kit, scope: &Scope, cedar: CareTeamId, patient: &patient::Model) -> Vec<(&'static str, bool)> {
    let me = StaffId::generate();
    let task = |kind, holder| task_of(patient.organization_id, cedar, kind, holder);
    let (open, mine) = (task("OUTREACH_CALL", None), task("OUTREACH_CALL", Some(me)));
    let theirs = task("OUTREACH_CALL", Some(StaffId::generate()));
    let teams = policy::visible_teams(scope).all(&kit.db).await.unwrap();
    let tasks = policy::visible_tasks(scope).all(&kit.db).await.unwrap();
    let patients = policy::visible_patients(scope).all(&kit.db).await.unwrap();
    let sees_team = teams.iter().any(|team| team.id == cedar);
    let sees_task = tasks.iter().any(|task| task.care_team_id == cedar);
    let sees_patient = patients.iter().any(|one| one.id == patient.id);
    // Every operation looks its subject up among what the actor sees; what is not there cannot be acted on.
    let team = |may: bool| sees_team && may;
    let work = |may: bool| sees_task && may;
    vec![
        ("see the team", sees_team),
        ("follow its feed", team(policy::may_follow_team(scope, cedar))),
        ("see its tasks", sees_task),
        ("see its patients", sees_patient),
        ("create a task", team(policy::may_create_task(scope, cedar))),
        ("claim an outreach call", work(policy::may_claim(scope, &open))),
        ("claim a symptom triage", work(policy::may_claim(scope, &task("SYMPTOM_TRIAGE", None)))),
        ("claim a medication reconciliation", work(policy::may_claim(scope, &task("MEDICATION_RECONCILIATION", None)))),
        ("start or complete one's own", work(policy::may_work_on(scope, Some(me), &mine))),
        ("start or complete another's", work(policy::may_work_on(scope, Some(me), &theirs))),
        ("cancel an unclaimed task", work(policy::may_cancel(scope, Some(me), &open))),
        ("cancel another's task", work(policy::may_cancel(scope, Some(me), &theirs))),
        ("assign or move a task", work(policy::may_assign(scope, &open))),
        ("comment on or edit a task", work(policy::may_edit_task(scope, &open))),
        ("change a patient", sees_patient && policy::may_edit_patient(scope, patient)),
        ("change members and capacities", team(policy::may_manage_team(scope, cedar))),
        ("pair a wall display", team(policy::may_pair_display(scope, cedar))),
    ]
}

async fn matrix(kit: &Kit) -> String {
    let (cedar, maple) = (kit.team_id("Cedar").await, kit.team_id("Maple").await);
    let ana = kit.nurse("Ana", "Cedar").await;
    ana.creates(&cedar.to_string(), "Call").await;
    let patient = kit.patient("Rosa Diaz", "Cedar").await.parse().unwrap();
    let patient = patient::Entity::find_by_id((kit.organization, patient)).one(&kit.db).await.unwrap().unwrap();
    let other = kit.practice("Elm Clinic").await;
    let elm = other.team_id("Elm").await;
    let mut text = String::from("What each may do with the team Cedar, its tasks and its patients.\n");
    for (title, organization, team) in [
        ("who is on Cedar", kit.organization, cedar),
        ("who is on another team of the practice", kit.organization, maple),
        ("who is of another practice", other.organization, elm),
    ] {
        write!(text, "\n{title:<40}").unwrap();
        let mut columns = Vec::new();
        for actor in ACTORS {
            write!(text, "{:>13}", actor.0).unwrap();
            columns.push(allowed(kit, &scope(actor, organization, team), cedar, &patient).await);
        }
        text.push('\n');
        for row in 0..columns[0].len() {
            write!(text, "{:<40}", columns[0][row].0).unwrap();
            for column in &columns {
                write!(text, "{:>13}", if column[row].1 { "yes" } else { "-" }).unwrap();
            }
            text.push('\n');
        }
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_may_do_what_the_table_says_and_nothing_else() {
    let kit = Kit::start(Kind::Sqlite).await;

    let table = matrix(&kit).await;

    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/data/policy.txt"));
    if std::env::var_os("ACCEPT").is_some() {
        fs::write(path, &table).unwrap();
    }
    let written = fs::read_to_string(path).unwrap_or_default();
    assert!(table == written, "tests/data/policy.txt says otherwise. Now it is:\n{table}");
    kit.end().await;
}
