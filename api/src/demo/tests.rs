//! What the demonstration practice promises.
use super::*;
use crate::people::visitor::Visitor;
use crate::{
    Clock, Config,
    tasks::{rules, time},
};
use chrono::TimeZone;
use entity::{
    ids::StaffId,
    patient::{PatientStatus, RiskTier},
    task::{DueState, TaskStatus},
};
use sea_orm::PaginatorTrait;
use std::collections::{BTreeMap, BTreeSet};

const CLOCKWORK: Clockwork = Clockwork {
    lead: Duration::minutes(60),
    lease: Duration::hours(8),
    warning: Duration::minutes(10),
    handoff: Duration::minutes(30),
    request: Duration::minutes(10),
};

fn morning() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 23, 14, 10, 7).unwrap()
}

fn imagine(now: DateTime<Utc>) -> Practice {
    let organization = OrganizationId(uuid::Uuid::from_u128(7));
    Practice::imagine(organization, now, CLOCKWORK, "hash").unwrap()
}

/// Twenty-four moments of a week, so that nights, weekends and midnights are among them.
fn moments() -> impl Iterator<Item = DateTime<Utc>> {
    (0..24).map(|step| morning() + Duration::minutes(435) * step)
}

impl Practice {
    fn person(&self, email: &str) -> StaffId {
        self.staff.iter().find(|one| one.email.as_deref() == Some(email)).unwrap().id
    }

    fn team(&self, name: &str) -> entity::ids::CareTeamId {
        self.care_teams.iter().find(|one| one.name == name).unwrap().id
    }

    fn open_tasks(&self, team: &str) -> Vec<&task::Model> {
        let team = self.team(team);
        self.tasks.iter().filter(|one| one.care_team_id == team && rules::is_open(one.status)).collect()
    }
}

#[test]
fn the_same_moment_makes_the_same_practice() {
    assert_eq!(imagine(morning()), imagine(morning()));
}

#[test]
fn there_is_as_much_as_promised() {
    for now in moments() {
        let practice = imagine(now);
        assert!(practice.patients.len() >= 600);
        let count = |status| practice.patients.iter().filter(|one| one.status == status).count();
        assert_eq!((count(PatientStatus::InEd), count(PatientStatus::Inpatient)), (6, 12));
        assert_eq!(count(PatientStatus::Transition), 18);
        let highest = practice.patients.iter().filter(|one| one.risk_tier == Some(RiskTier::Highest)).count();
        assert!((12..=70).contains(&highest), "{highest} of the highest tier");
        let languages: BTreeSet<_> = practice.patients.iter().map(|one| one.preferred_language.clone()).collect();
        assert!(languages.len() >= 8);
        for team in people::TEAMS {
            let open = practice.open_tasks(team);
            assert!((52..=75).contains(&open.len()), "{team} has {} open tasks at {now}", open.len());
            let overdue = open.iter().filter(|one| one.due_state == DueState::Overdue).count();
            assert!((3..=25).contains(&overdue), "{team} has {overdue} overdue tasks at {now}");
            for status in [TaskStatus::Ready, TaskStatus::Accepted, TaskStatus::InProgress, TaskStatus::OnHold] {
                assert!(open.iter().filter(|one| one.status == status).count() >= 4, "{status:?} in {team} at {now}");
            }
            let (id, today) = (practice.team(team), Dice::new(now).start_of_today());
            let is_done_today =
                |one: &&task::Model| one.care_team_id == id && one.completed_at.is_some_and(|at| at >= today);
            assert!(practice.tasks.iter().filter(is_done_today).count() >= 10, "{team} at {now}");
        }
        for email in ["coordinator@demo.example", "nurse@demo.example", "nurse2@demo.example", "ma@demo.example"] {
            let id = practice.person(email);
            let open = practice.open_tasks("Cedar");
            assert!(open.iter().filter(|one| one.claimed_by == Some(id)).count() >= 2, "{email} at {now}");
        }
    }
}

#[test]
fn each_task_agrees_with_the_rules_and_with_its_history() {
    for now in moments() {
        let practice = imagine(now);
        let mut histories: BTreeMap<_, Vec<task_history::Model>> = BTreeMap::new();
        for entry in &practice.history {
            histories.entry(entry.task_id).or_default().push(entry.clone());
        }
        for task in &practice.tasks {
            let history = histories.get_mut(&task.id).unwrap();
            assert!(history.iter().all(|entry| entry.at <= now && entry.patient_id == task.patient_id));
            assert!(history.is_sorted_by_key(|entry| entry.at), "{now} {history:#?}");
            history.sort_by_key(|entry| entry.id);
            assert!(history.is_sorted_by_key(|entry| entry.at), "ids grow with time");
            let last = history.last().unwrap();
            assert_eq!((last.status, last.holder_id), (task.status, task.claimed_by));
            assert_eq!(history[0].at, task.created_at);
            let entered = history.iter().rev().take_while(|entry| entry.status == task.status).last().unwrap();
            assert_eq!(entered.at, task.status_since);
            assert_eq!(task.urgency_at, rules::urgency_at(task.due_at));
            assert_eq!(task.turns_at, rules::turns_at(task, CLOCKWORK.lead));
            let held = matches!(task.status, TaskStatus::Accepted | TaskStatus::InProgress);
            assert_eq!(task.lease_until.is_some(), held);
            if rules::is_open(task.status) {
                assert_eq!(task.due_state, rules::due_state(task.due_at, CLOCKWORK.lead, now));
                assert!(task.turns_at.is_none_or(|at| at > now), "{now} {task:#?}");
            }
            let needs_reason = matches!(task.status, TaskStatus::OnHold | TaskStatus::Cancelled | TaskStatus::Failed);
            assert_eq!(task.status_reason.is_some(), needs_reason);
            assert_eq!(task.completed_at.is_some(), task.status == TaskStatus::Completed);
        }
    }
}

#[test]
fn whoever_holds_a_task_is_on_its_team_and_may_take_it() {
    let practice = imagine(morning());
    for task in practice.tasks.iter().filter(|one| one.claimed_by.is_some()) {
        let holder = practice.staff.iter().find(|one| Some(one.id) == task.claimed_by).unwrap();
        let capacity = crate::policy::Capacity::Staff { role: holder.role, credential: holder.credential.clone() };
        assert!(crate::policy::is_qualified_for(&capacity, &task.kind), "{} holds {}", holder.display_name, task.kind);
        assert!(practice.members.iter().any(|one| one.staff_id == holder.id && one.care_team_id == task.care_team_id));
    }
}

#[test]
fn no_title_names_a_patient() {
    let practice = imagine(morning());
    let names: BTreeSet<&str> =
        practice.patients.iter().flat_map(|one| one.family_name.split(' ').chain(one.given_name.split(' '))).collect();
    let texts = practice.tasks.iter().flat_map(|one| [Some(&one.title), one.instructions.as_ref()]).flatten();
    for text in texts.chain(practice.comments.iter().map(|one| &one.text)) {
        let named: Vec<&str> = text.split(|c: char| !c.is_alphabetic()).filter(|word| names.contains(word)).collect();
        assert!(named.is_empty(), "{text}: {named:?}");
    }
}

#[test]
fn work_fits_the_patient_that_it_is_about() {
    for now in moments() {
        let practice = imagine(now);
        for task in practice.tasks.iter().filter(|one| one.title == "Mammogram is overdue") {
            let patient = practice.patients.iter().find(|one| Some(one.id) == task.patient_id).unwrap();
            assert_eq!(patient.gender, Some(entity::patient::AdministrativeGender::Female));
        }
        let dead = practice.patients.iter().filter(|one| one.status == PatientStatus::Deceased);
        let dead: BTreeSet<_> = dead.map(|one| one.id).collect();
        assert!(!practice.tasks.iter().any(|one| one.patient_id.is_some_and(|id| dead.contains(&id))));
    }
}

#[test]
fn a_patient_has_the_status_and_the_coordinator_of_their_history() {
    let practice = imagine(morning());
    for patient in &practice.patients {
        let changes: Vec<_> = practice.status_changes.iter().filter(|one| one.patient_id == patient.id).collect();
        let last = changes.last().unwrap();
        assert!(changes.is_sorted_by_key(|one| one.since), "{changes:#?}");
        assert_eq!((last.status, last.since), (patient.status, patient.status_since));
        assert!(patient.status_since <= morning());
        let open: Vec<_> =
            practice.assignments.iter().filter(|one| one.patient_id == patient.id && one.ended_at.is_none()).collect();
        assert_eq!(open.first().map(|one| one.staff_id), patient.coordinator_id);
        assert!(open.len() <= 1);
    }
}

#[test]
fn five_tasks_of_cedar_turn_within_the_first_five_minutes() {
    for now in moments() {
        let practice = imagine(now);
        let soon = now + Duration::minutes(5);
        let turning = practice.open_tasks("Cedar").into_iter().filter(|one| one.turns_at.is_some_and(|at| at <= soon));
        assert!(turning.count() >= 5);
    }
}

// ---------------------------------------------------------------- in a database

struct Scratch(std::path::PathBuf);

impl Scratch {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("huddle-demo-{}.db", uuid::Uuid::new_v4())))
    }

    async fn open(&self, clock: Clock) -> Arc<App> {
        App::open(&format!("sqlite://{}?mode=rwc", self.0.display()), clock, Config::default()).await.unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        for end in ["db", "db-wal", "db-shm"] {
            let _ = std::fs::remove_file(self.0.with_extension(end));
        }
    }
}

#[tokio::test]
async fn everybody_can_sign_in_and_sees_their_teams_only() {
    let scratch = Scratch::new();
    let app = scratch.open(Clock::set_to(morning())).await;

    let organization = ensure(&app).await.unwrap();

    let teams = crate::care_teams::service::followed(&Cx::system(app.clone(), organization)).await.unwrap();
    let [cedar, maple, willow] = teams.as_slice() else { panic!("three teams") };
    assert_eq!([&cedar.name, &maple.name, &willow.name], ["Cedar", "Maple", "Willow"]);
    for (email, what) in people() {
        let (_, cx) = staff::sign_in::sign_in(&app, email, PASSWORD.to_owned(), &Visitor::default()).await.unwrap();
        let scope = cx.scope();
        let expected = match email {
            "manager@demo.example" => vec![true, true, true],
            "admin@demo.example" => vec![false, false, false],
            "nurse@maple.demo.example" => vec![false, true, false],
            _ => vec![true, false, false],
        };
        let seen: Vec<bool> = teams.iter().map(|team| scope.teams.contains(team.id)).collect();
        assert_eq!(seen, expected, "{email}, {what}");
    }
    for email in ["manager@demo.example", "admin@demo.example"] {
        let person =
            staff_row::Entity::find().filter(staff_row::Column::Email.eq(email)).one(app.db.common()).await.unwrap();
        let memberships = care_team_member::Entity::find()
            .filter(care_team_member::Column::StaffId.eq(person.unwrap().id))
            .count(app.db.common())
            .await;
        assert_eq!(memberships, Ok(0), "{email}");
    }
}

#[tokio::test]
async fn a_second_start_changes_nothing() {
    let scratch = Scratch::new();
    let app = scratch.open(Clock::set_to(morning())).await;
    let first = ensure(&app).await.unwrap();
    let before = task::Entity::find().all(app.db.common()).await.unwrap();
    app.clock.set(morning() + Duration::days(3));

    let second = ensure(&app).await.unwrap();

    assert_eq!(first, second);
    assert_eq!(task::Entity::find().all(app.db.common()).await.unwrap(), before);
    assert_eq!(organization::Entity::find().count(app.db.common()).await, Ok(1));
}

#[tokio::test]
async fn another_practice_is_left_alone() {
    let scratch = Scratch::new();
    let app = scratch.open(Clock::System).await;
    staff::service::create_organization(&app, "Riverside", "America/Chicago", false).await.unwrap();

    let refused = ensure(&app).await.unwrap_err();

    assert!(refused.to_string().contains("anything but a demonstration practice"), "{refused}");
    assert_eq!(patient::Entity::find().count(app.db.common()).await, Ok(0));
}

#[tokio::test]
async fn each_start_has_a_new_code_for_the_wall() {
    let scratch = Scratch::new();
    let app = scratch.open(Clock::set_to(morning())).await;
    let organization = ensure(&app).await.unwrap();
    let old = pair_wall(&app, organization).await.unwrap();

    let new = pair_wall(&app, organization).await.unwrap();

    assert!(staff::displays::pairing::pair(&app, &old).await.is_err());
    let (_, cx) = staff::displays::pairing::pair(&app, &new).await.unwrap();
    assert!(cx.scope().is_display());
    assert_eq!(entity::display::Entity::find().count(app.db.common()).await, Ok(1));
}

#[tokio::test]
async fn time_moves_the_practice_by_itself() {
    let scratch = Scratch::new();
    let app = scratch.open(Clock::set_to(morning())).await;
    ensure(&app).await.unwrap();
    assert_eq!(time::sweep(&app).await.unwrap(), 0);
    app.clock.set(morning() + Duration::minutes(5));

    let turned = time::sweep(&app).await.unwrap();

    assert!(turned >= 5, "{turned} tasks turned");
}

#[tokio::test]
async fn cedar_has_met_on_the_last_two_working_days_and_signed_it() {
    let scratch = Scratch::new();
    // A Monday.
    let app = scratch.open(Clock::set_to(morning())).await;
    let organization = ensure(&app).await.unwrap();
    let cx = Cx::system(app.clone(), organization);

    let held = huddle::Entity::find().all(app.db.common()).await.unwrap();

    let dates: BTreeSet<String> = held.iter().map(|one| one.date.to_string()).collect();
    assert_eq!(dates, BTreeSet::from(["2026-11-19".to_owned(), "2026-11-20".to_owned()]));
    let mut spoken_of = BTreeSet::new();
    for one in &held {
        let shown = record::shown(&cx, one).await.unwrap().unwrap();
        assert!(shown.verified);
        assert_eq!((shown.body.attendance.len(), shown.body.items.len()), (4, 4));
        assert_eq!(Some(shown.body.signed_at), one.ended_at);
        spoken_of.extend(shown.body.items.into_iter().filter_map(|item| item.patient));
    }
    assert_eq!(spoken_of.len(), 8, "each once");
}

#[tokio::test]
async fn one_coordinator_carries_too_much_and_another_could_help() {
    let scratch = Scratch::new();
    let app = scratch.open(Clock::set_to(morning())).await;
    let organization = ensure(&app).await.unwrap();
    let cx = Cx::system(app, organization);
    let cedar = crate::care_teams::service::followed(&cx).await.unwrap().remove(0);

    let load = crate::caseload::service::of_team(&cx, cedar.id).await.unwrap();

    let weights = load.weights.clone();
    let load_of = |load: &crate::caseload::rules::Caseload| load.weighted_load(&weights);
    let share = |load: &crate::caseload::rules::Caseload| load_of(load) / load.capacity.unwrap();
    assert!(load.members.values().any(|one| one.patients() > 20 && share(one) > 1.1));
    assert!(load.members.values().any(|one| one.patients() > 20 && share(one) < 0.7));
}
