//! Looks for a document that the guards admit and that holds a core for too long, on the demonstration practice.
mod document;

use crate::{Answer, Browser, Process, Sdl, Store, process::Launch, store::Kind};
use api::graphql::guard;
use async_graphql::Variables;
use clap::Args;
use document::{Grower, Known};
use rand::{SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    fmt::Write,
    fs,
    time::{Duration, Instant},
};

/// Makes documents for a while, and fails when one of those that are admitted is too slow
#[derive(Clone, Debug, Args)]
pub struct Fuzz {
    #[arg(long, default_value_t = 60)]
    pub seconds: u64,
    /// Repeats the documents of a run
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How much processor time a document may take, in milliseconds
    #[arg(long, default_value_t = 250)]
    pub most: u64,
    /// Turns the guards off, and fails when no document is found that is too slow
    #[arg(long)]
    pub unguarded: bool,
}

/// A document, and what it took.
struct Found {
    cpu: Duration,
    cost: u64,
    text: String,
}

pub async fn run(fuzz: Fuzz) -> bool {
    let store = Store::empty(Kind::Sqlite).await;
    let mut launch = Launch::on(&store.url);
    launch.depth = "error".to_owned();
    for word in ["--demo", "--limit-person", "0", "--limit-organization", "0", "--limit-address", "0"] {
        launch.arguments.push(word.to_owned());
    }
    if fuzz.unguarded {
        launch.environment.push(("FAILPOINTS".to_owned(), "guard.off=return".to_owned()));
    }
    let process = Process::launch(&launch);
    let nobody = process.stranger();
    let manager = sign_in(&nobody).await;
    let sdl = Sdl::parse(&nobody.get("/schema.graphql").await.text);
    let known = known(&manager).await;

    let bombs_hold = fuzz.unguarded || bombs(&process, &manager).await;
    let mut random = StdRng::seed_from_u64(fuzz.seed);
    let (mut made, mut admitted, mut failed) = (0_usize, 0_usize, 0_usize);
    let mut worst: Vec<Found> = Vec::new();
    let mut refusals: HashMap<String, usize> = HashMap::new();
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(fuzz.seconds) {
        made += 1;
        let grower = Grower::new(&sdl, &known, &mut random);
        let document = if made.is_multiple_of(8) { grower.mutation() } else { grower.query() };
        let Some((text, cost)) = largest(&document, fuzz.unguarded) else { continue };
        let (answer, mut cpu) = measured(&process, &manager, &text).await;
        if answer.body["data"].is_null() {
            failed += 1;
            *refusals.entry(answer.text.chars().take(160).collect()).or_default() += 1;
            continue;
        }
        admitted += 1;
        // What was cold, or something else that the program did: the same again.
        for _ in 0..3 {
            if cpu > Duration::from_millis(fuzz.most) {
                cpu = cpu.min(measured(&process, &manager, &text).await.1);
            }
        }
        worst.push(Found { cpu, cost, text });
        worst.sort_by_key(|found| std::cmp::Reverse(found.cpu));
        worst.truncate(5);
        if fuzz.unguarded && worst[0].cpu > Duration::from_millis(fuzz.most) {
            break;
        }
    }
    println!("{made} documents, {admitted} run, {failed} refused when they were; seed {}", fuzz.seed);
    for (why, count) in refusals.iter().filter(|_| failed > admitted / 10) {
        println!("  {count} times {why}");
    }
    for found in &worst {
        println!("{:7.1} ms, weighed {:6.1} ms: {}", ms(found.cpu), found.cost as f64 / 1_000.0, found.text);
    }
    let slow = worst.first().is_some_and(|found| found.cpu > Duration::from_millis(fuzz.most));
    store.drop().await;
    match (fuzz.unguarded, slow) {
        (true, true) => println!("without the guards one is found, as it should be"),
        (true, false) => println!("the guards were off, and nothing was found: this looks in the wrong places"),
        (false, true) => println!("a document that is admitted takes more than {} ms", fuzz.most),
        (false, false) => println!("none takes more than {} ms", fuzz.most),
    }
    admitted > 0 && bombs_hold && slow == fuzz.unguarded
}

/// With the largest pages that are admitted.
fn largest(document: &document::Document, unguarded: bool) -> Option<(String, u64)> {
    let mut largest = 200;
    loop {
        let text = document.sized(largest);
        if unguarded {
            return Some((text, 0));
        }
        let parsed = guard::parse(&text).ok()?;
        match guard::check(&parsed, None, &Variables::default(), true) {
            Ok(checked) => return Some((text.clone(), checked.cost)),
            Err(_) if largest > 1 => largest = largest * 2 / 3,
            Err(_) => return None,
        }
    }
}

/// Documents that grow without end when they are written out are refused as fast as any other is answered.
async fn bombs(process: &Process, manager: &Browser) -> bool {
    let doubling = |n: usize| {
        let mut text = String::from("query Bomb { viewer { ...F0 } }");
        for level in 0..n {
            write!(text, " fragment F{level} on Viewer {{ ...F{0} ...F{0} }}", level + 1).expect("text");
        }
        write!(text, " fragment F{n} on Viewer {{ isDisplay }}").expect("text");
        text
    };
    let bodies = [
        ("an ordinary document", "query Me { viewer { staff { displayName } } }".to_owned()),
        ("2^25 fields", doubling(25)),
        ("2^63 fields", doubling(63)),
        ("2^200 fields", doubling(200)),
        ("4,000 directives", format!("query D {{ viewer {{ isDisplay {} }} }}", "@aa ".repeat(4_000))),
        (
            "2,000 aliases",
            format!("query A {{ {} }}", (0..1_200).map(|n| format!("a{n}:viewer{{isDisplay}} ")).collect::<String>()),
        ),
        ("8,000 brackets", "{".repeat(8_000)),
    ];
    let mut good = true;
    for (name, text) in bodies {
        let mut least = Duration::MAX;
        for _ in 0..5 {
            least = least.min(measured(process, manager, &text).await.1);
        }
        println!("{:7.2} ms for {name}", ms(least));
        good &= least < Duration::from_millis(10);
    }
    good
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// An answer, and the processor time that the program took for it.
async fn measured(process: &Process, browser: &Browser, text: &str) -> (Answer, Duration) {
    let before = threads(process.pid());
    let answer = browser.ask(text, json!({})).await;
    let after = threads(process.pid());
    let spent = after.iter().map(|(thread, time)| time - before.get(thread).copied().unwrap_or_default()).sum();
    (answer, Duration::from_nanos(spent))
}

/// Nanoseconds on a processor so far, by thread.
fn threads(pid: u32) -> HashMap<String, u64> {
    let folder = fs::read_dir(format!("/proc/{pid}/task")).expect("a running process");
    let one = |thread: fs::DirEntry| {
        let text = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        Some((thread.file_name().to_string_lossy().into_owned(), text.split(' ').next()?.parse().ok()?))
    };
    folder.filter_map(|thread| one(thread.ok()?)).collect()
}

async fn sign_in(nobody: &Browser) -> Browser {
    let document = "mutation In($input: SignInInput!) { signIn(input: $input) { token } }";
    let (email, password) = ("manager@demo.example", api::demo::PASSWORD);
    let answer = nobody.ask(document, json!({ "input": { "email": email, "password": password } })).await;
    nobody.with_token(answer.text_at("/signIn/token"))
}

async fn known(manager: &Browser) -> Known {
    let document = "query Known { viewer { careTeams { id members { staff { id } } } }
      patients(first: 50) { nodes { id } } tasks(first: 50) { nodes { id } } }";
    let answer = manager.ask(document, json!({})).await;
    let ids = |list: &Value| -> Vec<String> {
        list.as_array().into_iter().flatten().filter_map(|one| one["id"].as_str().map(str::to_owned)).collect()
    };
    let teams = answer.at("/viewer/careTeams");
    let staff = teams.as_array().into_iter().flatten().flat_map(|team| team["members"].as_array().cloned());
    let staff = staff.flatten().filter_map(|member| member["staff"]["id"].as_str().map(str::to_owned));
    let known = Known {
        team: ids(teams),
        patient: ids(answer.at("/patients/nodes")),
        task: ids(answer.at("/tasks/nodes")),
        staff: staff.collect(),
    };
    assert!(!known.team.is_empty() && !known.patient.is_empty() && !known.task.is_empty());
    known
}
