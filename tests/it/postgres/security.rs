//! The second lock between organisations: the database itself, whatever our own code forgets.
use api::{
    Cx,
    db::Settings,
    graphql,
    people::{
        service::{NewStaff, create_staff},
        sessions,
    },
};
use entity::staff::StaffRole;
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, Statement, TransactionTrait};
use serde_json::json;
use std::{collections::BTreeMap, sync::Arc};
use tests::{Kind, Kit, Practice, Sdl, Store, both, kit};

const SCHEMA: &str = include_str!("../../../web/schema.graphql");

async fn strings(db: &impl ConnectionTrait, sql: &str) -> Vec<String> {
    let rows = db.query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

async fn number(db: &impl ConnectionTrait, sql: &str) -> i64 {
    let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

/// Tables with rows of organisations; a log's head is only a number.
const OWNED: &str = "SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attname = 'organization_id'
      AND c.relname NOT IN ('org_head', 'audit_head') ORDER BY 1";

/// As the service is seen by the database.
async fn serving(db: &DatabaseConnection, settings: &[(&str, &str)]) -> DatabaseTransaction {
    let transaction = db.begin().await.unwrap();
    transaction.execute_unprepared("SET LOCAL ROLE huddle_app").await.unwrap();
    for (name, value) in settings {
        transaction.execute_unprepared(&format!("SET LOCAL {name} = '{value}'")).await.unwrap();
    }
    transaction
}

pub async fn rows(db: &DatabaseConnection, settings: &[(&str, &str)]) -> BTreeMap<String, i64> {
    let mut counted = BTreeMap::new();
    let as_serving = serving(db, settings).await;
    for table in strings(db, OWNED).await {
        let count = number(&as_serving, &format!("SELECT count(*) FROM {table}")).await;
        counted.insert(table, count);
    }
    as_serving.rollback().await.unwrap();
    counted
}

/// A practice with a row in most tables.
async fn busy(practice: &Practice) -> (String, String, String) {
    let cedar = practice.team("Cedar").await;
    let ana = practice.coordinator("Ana", "Cedar").await;
    let patient = practice.patient("Rosa Diaz", "Cedar").await;
    let task = ana.creates_with(&cedar, "Call", json!({ "patientId": patient })).await;
    practice.nurse("Mei", "Maple").await.breaks_glass(&patient).await;
    ana.act("addTaskStep", json!({ "taskId": task, "text": "Ask" })).await.data();
    ana.sets_status(&patient, "WATCH").await.data();
    practice.display(&cedar, &ana).await;
    ana.claims(&task).await.data();
    ana.hands_over(&task, None).await;
    practice.nurse("Tom", "Cedar").await.asks_for(&task).await;
    let huddle = ana.act("openHuddle", json!({ "careTeamId": cedar })).await.text_at("/openHuddle/huddle/id");
    ana.act("addHuddleItem", json!({ "huddleId": huddle, "patientId": patient })).await.data();
    ana.signs_out().await.data();
    (cedar, patient, task)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_names_no_organisation_is_shown_no_row_of_any_table() {
    let kit = Kit::start(Kind::Postgres).await;
    busy(&kit).await;

    let unset = rows(&kit.db, &[]).await;
    let empty = rows(&kit.db, &[("app.organization_id", "")]).await;

    assert!(unset.len() >= 18, "{unset:?}");
    assert!(unset.values().chain(empty.values()).all(|count| *count == 0), "{unset:?} {empty:?}");
    let partitions = "SELECT relname::text FROM pg_class WHERE relispartition AND relkind = 'r'
                      AND has_table_privilege('huddle_app', oid, 'SELECT, INSERT, UPDATE, DELETE')";
    assert_eq!(strings(&kit.db, partitions).await, Vec::<String>::new(), "a partition is reached through its whole");
    let free = "SELECT relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attname = 'organization_id'
                AND NOT (c.relrowsecurity AND c.relforcerowsecurity) ORDER BY 1";
    assert_eq!(strings(&kit.db, free).await, ["audit_head", "org_head"], "tables that are not protected");
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_organisation_is_shown_its_own_rows_and_none_of_anothers() {
    let kit = Kit::start(Kind::Postgres).await;
    let elm = kit.practice("Elm Clinic").await;
    busy(&kit).await;
    let filled = rows(&kit.db, &[("app.organization_id", &kit.organization.0.to_string())]).await;
    let before = rows(&kit.db, &[("app.organization_id", &elm.organization.0.to_string())]).await;
    busy(&elm).await;

    let ours = rows(&kit.db, &[("app.organization_id", &kit.organization.0.to_string())]).await;
    let across = rows(&kit.db, &[("app.across_organizations", "on")]).await;

    assert_eq!(ours, filled, "what Elm does changes nothing that we are shown");
    assert!(before.values().all(|count| *count == 0), "{before:?}");
    for table in ["task", "patient", "staff", "session", "event", "audit_entry", "task_step", "display"] {
        assert!(ours[table] > 0, "{table}");
    }
    let seen: Vec<&str> = across.iter().filter(|(_, count)| **count > 0).map(|(table, _)| table.as_str()).collect();
    assert_eq!(
        seen,
        ["break_glass", "claim_request", "display", "handoff", "huddle", "session", "staff", "task"],
        "the only tables that are ever read across"
    );
    assert_eq!(across["task"], 2);
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_query_that_forgot_to_name_its_organisation_answers_nothing() {
    let kit = Kit::start(Kind::Postgres).await;
    let (team, patient, task) = busy(&kit).await;
    let mia = kit.manager("Mia").await;
    kit.appoints(mia.id).await;
    let handoff = mia.handoffs("TEAM").await.pop().unwrap();
    let huddle = mia.act("openHuddle", json!({ "careTeamId": team })).await.text_at("/openHuddle/huddle/id");
    let actor = sessions::authenticate(&kit.app, mia.token()).await.unwrap();
    let begin = api::events::Cursor { seq: 0, ..api::events::Cursor::now(&kit.cx()).await.unwrap() };
    let one = |field: &str, id: &str, show: &str| format!("{{ {field}(id: \"{id}\") {{ {show} }} }}");
    let document = |field: &str| match field {
        "breakGlassReviews" => "{ breakGlassReviews { totalCount nodes { id patientName } } }".to_owned(),
        "auditEntries" => "{ auditEntries { totalCount nodes { actorName patients { displayName } } } }".to_owned(),
        "patientAccessReport" => {
            format!("{{ patientAccessReport(patientId: \"{patient}\") {{ patient {{ displayName }} }} }}")
        }
        // A number and a hash.
        "auditHead" => "{ auditHead { number } }".to_owned(),
        "careTeam" => one(field, &team, "id name members { staff { displayName } } tasks { nodes { id } }"),
        "handoff" => one(field, &handoff, "id situation"),
        "handoffs" => {
            format!("{{ handoffs(careTeamId: \"{team}\", box: TEAM) {{ totalCount nodes {{ id situation }} }} }}")
        }
        "claimRequests" => format!("{{ claimRequests(careTeamId: \"{team}\") {{ id task {{ id }} }} }}"),
        "strandedWork" => format!("{{ strandedWork(careTeamId: \"{team}\") {{ totalCount nodes {{ id }} }} }}"),
        "displays" => "{ displays { name careTeam { name } } }".to_owned(),
        "caseloadSettings" => "{ caseloadSettings { version } }".to_owned(),
        "rebalancePlan" => {
            format!(
                "{{ rebalancePlan(input: {{ careTeamId: \"{team}\" }}) {{ leftOut {{ staff {{ displayName }} }} }} }}"
            )
        }
        "careTeams" => "{ careTeams { totalCount nodes { id name } } }".to_owned(),
        "huddle" => one(field, &huddle, "id careTeam { name } items { id patient { displayName } }"),
        // For who runs the system, who sees nothing of the rest.
        "integrationTokens" => "{ integrationTokens { name } }".to_owned(),
        "node" => one(field, &task, "id"),
        "patient" => one(field, &patient, "id displayName timeline { nodes { __typename } } tasks { nodes { id } }"),
        "patients" => "{ patients { totalCount nodes { id displayName } } }".to_owned(),
        "task" => one(field, &task, "id title steps { text } history { nodes { action } }"),
        "tasks" => "{ tasks { totalCount nodes { id title } } }".to_owned(),
        // A manager has no work of their own.
        "myDay" => "{ myDay { queue { task { title } } minutesToday } }".to_owned(),
        "mySessions" => "{ mySessions { id createdAt } }".to_owned(),
        "replay" => {
            format!(
                "{{ replay(careTeamId: \"{team}\", at: \"2026-11-24T15:00:00Z\") {{ tasks {{ id }} patients {{ id }} }} }}"
            )
        }
        "replayItems" => {
            format!("{{ replayItems(careTeamId: \"{team}\", after: \"{begin}\") {{ items {{ task {{ id }} }} }} }}")
        }
        "workTimes" => {
            "{ workTimes(filter: {from: \"2026-11-01\", to: \"2026-11-30\"}, groupBy: TEAM) { groups { key name } } }"
                .to_owned()
        }
        "staff" => "{ staff { totalCount nodes { staff { displayName } careTeams { name } } } }".to_owned(),
        "staffAccount" => one(field, &mia.id.to_string(), "staff { displayName }"),
        // The same for everybody.
        "signInOptions" => "{ signInOptions { password } }".to_owned(),
        "taskKinds" => "{ taskKinds { __typename } }".to_owned(),
        "viewer" => "{ viewer { staff { displayName } careTeams { name } } }".to_owned(),
        new => panic!("ask for {new} in a way that shows something"),
    };
    let ask = async |field: &str| {
        let cx = Cx::new(kit.app.clone(), actor.clone()).in_snapshot().await.unwrap();
        let request = async_graphql::Request::new(document(field));
        let request = request.data(kit.app.clone()).data(Arc::new(graphql::Who::known(cx)));
        serde_json::to_string(&graphql::schema(true).execute(request).await).unwrap()
    };
    let fields: Vec<String> = Sdl::parse(SCHEMA).fields("Query").keys().cloned().collect();
    let shows = |answer: &str| {
        let ours = [
            &team,
            &patient,
            &task,
            "Rosa",
            "Ana",
            "Mia",
            "Tom",
            "Cedar",
            "Call",
            "Ask",
            "CREATED",
            "session_",
            "off at noon",
        ];
        ours.into_iter().any(|word| answer.contains(word)) || answer.contains("totalCount\":1")
    };

    for field in &fields {
        let answer = ask(field).await;
        assert!(
            shows(&answer)
                || ["auditHead", "caseloadSettings", "integrationTokens", "myDay", "signInOptions", "taskKinds"]
                    .contains(&field.as_str()),
            "{field} shows something as a rule: {answer}"
        );
    }
    // As if the code set nothing: the tables look for the organisation in a place that nobody fills.
    for table in strings(&kit.db, OWNED).await {
        let sql = format!(
            "ALTER POLICY organization ON {table}
             USING (organization_id = nullif(current_setting('app.nothing', true), '')::uuid)"
        );
        kit.db.execute_unprepared(&sql).await.unwrap();
    }

    for field in &fields {
        let answer = ask(field).await;
        assert!(!shows(&answer), "{field}: {answer}");
    }
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_service_may_neither_change_the_record_nor_the_tables_nor_write_for_another() {
    let kit = Kit::start(Kind::Postgres).await;
    let elm = kit.practice("Elm Clinic").await;
    busy(&kit).await;
    let ours = kit.organization.0.to_string();
    assert_eq!(strings(kit.app.db.common(), "SELECT current_user::text").await, ["huddle_app"]);

    let refused = [
        "UPDATE audit_entry SET operation = 'x'".to_owned(),
        "DELETE FROM audit_entry".to_owned(),
        "TRUNCATE audit_entry".to_owned(),
        "UPDATE audit_patient SET at = at".to_owned(),
        "DELETE FROM audit_patient".to_owned(),
        "DELETE FROM audit_head".to_owned(),
        "DELETE FROM event".to_owned(),
        "DELETE FROM event_default".to_owned(),
        "UPDATE huddle_record SET body = body".to_owned(),
        "DELETE FROM huddle_record".to_owned(),
        "UPDATE huddle_addendum SET text = text".to_owned(),
        "DELETE FROM task".to_owned(),
        "DELETE FROM organization".to_owned(),
        "ALTER TABLE task ADD COLUMN x int".to_owned(),
        "ALTER TABLE task DISABLE ROW LEVEL SECURITY".to_owned(),
        "DROP POLICY organization ON task".to_owned(),
        "DROP TABLE task_step".to_owned(),
        "DROP TABLE event_default".to_owned(),
        "CREATE TABLE x (y int)".to_owned(),
        "UPDATE schema_version SET number = 1".to_owned(),
        "SELECT huddle_make_partition('event', 'event_x', now(), now() + interval '1 day')".to_owned(),
        format!("UPDATE task SET organization_id = '{}'", elm.organization.0),
    ];
    for statement in refused {
        let as_serving = serving(&kit.db, &[("app.organization_id", &ours)]).await;
        let error = as_serving.execute_unprepared(&statement).await.expect_err(&statement).to_string();
        let why = ["permission denied", "must be owner", "violates row-level security"];
        assert!(why.iter().any(|why| error.contains(why)), "{statement}: {error}");
        as_serving.rollback().await.unwrap();
    }
    kit.end().await;
}

both!(an_address_belongs_to_one_person_of_all_organisations, async |kit: &Kit| {
    let elm = kit.practice("Elm Clinic").await;
    let (_, email) = kit.hires("Ana", StaffRole::Nurse, &["Cedar"]).await;
    let again = NewStaff {
        email: email.to_uppercase(),
        display_name: "Another Ana".to_owned(),
        role: StaffRole::Nurse,
        credential: None,
        password: kit::PASSWORD.to_owned(),
    };

    for cx in [kit.cx(), elm.cx()] {
        let mut tx = cx.begin("test").await.unwrap();
        let refused = create_staff(&mut tx, again.clone()).await.unwrap_err();
        assert_eq!(refused.to_string(), "email: already belongs to somebody");
    }
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_serves_need_not_own_the_tables() {
    // Makes the cluster's role, as another database of the same cluster would have.
    Store::migrated(Kind::Postgres).await.drop().await;
    let store = Store::empty(Kind::Postgres).await;
    let admin = store.connect().await;
    let id = uuid::Uuid::new_v4().simple().to_string();
    let (owner, server, stranger) = (format!("owner_{id}"), format!("server_{id}"), format!("stranger_{id}"));
    for role in [&owner, &server, &stranger] {
        admin.execute_unprepared(&format!("CREATE ROLE {role} LOGIN")).await.unwrap();
    }
    let own = format!(
        "GRANT huddle_app TO {owner}, {server};
         DO $$ BEGIN EXECUTE format('ALTER DATABASE %I OWNER TO {owner}', current_database()); END $$"
    );
    admin.execute_unprepared(&own).await.unwrap();
    let by = |who: &str| store.url.replacen("huddle@", &format!("{who}@"), 1);
    let clock = api::Clock::set_to(kit::morning());
    let open = async |url: String, migrate_url: Option<String>| {
        let settings = Settings { migrate_url, ..Settings::from(&url) };
        api::App::open(settings, clock.clone(), kit::config()).await
    };

    let app = open(by(&server), Some(by(&owner))).await.unwrap();
    let practice = api::people::service::create_organization(&app, "Practice", "America/New_York", false).await;
    let cx = Cx::system(app.clone(), practice.unwrap().id);
    api::background::keep_log(&app).await.unwrap();
    let mut tx = cx.begin("test").await.unwrap();
    api::care_teams::service::find_or_create(&mut tx, "Cedar").await.unwrap();
    tx.commit().await.unwrap();
    clock.set(clock.now() + chrono::Duration::days(5));
    api::background::keep_log(&app).await.unwrap();

    assert_eq!(number(&admin, "SELECT count(*) FROM event").await, 0, "the owner's hand drops old days");
    assert_eq!(number(&admin, "SELECT floor_seq FROM org_head").await, 1);
    let refused = open(by(&stranger), Some(by(&owner))).await.err().expect("who is no member may not serve");
    assert!(!refused.to_string().is_empty());
    drop((cx, app));
    admin.close().await.unwrap();
    store.drop().await;
}
