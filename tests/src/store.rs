//! A fresh database for each test, and the only place that touches tables.
use crate::{kit::morning, postgres::Server};
use api::patients::rules;
use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    audit_entry, care_team, care_team_member, event, huddle, huddle_item, huddle_record,
    ids::{
        CareTeamId, HuddleId, HuddleItemId, OrganizationId, PatientContactId, PatientId, SessionId, StaffId, TaskId,
    },
    org_head,
    patient::{self, PatientStatus, RiskTier},
    patient_contact, patient_version,
    sensitivity::Labels,
    session::{self, SessionKind},
    staff::{self, StaffRole},
    task::{self, TaskPriority, TaskStatus},
    task_history,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, EntityTrait,
    IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::{env, fs, path::PathBuf, sync::Arc, time::SystemTime};
use tokio::sync::OnceCell;
use uuid::Uuid;

/// Which of the two databases a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// A database of one test.
pub struct Store {
    pub kind: Kind,
    pub url: String,
    name: String,
    _folder: Option<Folder>,
    own: Option<Arc<Server>>,
}

/// A temporary folder, removed with the value.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        let path = env::temp_dir().join(format!("huddle-test-{}", Uuid::new_v4().simple()));
        fs::create_dir(&path).expect("a temporary folder can be made");
        Self(path)
    }
}

impl Default for Folder {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Store {
    /// Without any table.
    pub async fn empty(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => {
                let folder = Folder::new();
                let url = format!("sqlite://{}?mode=rwc", folder.0.join("huddle.db").display());
                Self { kind, url, name: "huddle.db".to_owned(), _folder: Some(folder), own: None }
            }
            Kind::Postgres => Self::clone_of("template0").await,
        }
    }

    /// With the tables of today and no rows.
    pub async fn migrated(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => {
                let store = Self::empty(kind).await;
                let db = store.connect().await;
                migration::version::bring_up_to_date(&db).await.expect("the migrations run");
                db.close().await.expect("the connection closes");
                store
            }
            Kind::Postgres => Self::clone_of(template().await).await,
        }
    }

    /// With the tables of today and no rows, on a PostgreSQL of its own: see [`Store::server`].
    pub async fn restartable() -> Self {
        let server = Arc::new(Server::own());
        let name = "huddle".to_owned();
        administer(&server, "CREATE DATABASE huddle TEMPLATE template0").await;
        let store = Self { kind: Kind::Postgres, url: server.url(&name), name, _folder: None, own: Some(server) };
        let db = store.connect().await;
        migration::version::bring_up_to_date(&db).await.expect("the migrations run");
        db.close().await.expect("the connection closes");
        store
    }

    /// The server that this test alone uses, and may stop.
    pub fn server(&self) -> &Server {
        self.own.as_ref().expect("a store made by `restartable`")
    }

    async fn clone_of(template: &str) -> Self {
        let name = format!("test_{}", Uuid::new_v4().simple());
        administer(Server::shared(), &format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        let url = Server::shared().url(&name);
        Self { kind: Kind::Postgres, url, name, _folder: None, own: None }
    }

    /// Without any table, on a server of the caller's own. It goes with its server.
    pub fn on(server: &Server) -> Self {
        let name = "postgres".to_owned();
        Self { kind: Kind::Postgres, url: server.url(&name), name, _folder: None, own: None }
    }

    /// A connection of the test's own, beside the service's.
    pub async fn connect(&self) -> DatabaseConnection {
        let mut options = ConnectOptions::new(&self.url);
        options.max_connections(2).sqlx_logging(false);
        options.map_sqlx_sqlite_opts(|sqlite| sqlite.pragma("foreign_keys", "ON"));
        Database::connect(options).await.expect("the database opens")
    }

    /// Gives the space back early. Without it the database goes with its server.
    pub async fn drop(self) {
        if self.kind == Kind::Postgres && self.own.is_none() {
            administer(Server::shared(), &format!("DROP DATABASE {} WITH (FORCE)", self.name)).await;
        }
    }
}

async fn template() -> &'static str {
    static MIGRATED: OnceCell<()> = OnceCell::const_new();
    const NAME: &str = "huddle_template";
    let migrate = async || {
        administer(Server::shared(), &format!("DROP DATABASE IF EXISTS {NAME}")).await;
        administer(Server::shared(), &format!("CREATE DATABASE {NAME} TEMPLATE template0")).await;
        let db = Database::connect(Server::shared().url(NAME)).await.expect("the template opens");
        migration::version::bring_up_to_date(&db).await.expect("the migrations run");
        // The days that most tests live through, once for all of them.
        let days = format!("SELECT huddle_prepare_partitions('{}')", morning().to_rfc3339());
        db.execute_unprepared(&days).await.expect("the partitions are made");
        db.close().await.expect("the connection closes");
    };
    MIGRATED.get_or_init(migrate).await;
    NAME
}

async fn administer(server: &Server, statement: &str) {
    let url = server.url("postgres");
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    let db = Database::connect(options).await.expect("PostgreSQL answers");
    db.execute_unprepared(statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    db.close().await.expect("the connection closes");
}

// ---------------------------------------------------------------- rows that no operation makes

/// A patient as an import would bring in.
#[derive(Clone, Debug)]
pub struct NewPatient {
    pub given: String,
    pub family: String,
    pub mrn: String,
    pub birth_date: NaiveDate,
    pub risk_tier: Option<RiskTier>,
}

impl NewPatient {
    /// `Rosa Diaz`, with a record number and a birth date of their own.
    pub fn called(name: &str) -> Self {
        let (given, family) = name.split_once(' ').unwrap_or(("", name));
        let digits = Uuid::new_v4().as_u128() % 90_000_000 + 10_000_000;
        Self {
            given: given.to_owned(),
            family: family.to_owned(),
            mrn: format!("MRN{digits}"),
            birth_date: NaiveDate::from_ymd_opt(1951, 7, 9).expect("a date"),
            risk_tier: None,
        }
    }
}

pub async fn add_patient(
    db: &DatabaseConnection,
    organization: OrganizationId,
    team: Option<CareTeamId>,
    new: NewPatient,
    now: DateTime<Utc>,
) -> PatientId {
    let birth = new.birth_date.to_string();
    let row = patient::Model {
        organization_id: organization,
        id: PatientId::generate(),
        version: 1,
        search_text: rules::search_text([new.family.as_str(), &new.given, &birth], [new.mrn.as_str()]),
        mrn: Some(new.mrn),
        family_name: new.family,
        given_name: new.given,
        birth_date: Some(new.birth_date),
        gender: None,
        preferred_language: Some("es".to_owned()),
        interpreter_needed: true,
        status: PatientStatus::Stable,
        status_since: now,
        status_source: "test".to_owned(),
        status_note: None,
        risk_tier: new.risk_tier,
        care_team_id: team,
        coordinator_id: None,
        deceased_at: None,
        merged_into_id: None,
        labels: Labels::NONE,
        pharmacy_name: None,
        pharmacy_phone: None,
        created_at: now,
        updated_at: now,
    };
    let id = row.id;
    let seq = head(db, organization).await.seq;
    let then = patient_version::Model {
        organization_id: organization,
        patient_id: id,
        seq,
        tx_seq: seq,
        version: row.version,
        family_name: row.family_name.clone(),
        given_name: row.given_name.clone(),
        preferred_language: row.preferred_language.clone(),
        interpreter_needed: row.interpreter_needed,
        status: row.status,
        status_since: row.status_since,
        status_source: row.status_source.clone(),
        risk_tier: row.risk_tier,
        care_team_id: row.care_team_id,
        coordinator_id: row.coordinator_id,
        merged_into_id: None,
    };
    let row = row.into_active_model().reset_all();
    patient::Entity::insert(row).exec_without_returning(db).await.expect("the patient is inserted");
    let then = then.into_active_model().reset_all();
    patient_version::Entity::insert(then).exec_without_returning(db).await.expect("it is kept how they look");
    id
}

/// A way to reach a patient: their own, or that of somebody close.
pub async fn add_contact(
    db: &DatabaseConnection,
    (organization, patient): (OrganizationId, PatientId),
    name: Option<&str>,
    (phone, address): (Option<&str>, Option<&str>),
) {
    let known = patient_contact::Entity::find().filter(patient_contact::Column::PatientId.eq(patient));
    let position = known.all(db).await.expect("contacts are read").len();
    let row = patient_contact::Model {
        organization_id: organization,
        id: PatientContactId::generate(),
        patient_id: patient,
        position: i32::try_from(position).expect("few contacts"),
        name: name.map(str::to_owned),
        relationship: None,
        phone: phone.map(str::to_owned),
        email: None,
        address: address.map(str::to_owned),
    };
    let row = row.into_active_model().reset_all();
    patient_contact::Entity::insert(row).exec_without_returning(db).await.expect("the contact is inserted");
}

/// Tasks of a past that nobody lived through, each with a due time of its own.
pub async fn add_tasks(
    db: &DatabaseConnection,
    organization: OrganizationId,
    team: CareTeamId,
    status: TaskStatus,
    how_many: i64,
    now: DateTime<Utc>,
) {
    let row = |n: i64| {
        let done = (status == TaskStatus::Completed).then_some(now);
        let due_at = now + chrono::Duration::minutes(n);
        let row = task::Model {
            organization_id: organization,
            id: TaskId::generate(),
            version: 1,
            care_team_id: team,
            patient_id: None,
            kind: "RECALL".to_owned(),
            title: format!("Recall {n}"),
            instructions: None,
            status,
            status_since: now,
            status_reason: None,
            priority: TaskPriority::Routine,
            due_at: Some(due_at),
            urgency_at: due_at,
            due_state: task::DueState::NotDue,
            claimed_by: None,
            claimed_at: None,
            lease_until: None,
            lease_warning_at: None,
            turns_at: None,
            completed_at: done,
            completed_by: None,
            source: None,
            created_by: None,
            created_at: now,
        };
        row.into_active_model().reset_all()
    };
    let rows: Vec<_> = (0..how_many).map(row).collect();
    for chunk in rows.chunks(1_000) {
        task::Entity::insert_many(chunk.to_vec()).exec_without_returning(db).await.expect("the tasks are inserted");
    }
}

// ---------------------------------------------------------------- what the store holds, for tests that compare

pub async fn audit(db: &DatabaseConnection, organization: OrganizationId) -> Vec<audit_entry::Model> {
    let rows = audit_entry::Entity::find().filter(audit_entry::Column::OrganizationId.eq(organization));
    rows.order_by_asc(audit_entry::Column::Id).all(db).await.expect("the audit can be read")
}

pub async fn events(db: &DatabaseConnection, organization: OrganizationId) -> Vec<event::Model> {
    let rows = event::Entity::find().filter(event::Column::OrganizationId.eq(organization));
    rows.order_by_asc(event::Column::Seq).all(db).await.expect("the log can be read")
}

pub async fn head(db: &DatabaseConnection, organization: OrganizationId) -> org_head::Model {
    let head = org_head::Entity::find_by_id(organization).one(db).await.expect("the head can be read");
    head.expect("every organisation has a head")
}

pub async fn tasks(db: &DatabaseConnection, organization: OrganizationId) -> Vec<task::Model> {
    let rows = task::Entity::find().filter(task::Column::OrganizationId.eq(organization));
    rows.order_by_asc(task::Column::Id).all(db).await.expect("the tasks can be read")
}

pub async fn history(db: &DatabaseConnection, organization: OrganizationId) -> Vec<task_history::Model> {
    let rows = task_history::Entity::find().filter(task_history::Column::OrganizationId.eq(organization));
    rows.order_by_asc(task_history::Column::Id).all(db).await.expect("the history can be read")
}

// ---------------------------------------------------------------- thousands at once, for a storm

pub async fn add_teams(db: &DatabaseConnection, organization: OrganizationId, count: usize) -> Vec<CareTeamId> {
    let ids: Vec<CareTeamId> = (0..count).map(|_| CareTeamId::generate()).collect();
    let rows = ids.iter().enumerate().map(|(n, id)| care_team::Model {
        organization_id: organization,
        id: *id,
        name: format!("Team {n}"),
        time_zone: "America/New_York".to_owned(),
        version: 1,
        created_at: SystemTime::now().into(),
    });
    let rows = rows.map(|row| row.into_active_model().reset_all());
    care_team::Entity::insert_many(rows).exec_without_returning(db).await.expect("the teams are inserted");
    ids
}

/// A nurse on each of these pairs of teams, and the tokens of their sessions: hashing a thousand passwords proves nothing.
pub async fn add_people_signed_in(
    db: &DatabaseConnection,
    organization: OrganizationId,
    pairs: &[[CareTeamId; 2]],
) -> Vec<String> {
    let mut tokens = Vec::new();
    for chunk in pairs.chunks(500) {
        let (staff, added) = add_signed_in(db, organization, StaffRole::Nurse, chunk.len()).await;
        tokens.extend(added);
        let members = staff.iter().zip(chunk).flat_map(|(staff, pair)| {
            pair.map(|team| care_team_member::Model {
                organization_id: organization,
                care_team_id: team,
                staff_id: *staff,
                capacity: None,
                joined_at: SystemTime::now().into(),
            })
        });
        let members = members.map(|row| row.into_active_model().reset_all());
        let inserted = care_team_member::Entity::insert_many(members).exec_without_returning(db).await;
        inserted.expect("the members are inserted");
    }
    tokens
}

pub async fn add_manager_signed_in(db: &DatabaseConnection, organization: OrganizationId) -> String {
    add_signed_in(db, organization, StaffRole::Manager, 1).await.1.remove(0)
}

async fn add_signed_in(
    db: &DatabaseConnection,
    organization: OrganizationId,
    role: StaffRole,
    count: usize,
) -> (Vec<StaffId>, Vec<String>) {
    let now: DateTime<Utc> = SystemTime::now().into();
    let (mut staff, mut sessions) = (Vec::new(), Vec::new());
    let (mut ids, mut tokens) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let (id, token) = (StaffId::generate(), format!("hdl_{}", Uuid::new_v4().simple()));
        let person = staff::Model {
            organization_id: organization,
            id,
            display_name: format!("{role:?}"),
            email: None,
            role,
            credential: None,
            password_hash: None,
            active: true,
            clearances: Labels::NONE,
            privacy_officer: false,
            languages: String::new(),
            created_at: now,
        };
        let session = session::Model {
            organization_id: organization,
            id: SessionId::generate(),
            token_hash: Sha256::digest(token.as_bytes()).to_vec(),
            kind: SessionKind::Staff,
            staff_id: Some(id),
            display_id: None,
            name: None,
            created_at: now,
            expires_at: Some(now + chrono::TimeDelta::hours(12)),
            ended_at: None,
            last_active_at: Some(now),
            authenticated_at: Some(now),
            label: None,
            address: None,
        };
        staff.push(person.into_active_model().reset_all());
        sessions.push(session.into_active_model().reset_all());
        ids.push(id);
        tokens.push(token);
    }
    staff::Entity::insert_many(staff).exec_without_returning(db).await.expect("the people are inserted");
    session::Entity::insert_many(sessions).exec_without_returning(db).await.expect("the sessions are inserted");
    (ids, tokens)
}

/// A huddle on a day of its own, with a piece of work on its agenda; one that ended has a record, which nobody signed really.
pub async fn add_huddle(
    db: &DatabaseConnection,
    organization: OrganizationId,
    team: CareTeamId,
    task: TaskId,
    state: huddle::HuddleState,
    by: StaffId,
) -> (HuddleId, HuddleItemId) {
    let known = huddle::Entity::find().filter(huddle::Column::CareTeamId.eq(team)).count(db).await.unwrap();
    let date = NaiveDate::from_ymd_opt(2001, 1, 1).unwrap() + chrono::Days::new(known);
    let at = morning();
    let row = huddle::Model {
        organization_id: organization,
        id: HuddleId::generate(),
        version: 1,
        care_team_id: team,
        date,
        slot: huddle::HuddleSlot::Am,
        state,
        facilitator_id: None,
        started_at: None,
        ended_at: None,
        length_minutes: 10,
        current_item_id: None,
        current_since: None,
        left_out: 0,
        created_at: at,
    };
    row.clone().into_active_model().reset_all().insert(db).await.unwrap();
    let item = huddle_item::Model {
        organization_id: organization,
        id: HuddleItemId::generate(),
        huddle_id: row.id,
        version: 1,
        patient_id: None,
        task_id: Some(task),
        reasons: json!([{ "code": "ADDED", "since": at }]),
        rank: 1,
        state: huddle_item::HuddleItemState::Open,
        settled_at: None,
        settled_by: None,
        seconds: 0,
        note: None,
        added_by: Some(by),
        rolled_from: None,
    };
    item.clone().into_active_model().reset_all().insert(db).await.unwrap();
    if state == huddle::HuddleState::Ended {
        let record = huddle_record::Model {
            organization_id: organization,
            huddle_id: row.id,
            body: "{}".to_owned(),
            sha256: "0".repeat(64),
            signed_by: by,
            signed_at: at,
        };
        record.into_active_model().reset_all().insert(db).await.unwrap();
    }
    (row.id, item.id)
}
