//! What grows with the practices: writes, boards and feeds, on a PostgreSQL of its own that keeps what it acknowledged.
//!
//! `make bench-growth`, or `cargo run --locked --workspace --example growth -- [SECONDS]`. Everything goes through the
//! services, without HTTP and GraphQL. Two things are compared in one run, in turn, because machines have moods.
use api::{
    Actor, App, Clock, Config, Cx, care_teams,
    db::Settings,
    events::{Feed, Step, Subject, log},
    page::PageArgs,
    people::service::{self as people, NewStaff},
    policy::{Capacity, Scope, Sight, Teams},
    tasks::service::{self as tasks, Filter, NewTask, OrderBy},
};
use entity::{
    ids::CareTeamId,
    staff::StaffRole,
    task::{TaskPriority, TaskStatus},
};
use sea_orm::ConnectionTrait;
use std::{
    collections::BTreeSet,
    error::Error,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};
use tests::{
    Store,
    postgres::{self, Server},
    store,
};

const WRITERS: usize = 16;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

#[derive(Clone)]
struct Nurse {
    cx: Cx,
    team: CareTeamId,
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let seconds = std::env::args().nth(1).map_or(Ok(10), |text| text.parse())?;
    let server = Server::durable();
    let store = Store::on(&server);
    let app = App::open(Settings::from(&store.url), Clock::System, Config::default()).await?;
    api::background::keep_log(&app).await?;
    let mut nurses = Vec::new();
    for n in 0..100 {
        nurses.push(hire(&app, n).await?);
    }
    println!("{}", version(&app).await?);
    writes(&server, &nurses, Duration::from_secs(seconds)).await?;
    boards(&server, &store, &nurses).await?;
    feeds(&app, &nurses).await
}

async fn version(app: &App) -> Outcome<String> {
    let asked = sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, "SELECT version()");
    let row = app.db.common().query_one_raw(asked).await?.ok_or("no version")?;
    Ok(row.try_get_by_index(0)?)
}

/// A practice of one nurse.
async fn hire(app: &Arc<App>, n: usize) -> Outcome<Nurse> {
    let practice = people::create_organization(app, &format!("Practice {n}"), "America/New_York", false).await?;
    let mut tx = Cx::system(app.clone(), practice.id).begin("bench").await?;
    let team = care_teams::service::find_or_create(&mut tx, "Cedar").await?;
    let new = NewStaff {
        email: format!("nurse{n}@bench.example"),
        display_name: "Ana".to_owned(),
        role: StaffRole::Nurse,
        credential: Some("RN".to_owned()),
        password: "correct horse battery".to_owned(),
    };
    let person = people::create_staff(&mut tx, new).await?;
    care_teams::service::join(&mut tx, &team, person.id, None).await?;
    tx.commit().await?;
    let capacity = Capacity::Staff { role: person.role, credential: person.credential };
    let teams = Teams::Of(BTreeSet::from([team.id]));
    let scope = Scope { organization: practice.id, capacity, teams, sight: Sight::default() };
    let actor = Actor { scope, staff: Some(person.id), ..Actor::system(practice.id) };
    Ok(Nurse { cx: Cx::new(app.clone(), actor), team: team.id })
}

/// A task made and claimed, again and again: two writes, and the looking up that comes before each.
async fn work(nurses: Vec<Nurse>, until: Instant) -> Outcome<Vec<Duration>> {
    let mut took = Vec::new();
    for nurse in nurses.iter().cycle() {
        let start = Instant::now();
        let new = NewTask {
            care_team: nurse.team,
            patient: None,
            kind: "RECALL".to_owned(),
            title: "Recall".to_owned(),
            instructions: None,
            priority: TaskPriority::Routine,
            due_at: None,
        };
        let task = tasks::create(&nurse.cx, new).await?;
        took.push(start.elapsed());
        let start = Instant::now();
        tasks::claim(&nurse.cx, task.id).await?;
        took.push(start.elapsed());
        if Instant::now() >= until {
            break;
        }
    }
    Ok(took)
}

async fn writes(server: &Server, nurses: &[Nurse], time: Duration) -> Outcome<()> {
    println!("\n{WRITERS} writers, tasks made and claimed, for {} s each", time.as_secs());
    for organizations in [1, 100, 1, 100, 10] {
        let (before, until) = (ticks(server), Instant::now() + time);
        let working: Vec<_> =
            (0..WRITERS).map(|n| tokio::spawn(work(turns(nurses, n, organizations), until))).collect();
        let mut took = Vec::new();
        for one in working {
            took.extend(one.await??);
        }
        let rate = took.len() as f64 / time.as_secs_f64();
        let each = computed(before, ticks(server), took.len());
        println!("  {organizations:>3} organizations: {rate:>6.0} writes/s, {}, {each}", percentiles(took));
    }
    Ok(())
}

/// For which organizations a writer works, one after the other, beginning elsewhere than the other writers.
fn turns(nurses: &[Nurse], writer: usize, organizations: usize) -> Vec<Nurse> {
    (0..organizations).map(|n| nurses[(writer * organizations / WRITERS + n) % organizations].clone()).collect()
}

async fn boards(server: &Server, store: &Store, nurses: &[Nurse]) -> Outcome<()> {
    println!("\nfirst 100 tasks of a board, each in a snapshot of its own, one after the other");
    let (small, large) = (&nurses[50], &nurses[51]);
    let db = store.connect().await;
    for (nurse, open) in [(small, 100), (large, 10_000)] {
        let now = nurse.cx.now() + chrono::Duration::hours(2);
        store::add_tasks(&db, nurse.cx.organization(), nurse.team, TaskStatus::Ready, open, now).await;
        store::add_tasks(&db, nurse.cx.organization(), nurse.team, TaskStatus::Completed, open * 3, now).await;
    }
    db.execute_unprepared("ANALYZE").await?;
    for (nurse, open) in [(small, 100), (large, 10_000), (small, 100), (large, 10_000)] {
        let (before, mut took) = (ticks(server), Vec::new());
        for _ in 0..300 {
            let start = Instant::now();
            let cx = nurse.cx.clone().in_snapshot().await?;
            let filter =
                Filter { care_team: Some(nurse.team), status: Some(vec![TaskStatus::Ready]), ..Filter::default() };
            let page = tasks::list(&cx, filter, OrderBy::Urgency, &PageArgs { first: Some(100), after: None }).await?;
            assert_eq!(page.rows.len(), 100);
            took.push(start.elapsed());
        }
        let each = computed(before, ticks(server), took.len());
        println!("  {open:>6} open tasks in the organization: {}, {each}", percentiles(took));
    }
    Ok(())
}

async fn feeds(app: &Arc<App>, nurses: &[Nurse]) -> Outcome<()> {
    println!("\nfrom the beginning of a write until its feed has the event");
    for followed in [1, 100, 1, 100] {
        let mut open = Vec::new();
        for nurse in &nurses[..followed] {
            let organization = app.hub.follow(nurse.cx.organization()).await?;
            open.push(Feed::open(organization, Subject::Team(nurse.team), (None, None), None).await?.0);
        }
        let mut took = Vec::new();
        for n in 0..200 {
            let nurse = nurses[n % followed].clone();
            let start = Instant::now();
            let working = tokio::spawn(async move { work(vec![nurse], start).await });
            for _ in 0..2 {
                while !matches!(open[n % followed].next().await?, Step::Event(_)) {}
                took.push(start.elapsed());
            }
            working.await??;
        }
        println!("  {followed:>3} organizations followed: {}", percentiles(took));
    }
    println!("\nwhat the hub asks once a second, whatever happens");
    for followed in [1, 100, 1, 100] {
        let ids: Vec<_> = nurses[..followed].iter().map(|nurse| nurse.cx.organization()).collect();
        let mut took = Vec::new();
        for _ in 0..300 {
            let start = Instant::now();
            assert_eq!(log::heads(app.db.common(), ids.clone()).await?.len(), followed);
            took.push(start.elapsed());
        }
        println!("  {followed:>3} organizations followed: {}", percentiles(took));
    }
    Ok(())
}

/// Hundredths of a second of this process and of PostgreSQL.
fn ticks(server: &Server) -> (u64, u64) {
    (postgres::ticks(Path::new("/proc/self")), server.ticks())
}

/// What does not change with what else the machine does.
fn computed(before: (u64, u64), after: (u64, u64), times: usize) -> String {
    let each = |before: u64, after: u64| (after - before) as f64 * 10.0 / times as f64;
    let (own, database) = (each(before.0, after.0), each(before.1, after.1));
    format!("CPU each {own:.2} ms here and {database:.2} ms in PostgreSQL")
}

fn percentiles(mut took: Vec<Duration>) -> String {
    took.sort();
    let at = |part: f64| took[((took.len() - 1) as f64 * part) as usize].as_secs_f64() * 1_000.0;
    format!("p50 {:.1} ms, p99 {:.1} ms", at(0.5), at(0.99))
}
