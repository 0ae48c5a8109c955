//! Many rows: the lists of a board read what they show, not the table; and the tables can be cut into partitions.
use super::security::rows;
use api::{
    history, page,
    policy::{Capacity, Scope, Sight, Teams},
    tasks::service::{Filter, OrderBy, listing, sort},
};
use chrono::Duration;
use entity::{
    ids::CareTeamId,
    staff::StaffRole,
    task::{self, TaskPriority, TaskStatus},
};
use sea_orm::{ConnectionTrait, DbBackend, QuerySelect, QueryTrait, Select, Statement};
use serde_json::json;
use std::collections::BTreeSet;
use tests::{Kind, Kit, NewPatient, both, store};

const HASH_PARTITIONS: &str = include_str!("../../../docs/hash-partitions.sql");

/// How the database goes about it, as the service asks it.
async fn plan(kit: &Kit, scope: &Scope, filter: Filter, after: Option<&str>) -> String {
    explain(kit, page::ordered(listing(scope, filter), &sort(OrderBy::Urgency), after).unwrap().limit(51)).await
}

async fn explain(kit: &Kit, select: Select<task::Entity>) -> String {
    let cx = kit.cx();
    let backend = kit.app.db.backend();
    let asked = select.build(backend);
    let (explain, column) = match backend {
        DbBackend::Sqlite => ("EXPLAIN QUERY PLAN ", "detail"),
        _ => ("EXPLAIN ", "QUERY PLAN"),
    };
    let statement = Statement { sql: explain.to_owned() + &asked.sql, ..asked };
    let rows = cx.db().query_all_raw(statement).await.unwrap();
    rows.iter().map(|row| row.try_get::<String>("", column).unwrap()).collect::<Vec<_>>().join("\n")
}

both!(a_board_reads_its_own_open_work_by_the_index, async |kit: &Kit| {
    let mut teams: Vec<CareTeamId> = Vec::new();
    for n in 0..10 {
        teams.push(kit.team_id(&format!("Team {n}")).await);
    }
    let now = kit.app.clock.now();
    for team in &teams {
        store::add_tasks(&kit.db, kit.organization, *team, TaskStatus::Completed, 1_500, now).await;
        store::add_tasks(&kit.db, kit.organization, *team, TaskStatus::Ready, 150, now).await;
    }
    // Each about one of 500 patients, of whom a few are confidential.
    for n in 0..500 {
        let new = NewPatient { mrn: format!("M{n}"), ..NewPatient::called("Rosa Diaz") };
        kit.patient_with(new, "Team 4").await;
    }
    for statement in [
        "UPDATE task SET patient_id = (SELECT id FROM patient WHERE patient.organization_id = task.organization_id
           AND mrn = 'M' || (CAST(substr(task.title, 8) AS INTEGER) % 500))",
        "UPDATE patient SET labels = 1 WHERE mrn LIKE 'M%7'",
        "ANALYZE",
    ] {
        kit.db.execute_unprepared(statement).await.unwrap();
    }
    let team = teams[4];
    let capacity = Capacity::Staff { role: StaffRole::Nurse, credential: None };
    let nurse = Scope {
        organization: kit.organization,
        capacity,
        teams: Teams::Of(BTreeSet::from([team])),
        sight: Sight::default(),
    };
    let open = Some(vec![
        TaskStatus::Draft,
        TaskStatus::Ready,
        TaskStatus::Accepted,
        TaskStatus::InProgress,
        TaskStatus::OnHold,
    ]);
    let board = Filter { care_team: Some(team), status: open, ..Filter::default() };
    let pool = Filter {
        care_team: Some(team),
        status: Some(vec![TaskStatus::Ready]),
        unclaimed: Some(true),
        ..Filter::default()
    };
    let routine = page::Part::Number(i64::from(TaskPriority::Routine as i32));
    let middle = [routine, page::Part::At(now), page::Part::Id(uuid::Uuid::now_v7())];
    let cursor = page::encode("urgency", &middle).unwrap();

    for filter in [&board, &pool] {
        for after in [None, Some(cursor.as_str())] {
            for scope in [kit.cx().scope(), &nurse] {
                let plan = plan(kit, scope, filter.clone(), after).await;
                assert!(plan.contains("task_board"), "{plan}");
                let waste = ["Seq Scan on task", "SCAN task", "TEMP B-TREE", "Sort"];
                assert!(!waste.iter().any(|word| plan.contains(word)), "{plan}");
            }
        }
    }
});

both!(how_long_the_work_of_a_week_took_reads_that_week_by_the_index, async |kit: &Kit| {
    let now = kit.app.clock.now();
    let mut teams: Vec<CareTeamId> = Vec::new();
    for n in 0..5 {
        let team = kit.team_id(&format!("Team {n}")).await;
        for week in 0..40 {
            let then = now - Duration::weeks(week);
            store::add_tasks(&kit.db, kit.organization, team, TaskStatus::Completed, 50, then).await;
        }
        teams.push(team);
    }
    kit.db.execute_unprepared("ANALYZE").await.unwrap();
    let (from, until) = (now - Duration::weeks(20), now - Duration::weeks(19));

    for asked in [&teams[2..3], &teams[..]] {
        let select = history::times::created(kit.cx().scope(), asked.iter().copied(), from, until);
        let plan = explain(kit, select).await;
        assert!(plan.contains("task_created"), "{plan}");
    }
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tasks_and_patients_can_be_cut_by_organisation_with_all_that_is_in_them() {
    let kit = Kit::start(Kind::Postgres).await;
    let elm = kit.practice("Elm Clinic").await;
    let (cedar, foreign) = (kit.team("Cedar").await, elm.team("Elm").await);
    let (ana, eva) = (kit.nurse("Ana", "Cedar").await, elm.nurse("Eva", "Elm").await);
    let patient = kit.patient("Rosa Diaz", "Cedar").await;
    let task = ana.creates_with(&cedar, "Call", json!({ "patientId": patient })).await;
    eva.creates(&foreign, "Theirs").await;
    let before = store::tasks(&kit.db, kit.organization).await;

    kit.db.execute_unprepared(HASH_PARTITIONS).await.unwrap();

    assert_eq!(store::tasks(&kit.db, kit.organization).await, before);
    let board =
        "query Board($team: ID!) { careTeam(id: $team) { tasks { totalCount nodes { id patient { displayName } } }
                 patients { totalCount } } }";
    let shown = ana.ask(board, json!({ "team": cedar })).await;
    assert_eq!(shown.at("/careTeam/tasks/totalCount"), 1);
    assert_eq!(shown.at("/careTeam/tasks/nodes/0/patient/displayName"), "Diaz, Rosa");
    assert_eq!(shown.at("/careTeam/patients/totalCount"), 1);
    assert_eq!(ana.claims(&task).await.at("/claimTask/outcome"), "CLAIMED");
    let again = ana.creates_with(&cedar, "Call again", json!({ "patientId": patient })).await;
    assert_eq!(ana.claims(&again).await.at("/claimTask/outcome"), "CLAIMED");
    kit.pass(chrono::Duration::hours(9)).await;
    assert!(ana.reads_task(&task).await.at("/task/claim").is_null(), "time still finds what it must turn");

    let row = |sql: &'static str| {
        let db = &kit.db;
        async move {
            let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await.unwrap().unwrap();
            row.try_get_by_index::<i64>(0).unwrap()
        }
    };
    let references = "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conparentid = 0
                      AND 'task'::regclass IN (conrelid, confrelid)";
    assert_eq!(row("SELECT count(*) FROM pg_inherits WHERE inhparent = 'task'::regclass").await, 64);
    assert!(row(references).await >= 8, "references in and out are there again");
    let unset = rows(&kit.db, &[]).await;
    assert_eq!((unset["task"], unset["patient"]), (0, 0), "and still nobody is shown them unasked");
    kit.end().await;
}
