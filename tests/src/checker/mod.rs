//! Proves the promise on a real deployment: several nodes, PostgreSQL and Redis, with writers and screens at work while
//! a nemesis breaks one thing after another. What everybody was told is written down, and in the end compared with what
//! the database holds.
//!
//! All choices come from one seed: which faults, where and how long, what each writer does, which screen is how. What
//! the seed does not decide is how the threads and processes of the machine interleave, and the random ids: a run
//! repeats its choices, not its microseconds.
pub mod evidence;
pub mod history;
pub mod nemesis;
pub mod proof;
mod screen;
mod verdict;
mod world;
mod writer;

pub use nemesis::Faults;
pub use verdict::Verdict;

use crate::{Cluster, Store, cluster::Plan};
use chrono::TimeDelta;
use clap::Parser;
use entity::task;
use futures_util::future::join_all;
use history::{Diary, Log};
use nemesis::Nemesis;
use rand::{Rng, SeedableRng, rngs::StdRng};
use screen::{Screen, Targets, Temper};
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, PaginatorTrait, QueryFilter};
use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::watch;
use uuid::Uuid;
use world::Office;
use writer::Writer;

const OFFICES: [&str; 2] = ["Harbor", "Lakeside"];
/// How long everybody has to catch up, once all is healed and nobody writes.
const CATCH_UP: Duration = Duration::from_secs(60);

/// Writers, screens and a nemesis against real nodes; in the end, proofs.
#[derive(Clone, Debug, Parser)]
#[command(args_override_self = true)]
pub struct Options {
    /// Repeats the choices of a run; without it, a new one is made up and printed
    #[arg(long)]
    pub seed: Option<u64>,
    /// How long the writers write
    #[arg(long, default_value_t = 60)]
    pub seconds: u64,
    #[arg(long, default_value_t = 3)]
    pub nodes: usize,
    /// In each of the two organisations
    #[arg(long, default_value_t = 4)]
    pub writers: usize,
    /// What goes wrong, by the beginning of its name: kill,redis,line-dark; all; none
    #[arg(long, default_value = "all")]
    pub nemesis: Faults,
    /// A writer's pause between two writes, in milliseconds, on average
    #[arg(long, default_value_t = 60)]
    pub pause: u64,
    /// Turns on a fault of the server that must be found: readers go on after the highest number that they saw
    #[arg(long)]
    pub naive_cursor: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self::parse_from(["checker"])
    }
}

/// One run, from an empty database to the verdict.
pub async fn run(options: Options) -> Verdict {
    let seed = options.seed.unwrap_or_else(rand::random);
    println!("seed {seed}: repeat the choices of this run with --seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let points = if options.naive_cursor { "feed.naive-cursor=return" } else { "" };
    let plan = Plan {
        nodes: options.nodes,
        proxies: true,
        arguments: vec!["--drain-seconds".to_owned(), "2".to_owned()],
        points: points.to_owned(),
        ..Plan::default()
    };
    let cluster = Arc::new(Cluster::start_on(Store::restartable().await, plan).await);
    let doors = cluster.doors();
    let mut offices = Vec::new();
    for name in OFFICES {
        offices.push(Arc::new(Office::open(&cluster.store, name, options.writers, cluster.nodes[0].address).await));
    }
    let schema = cluster.nodes[0].stranger().get("/schema.graphql").await.text;
    let retries = schema.contains("clientMutationId");
    println!(
        "writes that get no answer are {}",
        if retries { "sent again" } else { "left alone: no clientMutationId" }
    );

    let begun = Instant::now();
    let writes = Arc::new(Mutex::new(Vec::new()));
    let stop = Arc::new(AtomicBool::new(false));
    let (tell, until) = watch::channel(None);
    let mut screens = Vec::new();
    for office in &offices {
        for screen in screens_of(office, &doors, &mut random) {
            screens.push(tokio::spawn(screen.watches(until.clone())));
        }
    }
    let new_writer = |office: &Arc<Office>, person, name: String, seed| {
        Writer::new(office.clone(), person, &doors, (name, seed), retries, writes.clone())
    };
    let pause = Duration::from_millis(options.pause);
    let mut work = Vec::new();
    for office in &offices {
        for (n, person) in office.writers.iter().enumerate() {
            let writer = new_writer(office, person, format!("{} {n}", office.name), random.random());
            work.push(tokio::spawn(writer.works(stop.clone(), pause)));
        }
        let manager = new_writer(office, &office.manager, format!("{} manager", office.name), random.random());
        work.push(tokio::spawn(manager.moves_the_wanderer(stop.clone())));
    }
    let calm = Arc::new(AtomicBool::new(false));
    let organizations = offices.iter().map(|office| office.organization.0).collect();
    let faults = options.nemesis.clone();
    let nemesis = Nemesis::new(cluster.clone(), faults, random.random(), organizations, true, calm.clone());
    let nemesis = tokio::task::spawn_blocking(move || nemesis.rages());

    tokio::time::sleep(Duration::from_secs(options.seconds)).await;
    calm.store(true, Ordering::Relaxed);
    let trouble = nemesis.await.expect("the nemesis ends");
    stop.store(true, Ordering::Relaxed);
    join_all(work).await.into_iter().for_each(|done| done.expect("a writer ends"));
    for office in &offices {
        let mut last = new_writer(office, &office.writers[0], format!("{} last", office.name), random.random());
        for team in &office.teams {
            last.creates_at_last(&team.id).await;
        }
    }
    let db = cluster.store.connect().await;
    time_has_nothing_to_do(&db).await;
    tell.send_replace(Some(targets(&db, &offices).await));
    let screens = join_all(screens).await.into_iter().map(|screen| screen.expect("a screen ends"));
    let (mut calm_ones, mut comparing) = (HashSet::new(), Vec::new());
    for screen in screens {
        if screen.temper == Temper::Steady {
            calm_ones.insert(screen.diary.name.clone());
        }
        comparing.push(screen.compares());
    }
    let diaries: Vec<Diary> = join_all(comparing).await;
    let mut logs: Vec<Log> = Vec::new();
    for office in &offices {
        logs.push(evidence::log(&db, office.name, office.organization).await);
    }
    db.close().await.expect("the connection closes");
    let writes = writes.lock().expect("the writes").clone();
    let mut violations = proof::all(&logs, &diaries, &writes);
    violations.extend(
        trouble.died.iter().map(|how| proof::Violation { promise: "no node ends by itself", evidence: how.clone() }),
    );
    let steady = |diary: &Diary| calm_ones.contains(&diary.name);
    Verdict::of(seed, options.nodes, begun.elapsed(), violations, (&logs, &diaries, &writes), &trouble, &steady)
}

/// A steady, a slow and a sleepy one for each team, and the wanderer's.
fn screens_of(office: &Office, doors: &[std::net::SocketAddr], random: &mut StdRng) -> Vec<Screen> {
    let mut screens = Vec::new();
    let organization = office.organization.0;
    for (team, person) in office.teams.iter().zip(&office.watchers) {
        for temper in [Temper::Steady, Temper::Slow, Temper::Sleepy] {
            let name = format!("{}/{} {temper:?}", office.name, team.name);
            screens.push(Screen::new(person, doors, (name, random.random()), temper, organization, team));
        }
    }
    let (name, team) = (format!("{} wanderer", office.name), &office.teams[0]);
    let named = (name, random.random());
    screens.push(Screen::new(&office.wanderer, doors, named, Temper::Slow, organization, team));
    screens
}

/// Where each team's feed ends.
async fn targets(db: &DatabaseConnection, offices: &[Arc<Office>]) -> Targets {
    let mut of_team: HashMap<Uuid, i64> = HashMap::new();
    for office in offices {
        let log = evidence::log(db, office.name, office.organization).await;
        for team in &office.teams {
            let told = log.events.iter().filter(|event| event.is_told(team.uuid)).map(|event| event.seq);
            of_team.insert(team.uuid, told.max().unwrap_or(0));
        }
    }
    Targets { of_team, patience: Instant::now() + CATCH_UP }
}

/// Waits until no due time is near: time writes too.
async fn time_has_nothing_to_do(db: &DatabaseConnection) {
    let since = Instant::now();
    loop {
        let soon = history::now() + TimeDelta::minutes(10);
        let ripe = task::Entity::find().filter(task::Column::TurnsAt.lt(soon)).count(db).await;
        if ripe.expect("the tasks can be counted") == 0 {
            return;
        }
        assert!(since.elapsed() < CATCH_UP, "nobody does what time does");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
