//! A node with thousands of screens is killed: how long until all of them are live at the others, what that costs, and
//! whether anything was missed meanwhile.
mod client;

use crate::{Browser, Cluster, Practice, Store, checker::evidence, cluster::Plan, postgres, store};
use clap::Args;
use client::{Client, Counts, Follows};
use entity::ids::OrganizationId;
use futures_util::future::join_all;
use rand::seq::IndexedRandom;
use serde_json::json;
use std::{
    collections::{HashMap, HashSet},
    net::SocketAddr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::watch;
use uuid::Uuid;

const PATIENCE: Duration = Duration::from_secs(120);

/// Kills a node with thousands of screens
#[derive(Clone, Debug, Args)]
pub struct Storm {
    /// Each follows two teams. One process may open 20,000 files on most systems
    #[arg(long, default_value_t = 10_000)]
    pub sockets: usize,
    #[arg(long, default_value_t = 1_000)]
    pub teams: usize,
    #[arg(long, default_value_t = 20)]
    pub organizations: usize,
    /// How long all must be live again, at most, in seconds
    #[arg(long, default_value_t = 30)]
    pub within: u64,
    /// How long memory is watched afterwards, in seconds
    #[arg(long, default_value_t = 60)]
    pub afterwards: u64,
    /// New connections a second, before the storm
    #[arg(long, default_value_t = 400)]
    pub pace: u32,
}

pub async fn run(storm: Storm) -> bool {
    let plan = Plan { arguments: vec!["--session-hours".to_owned(), "24".to_owned()], ..Plan::default() };
    let cluster = Cluster::start_on(Store::restartable().await, plan).await;
    let (tell, doors) = watch::channel(vec![cluster.nodes[0].address]);
    let counts = Arc::new(Counts::default());
    let (clients, managers) = people(&cluster, &storm, &counts, &doors).await;
    let feeds = 2 * clients.len();

    println!("{feeds} subscribers of {} teams on one node", storm.teams);
    let begun = Instant::now();
    let mut running = Vec::new();
    let mut pace = tokio::time::interval(Duration::from_secs(1) / storm.pace);
    for client in clients {
        pace.tick().await;
        running.push(tokio::spawn(client.lives()));
    }
    let all_live = async || {
        let since = Instant::now();
        while counts.live.load(Ordering::Relaxed) < feeds {
            if since.elapsed() > PATIENCE {
                return None;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Some(since.elapsed())
    };
    all_live().await.unwrap_or_else(|| panic!("not all are live: {counts:?}\n{}", cluster.logs(10)));
    println!("live after {:.1} s", begun.elapsed().as_secs_f64());
    println!("node 0: {} MiB with all of them", mib(&cluster, 0));
    let before = [mib(&cluster, 1), mib(&cluster, 2)];

    let stop = Arc::new(AtomicBool::new(false));
    let survivors = [cluster.nodes[1].address, cluster.nodes[2].address];
    let writing = tokio::spawn(writes(managers, survivors, stop.clone()));
    tokio::time::sleep(Duration::from_secs(3)).await;
    let attempts = counts.attempts.load(Ordering::Relaxed);
    let work_before: Vec<f64> = (1..3).map(|n| cpu(&cluster, n)).collect();
    let postgres_before = seconds(cluster.store.server().ticks());
    // A balancer knows who is gone.
    tell.send_replace(survivors.to_vec());
    let killed = Instant::now();
    cluster.nodes[0].kill();
    let mut most = before;
    let gone = async {
        while counts.live.load(Ordering::Relaxed) >= feeds {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    gone.await;
    let watching = async {
        loop {
            tokio::time::sleep(Duration::from_millis(200)).await;
            most = [most[0].max(mib(&cluster, 1)), most[1].max(mib(&cluster, 2))];
            if counts.live.load(Ordering::Relaxed) >= feeds || killed.elapsed() > PATIENCE {
                return;
            }
            let (live, tried) =
                (counts.live.load(Ordering::Relaxed), counts.attempts.load(Ordering::Relaxed) - attempts);
            if (killed.elapsed().as_millis() / 200).is_multiple_of(10) {
                println!("{:5.1} s  {live} live, {tried} tries", killed.elapsed().as_secs_f64());
            }
        }
    };
    watching.await;
    let took = all_live().await.map(|_| killed.elapsed());
    let work: Vec<f64> = (1..3).map(|n| cpu(&cluster, n) - work_before[n - 1]).collect();
    let postgres = seconds(cluster.store.server().ticks()) - postgres_before;
    println!("all live again after {took:?}, {counts:?}");
    println!("CPU meanwhile: nodes {work:.1?} s, PostgreSQL {postgres:.1} s");

    let mut samples = Vec::new();
    for _ in 0..storm.afterwards / 5 {
        tokio::time::sleep(Duration::from_secs(5)).await;
        samples.push([mib(&cluster, 1), mib(&cluster, 2)]);
    }
    stop.store(true, Ordering::Relaxed);
    let written = writing.await.expect("the writer ends");
    // Whatever is on its way arrives, or the sweep brings it.
    tokio::time::sleep(Duration::from_secs(5)).await;
    counts.over.store(true, Ordering::Relaxed);
    let follows: Vec<Follows> =
        join_all(running).await.into_iter().flat_map(|done| done.expect("a client ends")).collect();
    let (missed, resets) = missed(&cluster, &follows).await;
    let items: usize = follows.iter().map(|one| one.items).sum();
    println!("\n| what | how much |\n|---|---|");
    println!("| subscribers | {feeds} on {} sockets, {} teams |", storm.sockets, storm.teams);
    println!(
        "| all live again after | {} |",
        took.map_or("never".to_owned(), |took| format!("{:.1} s", took.as_secs_f64()))
    );
    println!("| tries to connect | {} |", counts.attempts.load(Ordering::Relaxed) - attempts);
    println!("| writes meanwhile and after, items delivered | {written}, {items} |");
    println!("| items missed, doubled or out of order | {missed} |");
    println!("| feeds reset | {resets} |");
    println!(
        "| memory of the two others before, most, a minute of samples (MiB) | {before:?}, {most:?}, {samples:?} |"
    );
    println!("| CPU of the two others, of PostgreSQL while they came (s) | {work:.1?}, {postgres:.1} |");
    missed == 0 && took.is_some_and(|took| took < Duration::from_secs(storm.within))
}

/// Organisations, teams, and a person a socket; and for each organisation a manager's browser with a team to write in.
async fn people(
    cluster: &Cluster,
    storm: &Storm,
    counts: &Arc<Counts>,
    doors: &watch::Receiver<Vec<SocketAddr>>,
) -> (Vec<Client>, Vec<(String, Vec<String>)>) {
    let db = cluster.store.connect().await;
    let teams_each = storm.teams / storm.organizations;
    let (mut clients, mut managers) = (Vec::new(), Vec::new());
    for n in 0..storm.organizations {
        let practice = Practice::in_store(&cluster.store, &format!("Practice {n}")).await;
        let organization = practice.organization;
        let teams = store::add_teams(&db, organization, teams_each).await;
        let sockets = storm.sockets / storm.organizations;
        let pairs: Vec<_> = (0..sockets).map(|k| [teams[k % teams.len()], teams[(k + 7) % teams.len()]]).collect();
        let tokens = store::add_people_signed_in(&db, organization, &pairs).await;
        managers.push((
            store::add_manager_signed_in(&db, organization).await,
            teams.iter().map(ToString::to_string).collect(),
        ));
        for (token, pair) in tokens.into_iter().zip(pairs) {
            let follows = pair.map(|team| Follows {
                team: team.to_string(),
                uuid: team.0,
                organization: organization.0,
                first: 0,
                last: 0,
                cursor: None,
                items: 0,
                wrong: 0,
                resets: 0,
            });
            clients.push(Client { token, follows, counts: counts.clone(), doors: doors.clone() });
        }
    }
    db.close().await.expect("the connection closes");
    (clients, managers)
}

/// Work that goes on: tasks in any team, at the nodes that stay.
async fn writes(managers: Vec<(String, Vec<String>)>, doors: [SocketAddr; 2], stop: Arc<AtomicBool>) -> usize {
    let mut written = 0;
    let document = "mutation Write($input: CreateTaskInput!) { createTask(input: $input) { task { id } } }";
    let browsers: Vec<_> =
        managers.iter().map(|(token, teams)| (doors.map(|door| Browser::at(door).with_token(token)), teams)).collect();
    while !stop.load(Ordering::Relaxed) {
        let (at, teams) = browsers.choose(&mut rand::rng()).expect("a manager");
        let team = teams.choose(&mut rand::rng()).expect("a team");
        let input = json!({ "careTeamId": team, "kind": "OUTREACH_CALL", "title": "Call" });
        let body = json!({ "query": document, "variables": { "input": input } }).to_string();
        let browser = &at[written % 2];
        let request = browser.request(http::Method::POST, "/graphql").header("content-type", "application/json");
        if browser.try_send(request, &body).await.is_ok_and(|answer| answer.body.get("errors").is_none()) {
            written += 1;
        }
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
    written
}

/// What subscribers should have been told and were not, or were told twice; and how many had to read again.
async fn missed(cluster: &Cluster, follows: &[Follows]) -> (usize, usize) {
    let db = cluster.store.connect().await;
    let mut told: HashMap<Uuid, Vec<i64>> = HashMap::new();
    let organizations: HashSet<Uuid> = follows.iter().map(|one| one.organization).collect();
    for organization in organizations {
        let log = evidence::log(&db, "", OrganizationId(organization)).await;
        for event in &log.events {
            for team in event.before.union(&event.after) {
                if event.is_told(*team) {
                    told.entry(*team).or_default().push(event.seq);
                }
            }
        }
    }
    let none = Vec::new();
    let missed = follows.iter().map(|one| {
        let told = told.get(&one.uuid).unwrap_or(&none);
        let due = told.iter().filter(|seq| **seq > one.first).count();
        due.abs_diff(one.items) + one.wrong
    });
    (missed.sum(), follows.iter().map(|one| one.resets).sum())
}

fn mib(cluster: &Cluster, node: usize) -> u64 {
    cluster.nodes[node].memory() / 1024 / 1024
}

/// Seconds of processor time so far.
fn cpu(cluster: &Cluster, node: usize) -> f64 {
    let pid = cluster.nodes[node].pid().expect("a running node");
    seconds(postgres::ticks(&Path::new("/proc").join(pid.to_string())))
}

fn seconds(ticks: u64) -> f64 {
    ticks as f64 / 100.0
}
