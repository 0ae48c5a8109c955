//! The tables: they can be made, undone and made again, they are what the entities say, and they hold the rules.
use entity::ids::{CareTeamId, CoordinatorAssignmentId, OrganizationId, PatientId, StaffId, TaskId};
use migration::MigratorTrait;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, EntityTrait, PaginatorTrait, QueryFilter, Statement, Value,
    sea_query::Expr,
};
use tests::{Kind, Kit, Store, both};

async fn on_each(promise: impl AsyncFn(&Store, &DatabaseConnection)) {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let store = Store::empty(kind).await;
        let db = store.connect().await;
        promise(&store, &db).await;
        db.close().await.unwrap();
        store.drop().await;
    }
}

async fn tables(db: &DatabaseConnection) -> Vec<String> {
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
        _ => {
            "SELECT relname::text AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace \
             AND relkind IN ('r', 'p') AND NOT relispartition"
        }
    };
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
    let mut names: Vec<String> = rows.iter().map(|row| row.try_get("", "name").unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn migrations_go_up_down_and_up_again() {
    on_each(async |store, db| {
        migration::Migrator::up(db, None).await.unwrap();
        let made = tables(db).await;

        migration::Migrator::down(db, None).await.unwrap();
        let left = tables(db).await;
        migration::Migrator::up(db, None).await.unwrap();

        assert_eq!(left, ["seaql_migrations"], "{:?}", store.kind);
        assert_eq!(tables(db).await, made, "{:?}", store.kind);
    })
    .await;
}

#[tokio::test]
async fn partitions_that_are_there_take_what_a_later_step_lets_in() {
    let store = Store::empty(Kind::Postgres).await;
    let db = store.connect().await;
    let before = migration::Migrator::migrations().iter().take_while(|step| step.name() < "m20261122").count();
    migration::Migrator::up(&db, Some(before as u32)).await.unwrap();
    db.execute_unprepared("SELECT huddle_prepare_partitions('2026-11-23T14:00:00Z')").await.unwrap();

    migration::Migrator::up(&db, None).await.unwrap();

    let sql = "SELECT conrelid::regclass::text AS name FROM pg_constraint
               WHERE contype = 'c' AND pg_get_constraintdef(oid) LIKE '%sign-out%'
                 AND pg_get_constraintdef(oid) NOT LIKE '%break-glass%'";
    let rows = db.query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await.unwrap();
    let narrow: Vec<String> = rows.iter().map(|row| row.try_get("", "name").unwrap()).collect();
    assert_eq!(narrow, Vec::<String>::new(), "parts of the record that refuse a kind");
    db.close().await.unwrap();
    store.drop().await;
}

#[tokio::test]
async fn a_second_migration_of_the_same_database_does_nothing() {
    on_each(async |store, _| {
        let settings = api::db::Settings::from(&store.url);

        let first = api::db::migrate(&settings).await.unwrap();
        let second = api::db::migrate(&settings).await.unwrap();

        assert!(!first.is_empty() && second.is_empty(), "{first:?} {second:?}");
    })
    .await;
}

/// Tokens of before read everything and never ended.
#[tokio::test]
async fn a_token_of_before_reads_as_it_did_and_ends_two_years_after_it_was_made() {
    on_each(async |store, db| {
        let steps = migration::Migrator::migrations();
        let before = steps.iter().position(|step| step.name().contains("open_other_doors")).unwrap();
        migration::Migrator::up(db, Some(u32::try_from(before).unwrap())).await.unwrap();
        let (organization, id) = (OrganizationId::generate(), entity::ids::SessionId::generate());
        let made = tests::kit::morning();
        let practice = [
            ("id", Value::from(organization)),
            ("name", "Practice".into()),
            ("time_zone", "UTC".into()),
            ("is_demo", false.into()),
            ("created_at", made.into()),
        ];
        insert(db, "organization", &practice).await.unwrap();
        let session = [
            ("organization_id", Value::from(organization)),
            ("id", id.into()),
            ("token_hash", vec![7_u8; 32].into()),
            ("kind", "integration".into()),
            ("name", "Registry".into()),
            ("created_at", made.into()),
        ];
        insert(db, "session", &session).await.unwrap();

        migration::Migrator::up(db, None).await.unwrap();

        let token = entity::integration_token::Entity::find().one(db).await.unwrap().unwrap();
        let session = entity::session::Entity::find().one(db).await.unwrap().unwrap();
        assert_eq!((token.id.0, token.scopes.as_str()), (id.0, "read"), "{:?}", store.kind);
        assert_eq!(session.expires_at, Some(made + chrono::Duration::days(730)), "{:?}", store.kind);
    })
    .await;
}

/// Selecting names every column of the entity; counting them finds those that only the table has.
async fn agrees<E: EntityTrait>(db: &DatabaseConnection, missing: &mut Vec<String>)
where
    E::Model: Sync,
{
    use sea_orm::Iterable;
    let table = E::default().table_name().to_owned();
    E::find().filter(Expr::cust("1 = 0")).all(db).await.unwrap_or_else(|error| panic!("{table}: {error}"));
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => format!("SELECT count(*) AS n FROM pragma_table_info('{table}')"),
        _ => format!("SELECT count(*) AS n FROM information_schema.columns WHERE table_name = '{table}'"),
    };
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap().unwrap();
    assert_eq!(row.try_get::<i64>("", "n").unwrap(), E::Column::iter().count() as i64, "columns of {table}");
    missing.retain(|name| *name != table);
}

#[tokio::test]
async fn every_table_has_the_columns_of_its_entity() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let store = Store::migrated(kind).await;
        let db = store.connect().await;
        let mut missing = tables(&db).await;
        missing.retain(|name| !["seaql_migrations", "schema_version"].contains(&name.as_str()));

        agrees::<entity::access_change::Entity>(&db, &mut missing).await;
        agrees::<entity::adt_message::Entity>(&db, &mut missing).await;
        agrees::<entity::audit_entry::Entity>(&db, &mut missing).await;
        agrees::<entity::audit_head::Entity>(&db, &mut missing).await;
        agrees::<entity::audit_patient::Entity>(&db, &mut missing).await;
        agrees::<entity::break_glass::Entity>(&db, &mut missing).await;
        agrees::<entity::call_credit::Entity>(&db, &mut missing).await;
        agrees::<entity::care_team::Entity>(&db, &mut missing).await;
        agrees::<entity::care_team_member::Entity>(&db, &mut missing).await;
        agrees::<entity::caseload_settings::Entity>(&db, &mut missing).await;
        agrees::<entity::claim_request::Entity>(&db, &mut missing).await;
        agrees::<entity::client_mutation::Entity>(&db, &mut missing).await;
        agrees::<entity::coordinator_assignment::Entity>(&db, &mut missing).await;
        agrees::<entity::cover::Entity>(&db, &mut missing).await;
        agrees::<entity::cover_item::Entity>(&db, &mut missing).await;
        agrees::<entity::display::Entity>(&db, &mut missing).await;
        agrees::<entity::entry_link::Entity>(&db, &mut missing).await;
        agrees::<entity::event::Entity>(&db, &mut missing).await;
        agrees::<entity::factor::Entity>(&db, &mut missing).await;
        agrees::<entity::fhir_key::Entity>(&db, &mut missing).await;
        agrees::<entity::fhir_resource::Entity>(&db, &mut missing).await;
        agrees::<entity::handoff::Entity>(&db, &mut missing).await;
        agrees::<entity::handoff_item::Entity>(&db, &mut missing).await;
        agrees::<entity::huddle::Entity>(&db, &mut missing).await;
        agrees::<entity::huddle_addendum::Entity>(&db, &mut missing).await;
        agrees::<entity::huddle_attendance::Entity>(&db, &mut missing).await;
        agrees::<entity::huddle_decision::Entity>(&db, &mut missing).await;
        agrees::<entity::huddle_item::Entity>(&db, &mut missing).await;
        agrees::<entity::huddle_record::Entity>(&db, &mut missing).await;
        agrees::<entity::huddle_setting::Entity>(&db, &mut missing).await;
        agrees::<entity::integration_token::Entity>(&db, &mut missing).await;
        agrees::<entity::load_snapshot::Entity>(&db, &mut missing).await;
        agrees::<entity::minute_entry::Entity>(&db, &mut missing).await;
        agrees::<entity::oidc_identity::Entity>(&db, &mut missing).await;
        agrees::<entity::org_head::Entity>(&db, &mut missing).await;
        agrees::<entity::organization::Entity>(&db, &mut missing).await;
        agrees::<entity::pairing_request::Entity>(&db, &mut missing).await;
        agrees::<entity::patient::Entity>(&db, &mut missing).await;
        agrees::<entity::patient_block::Entity>(&db, &mut missing).await;
        agrees::<entity::patient_contact::Entity>(&db, &mut missing).await;
        agrees::<entity::patient_identifier::Entity>(&db, &mut missing).await;
        agrees::<entity::patient_status_change::Entity>(&db, &mut missing).await;
        agrees::<entity::patient_version::Entity>(&db, &mut missing).await;
        agrees::<entity::phone_call::Entity>(&db, &mut missing).await;
        agrees::<entity::rebalance::Entity>(&db, &mut missing).await;
        agrees::<entity::rebalance_move::Entity>(&db, &mut missing).await;
        agrees::<entity::recovery_code::Entity>(&db, &mut missing).await;
        agrees::<entity::session::Entity>(&db, &mut missing).await;
        agrees::<entity::sign_in_attempt::Entity>(&db, &mut missing).await;
        agrees::<entity::sign_in_challenge::Entity>(&db, &mut missing).await;
        agrees::<entity::staff::Entity>(&db, &mut missing).await;
        agrees::<entity::staff_pin::Entity>(&db, &mut missing).await;
        agrees::<entity::task::Entity>(&db, &mut missing).await;
        agrees::<entity::task_comment::Entity>(&db, &mut missing).await;
        agrees::<entity::task_history::Entity>(&db, &mut missing).await;
        agrees::<entity::task_step::Entity>(&db, &mut missing).await;
        agrees::<entity::task_version::Entity>(&db, &mut missing).await;
        agrees::<entity::time_off::Entity>(&db, &mut missing).await;
        agrees::<entity::work_pattern::Entity>(&db, &mut missing).await;
        agrees::<entity::wrong_guess::Entity>(&db, &mut missing).await;

        assert_eq!(missing, Vec::<String>::new(), "tables without an entity in this test");
        db.close().await.unwrap();
        store.drop().await;
    }
}

// ---------------------------------------------------------------- rules that the database keeps by itself

/// Runs a statement that the database must refuse, and another that it must take.
async fn refuses(db: &DatabaseConnection, table: &str, row: &[(&str, Value)], reason: &str) {
    let refused = insert(db, table, row).await;
    assert!(refused.is_err(), "{reason}: the database took a row into {table}");
}

async fn insert(db: &DatabaseConnection, table: &str, row: &[(&str, Value)]) -> Result<(), DbErr> {
    let mut statement = sea_orm::sea_query::Query::insert();
    statement.into_table(table.to_owned()).columns(row.iter().map(|(column, _)| (*column).to_owned()));
    statement.values_panic(row.iter().map(|(_, value)| Expr::value(value.clone())));
    db.execute(&statement).await.map(|_| ())
}

both!(a_patient_has_one_coordinator_at_a_time, async |kit: &Kit| {
    let ana = kit.hires("Ana", entity::staff::StaffRole::Nurse, &["Cedar"]).await.0;
    let patient: PatientId = kit.patient("Rosa Diaz", "Cedar").await.parse().unwrap();
    let row = |ended: Option<chrono::DateTime<chrono::Utc>>| {
        vec![
            ("organization_id", Value::from(kit.organization)),
            ("id", CoordinatorAssignmentId::generate().into()),
            ("patient_id", patient.into()),
            ("staff_id", ana.into()),
            ("started_at", kit.app.clock.now().into()),
            ("ended_at", ended.into()),
        ]
    };

    insert(&kit.db, "coordinator_assignment", &row(Some(kit.app.clock.now()))).await.unwrap();
    insert(&kit.db, "coordinator_assignment", &row(None)).await.unwrap();

    refuses(&kit.db, "coordinator_assignment", &row(None), "two open assignments of one patient").await;
});

both!(a_claim_has_a_holder_and_a_moment_or_neither, async |kit: &Kit| {
    let ana = kit.hires("Ana", entity::staff::StaffRole::Nurse, &["Cedar"]).await.0;
    let team = kit.team_id("Cedar").await;
    let now = kit.app.clock.now();
    let row = |status: &str, by: Option<StaffId>, at: Option<chrono::DateTime<chrono::Utc>>| {
        vec![
            ("organization_id", Value::from(kit.organization)),
            ("id", TaskId::generate().into()),
            ("version", 1.into()),
            ("care_team_id", team.into()),
            ("kind", "RECALL".into()),
            ("title", "Recall".into()),
            ("status", status.into()),
            ("status_since", now.into()),
            ("priority", 0.into()),
            ("urgency_at", now.into()),
            ("due_state", "not-due".into()),
            ("claimed_by", by.map(|id| id.0).into()),
            ("claimed_at", at.into()),
            ("created_at", now.into()),
        ]
    };

    insert(&kit.db, "task", &row("accepted", Some(ana), Some(now))).await.unwrap();
    insert(&kit.db, "task", &row("ready", None, None)).await.unwrap();

    refuses(&kit.db, "task", &row("accepted", Some(ana), None), "claimed without a moment").await;
    refuses(&kit.db, "task", &row("accepted", None, None), "accepted by nobody").await;
    refuses(&kit.db, "task", &row("ready", Some(ana), Some(now)), "open and held").await;
    refuses(&kit.db, "task", &row("finished", None, None), "an unknown status").await;
    refuses(&kit.db, "task", &row("accepted", Some(StaffId::generate()), Some(now)), "held by nobody we know").await;
});

both!(an_event_number_is_used_once_in_an_organisation, async |kit: &Kit| {
    let other = kit.practice("Elm Clinic").await;
    let row = |organization: OrganizationId, seq: i64| {
        vec![
            ("organization_id", Value::from(organization)),
            ("seq", seq.into()),
            ("at", kit.app.clock.now().into()),
            ("entity_type", "task".into()),
            ("entity_id", TaskId::generate().into()),
            ("entity_version", 1.into()),
            ("teams_before", serde_json::json!([]).into()),
            ("teams_after", serde_json::json!([]).into()),
        ]
    };

    insert(&kit.db, "event", &row(kit.organization, 7_000)).await.unwrap();
    insert(&kit.db, "event", &row(other.organization, 7_000)).await.unwrap();

    refuses(&kit.db, "event", &row(kit.organization, 7_000), "a number twice").await;
});

both!(a_reference_cannot_leave_its_organisation, async |kit: &Kit| {
    let other = kit.practice("Elm Clinic").await;
    let foreign: CareTeamId = other.team_id("Cedar").await;
    let ana = kit.hires("Ana", entity::staff::StaffRole::Nurse, &["Cedar"]).await.0;
    let row = [
        ("organization_id", Value::from(kit.organization)),
        ("care_team_id", foreign.into()),
        ("staff_id", ana.into()),
        ("joined_at", kit.app.clock.now().into()),
    ];

    refuses(&kit.db, "care_team_member", &row, "a member of another organisation's team").await;

    let members = entity::care_team_member::Entity::find().count(&kit.db).await.unwrap();
    assert_eq!(members, 1);
});
