//! A whole service on a database of its own, and the practice that uses it.
use crate::{
    Browser, Person,
    people::act,
    store::{self, Kind, NewPatient, Store},
};
use api::{
    App, Clock, Config, Cx, care_teams,
    config::SecondFactor,
    people::{
        integrations::service::{self as integrations, NewToken},
        seal::SecretKey,
        service::{self as people, NewStaff},
    },
};
use chrono::{DateTime, Duration, TimeZone, Utc};
use entity::{
    ids::{CareTeamId, OrganizationId, PatientId, StaffId},
    integration_token::TokenScope,
    staff::StaffRole,
};
use sea_orm::DatabaseConnection;
use serde_json::{Value, json};
use std::{net::SocketAddr, ops::Deref, sync::Arc};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

/// What everybody signs in with.
pub const PASSWORD: &str = "correct horse battery";

/// A Monday morning in New York.
pub fn morning() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 23, 14, 0, 0).single().expect("a moment")
}

/// Long sessions, so that a test may move the clock on by days; a password is enough; documents of its own.
pub fn config() -> Config {
    Config {
        session_length: Duration::days(30),
        idle: Duration::days(60),
        second_factor: SecondFactor::Optional,
        secret_key: Some(SecretKey::generate()),
        explorer: true,
        free_documents: true,
        ..Config::default()
    }
}

/// The service in this process, with one practice. It reads as that practice.
pub struct Kit {
    pub store: Store,
    pub app: Arc<App>,
    pub address: SocketAddr,
    /// The test's own connection, for comparing.
    pub db: DatabaseConnection,
    practice: Practice,
    stop: CancellationToken,
    server: JoinHandle<()>,
}

impl Deref for Kit {
    type Target = Practice;
    fn deref(&self) -> &Practice {
        &self.practice
    }
}

impl Kit {
    /// The clock stands at [`morning`] until the test moves it.
    pub async fn start(kind: Kind) -> Self {
        Self::start_with(kind, Clock::set_to(morning()), config()).await
    }

    pub async fn start_with(kind: Kind, clock: Clock, config: Config) -> Self {
        Self::start_in(Store::migrated(kind).await, clock, config).await
    }

    /// On a database that the test chose itself.
    pub async fn start_in(store: Store, clock: Clock, config: Config) -> Self {
        let app = App::open(&store.url, clock, config).await.expect("the service opens its database");
        let (address, stop, server) = serve(app.clone()).await;
        let db = store.connect().await;
        let practice = Practice::open(app.clone(), db.clone(), address, "Practice").await;
        Self { store, app, address, db, practice, stop, server }
    }

    /// Another organisation in the same database.
    pub async fn practice(&self, name: &str) -> Practice {
        Practice::open(self.app.clone(), self.db.clone(), self.address, name).await
    }

    /// A second process on the same database, as far as the service can tell: it has its own doorbell and hub.
    pub async fn second_app(&self) -> Arc<App> {
        let (clock, config) = (self.app.clock.clone(), self.app.config.clone());
        App::open(&self.store.url, clock, config).await.expect("a second service opens the database")
    }

    /// Moves the clock on, and does what time does.
    pub async fn pass(&self, time: Duration) {
        self.app.clock.set(self.app.clock.now() + time);
        api::tasks::time::sweep(&self.app).await.expect("time passes");
        api::handoffs::time::sweep(&self.app).await.expect("handoffs escalate");
        api::tasks::takeover::time::sweep(&self.app).await.expect("requests expire");
        api::emergency::time::sweep(&self.app).await.expect("emergencies end");
        api::huddles::time::sweep(&self.app).await.expect("agendas follow");
    }

    /// Somebody who has not signed in.
    pub fn stranger(&self) -> Browser {
        Browser::at(self.address)
    }

    pub async fn audit(&self) -> Vec<entity::audit_entry::Model> {
        store::audit(&self.db, self.organization).await
    }

    /// The events of the practice so far.
    pub async fn events(&self) -> Vec<entity::event::Model> {
        store::events(&self.db, self.organization).await
    }

    /// Stops the service and gives the database back. A test that panics leaves that to the end of the process.
    pub async fn end(self) {
        let Self { store, app, db, practice, stop, server, .. } = self;
        stop.cancel();
        let _ = tokio::time::timeout(std::time::Duration::from_secs(5), server).await;
        drop((practice, app));
        let _ = db.close().await;
        store.drop().await;
    }
}

/// Keeps a promise on one of the databases.
pub async fn run(kind: Kind, promise: impl AsyncFnOnce(&Kit)) {
    let kit = Kit::start(kind).await;
    promise(&kit).await;
    kit.end().await;
}

/// Serves the app by the real router on a free port.
pub async fn serve(app: Arc<App>) -> (SocketAddr, CancellationToken, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let stop = CancellationToken::new();
    let until = stop.clone();
    let server = tokio::spawn(async move {
        api::http::serve(app, listener, until).await.expect("the server serves");
    });
    (address, stop, server)
}

/// An organisation, its teams, its people and its patients.
pub struct Practice {
    pub organization: OrganizationId,
    app: Arc<App>,
    pub(crate) db: DatabaseConnection,
    address: SocketAddr,
}

impl Practice {
    async fn open(app: Arc<App>, db: DatabaseConnection, address: SocketAddr, name: &str) -> Self {
        let organization = people::create_organization(&app, name, "America/New_York", false).await;
        Self { organization: organization.expect("the organisation is made").id, app, db, address }
    }

    /// In a database that no server has opened yet.
    pub async fn in_store(store: &Store, name: &str) -> Self {
        let app = App::open(&store.url, Clock::System, config()).await.expect("the service opens its database");
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        Self::open(app, store.connect().await, nowhere, name).await
    }

    /// The same practice, served at this address.
    pub fn served_at(self, address: SocketAddr) -> Self {
        Self { address, ..self }
    }

    /// Lets go of the database, for a test that puts another in its place.
    pub async fn lets_go(&self) {
        self.app.db.close().await.expect("the service's connections close");
        self.db.clone().close().await.expect("the test's connection closes");
    }

    /// Somebody who could sign in, signed in here.
    pub async fn enters(&self, name: &str, (id, email): (StaffId, String)) -> Person {
        let browser = Browser::at(self.address);
        let answer = act(&browser, "signIn", json!({ "email": email, "password": PASSWORD })).await;
        let browser = browser.with_token(answer.text_at("/signIn/token"));
        Person { browser, name: name.to_owned(), id, email }
    }

    /// The program's own hands, for what nobody clicks.
    pub fn cx(&self) -> Cx {
        Cx::system(self.app.clone(), self.organization)
    }

    /// The id of the team of that name, made when there is none.
    pub async fn team(&self, name: &str) -> String {
        self.team_id(name).await.to_string()
    }

    pub async fn team_id(&self, name: &str) -> CareTeamId {
        let mut tx = self.cx().begin("test").await.expect("a transaction begins");
        let team = care_teams::service::find_or_create(&mut tx, name).await.expect("the team is made");
        tx.commit().await.expect("the team is stored");
        team.id
    }

    pub async fn nurse(&self, name: &str, team: &str) -> Person {
        self.person(name, StaffRole::Nurse, &[team]).await
    }

    pub async fn coordinator(&self, name: &str, team: &str) -> Person {
        self.person(name, StaffRole::CareCoordinator, &[team]).await
    }

    pub async fn manager(&self, name: &str) -> Person {
        self.person(name, StaffRole::Manager, &[]).await
    }

    pub async fn administrator(&self, name: &str) -> Person {
        self.person(name, StaffRole::Administrator, &[]).await
    }

    /// Somebody on these teams, signed in.
    pub async fn person(&self, name: &str, role: StaffRole, teams: &[&str]) -> Person {
        self.enters(name, self.hires(name, role, teams).await).await
    }

    /// Somebody who could sign in.
    pub async fn hires(&self, name: &str, role: StaffRole, teams: &[&str]) -> (StaffId, String) {
        let mut team_ids = Vec::new();
        for team in teams {
            team_ids.push(self.team_id(team).await);
        }
        let email = format!("{}@{}.example", name.to_lowercase().replace(' ', "."), self.organization.0.simple());
        let new = NewStaff {
            email: email.clone(),
            display_name: name.to_owned(),
            role,
            credential: (role == StaffRole::Nurse).then(|| "RN".to_owned()),
            password: PASSWORD.to_owned(),
        };
        let mut tx = self.cx().begin("test").await.expect("a transaction begins");
        let staff = people::create_staff(&mut tx, new).await.expect("the person is hired");
        tx.commit().await.expect("the person is stored");
        for team in team_ids {
            let joined = care_teams::service::add_member(&self.cx(), team, staff.id, None).await;
            joined.expect("the person joins the team");
        }
        (staff.id, email)
    }

    /// A patient of the team, by name: `Rosa Diaz`.
    pub async fn patient(&self, name: &str, team: &str) -> String {
        self.patient_with(NewPatient::called(name), team).await.to_string()
    }

    /// What one can reach a patient by: their own where there is no name.
    pub async fn reached_by(&self, patient: &str, name: Option<&str>, phone: Option<&str>, address: Option<&str>) {
        let patient = patient.parse().expect("a patient's id");
        store::add_contact(&self.db, (self.organization, patient), name, (phone, address)).await;
    }

    pub async fn patient_with(&self, new: NewPatient, team: &str) -> PatientId {
        let team = self.team_id(team).await;
        store::add_patient(&self.db, self.organization, Some(team), new, self.app.clock.now()).await
    }

    /// A wall display paired with the team by one of its members.
    pub async fn display(&self, team: &str, by: &Person) -> Browser {
        self.display_called("Huddle room", team, by).await.0
    }

    /// The same by its name, with its id.
    pub async fn display_called(&self, name: &str, team: &str, by: &Person) -> (Browser, String) {
        let (browser, codes) = self.screen().await;
        let input = json!({ "userCode": codes["userCode"], "careTeamId": team, "name": name });
        let id = by.act("confirmDisplay", input).await.text_at("/confirmDisplay/display/id");
        let paired = act(&browser, "pairDisplay", json!({ "pairingCode": codes["deviceCode"] })).await;
        (browser.with_token(paired.text_at("/pairDisplay/token")), id)
    }

    /// A screen that shows a code and waits for somebody to confirm it, with its two codes.
    pub async fn screen(&self) -> (Browser, Value) {
        let browser = Browser::at(self.address);
        let asked = "mutation Ask { requestDisplayPairing { userCode deviceCode expiresAt interval } }";
        let codes = browser.ask(asked, json!({})).await.at("/requestDisplayPairing").clone();
        (browser, codes)
    }

    /// An integration's bearer token, which reads.
    pub async fn integration(&self, name: &str) -> Browser {
        self.integration_with(name, &[TokenScope::Read]).await.0
    }

    /// The same with these scopes, and its id.
    pub async fn integration_with(&self, name: &str, scopes: &[TokenScope]) -> (Browser, String) {
        let new = NewToken { name: name.to_owned(), scopes: scopes.to_vec(), days: 30 };
        let (token, known) = integrations::create(&self.cx(), new).await.expect("the token is made");
        (Browser::at(self.address).with_token(token.0), known.token.id.to_string())
    }
}
