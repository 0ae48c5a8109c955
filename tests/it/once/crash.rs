//! A server that dies between COMMIT and its answer: the retry finds the work done, and does not do it again.
use entity::{ids::TaskId, task_history::TaskAction};
use futures_util::future::join_all;
use rand::Rng;
use serde_json::{Value, json};
use std::{
    net::SocketAddr,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};
use tests::{Answer, Browser, Kind, Person, Practice, Process, Store, store};

const ROUNDS: usize = 3;
const PEOPLE: usize = 6;

/// Sends a mutation to a server that may die. No answer, or half of one, is none.
async fn sends(person: &Person, mutation: &str, input: &Value) -> Option<Answer> {
    let (first, rest) = mutation.split_at(1);
    let outcome = if mutation == "claimTask" { "outcome" } else { "" };
    let document = format!(
        "mutation Work($input: {}{rest}Input!) {{ {mutation}(input: $input) {{ {outcome} task {{ id }} }} }}",
        first.to_uppercase()
    );
    let body = json!({ "query": document, "variables": { "input": input } }).to_string();
    let request = person.browser.request(http::Method::POST, "/graphql").header("content-type", "application/json");
    let answer = person.browser.try_send(request, &body).await.ok()?;
    answer.body.pointer(&format!("/data/{mutation}/task/id")).is_some().then_some(answer)
}

/// What somebody was doing when the server died, each under its name.
#[derive(Default)]
struct Work {
    made: Vec<String>,
    answered: Option<(Value, Answer)>,
    unanswered: Option<(&'static str, Value)>,
}

/// Makes tasks and claims each, until the server is gone.
async fn works(person: &Person, team: &str, done: &AtomicUsize) -> Work {
    let mut work = Work::default();
    loop {
        let name = uuid::Uuid::new_v4().to_string();
        let new = json!({ "careTeamId": team, "kind": "RECALL", "title": name, "clientMutationId": name });
        let Some(made) = sends(person, "createTask", &new).await else {
            work.unanswered = Some(("createTask", new));
            return work;
        };
        let task = made.text_at("/createTask/task/id");
        work.made.push(task.clone());
        work.answered = Some((new, made));
        let claim = json!({ "taskId": task, "clientMutationId": format!("claim {name}") });
        if sends(person, "claimTask", &claim).await.is_none() {
            work.unanswered = Some(("claimTask", claim));
            return work;
        }
        done.fetch_add(1, Ordering::Relaxed);
    }
}

/// The same person, in the same session, at another server.
fn at(person: &Person, address: SocketAddr) -> Person {
    Person { browser: Browser::at(address).with_token(person.token()), ..person.clone() }
}

async fn a_retry_against_the_next_server_does_what_was_asked_once(kind: Kind) {
    let store = Store::migrated(kind).await;
    let mut practice = Practice::in_store(&store, "Practice").await;
    let team = practice.team("Cedar").await;
    let process = Process::start(&store.url, &[]);
    practice = practice.served_at(process.address);
    let mut people = Vec::new();
    for n in 0..PEOPLE {
        people.push(practice.nurse(&format!("Nurse {n}"), "Cedar").await);
    }
    process.kill();
    let db = store.connect().await;
    let (mut made, mut found_done) = (0, 0);

    for _ in 0..ROUNDS {
        let process = Process::start(&store.url, &[]);
        let people_now: Vec<Person> = people.iter().map(|person| at(person, process.address)).collect();
        let (done, enough) = (AtomicUsize::new(0), rand::rng().random_range(5..40));
        let killing = async {
            // Once the work is going, at a moment that nobody chose.
            let going = async {
                while done.load(Ordering::Relaxed) < enough {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            };
            tokio::time::timeout(Duration::from_secs(20), going).await.expect("the work goes on");
            tokio::time::sleep(Duration::from_micros(rand::rng().random_range(0..20_000))).await;
            tokio::task::spawn_blocking(move || process.kill()).await.unwrap();
        };
        let (works, ()) = tokio::join!(join_all(people_now.iter().map(|person| works(person, &team, &done))), killing);
        let before: Vec<TaskId> = store::tasks(&db, practice.organization).await.iter().map(|task| task.id).collect();

        let next = Process::start(&store.url, &[]);
        for (person, mut work) in people.iter().zip(works) {
            let person = at(person, next.address);
            let (mutation, input) = work.unanswered.take().expect("everybody was at work");
            // The answer that came might as well have been lost.
            if let Some((new, first)) = &work.answered {
                let again = sends(&person, "createTask", new).await.expect("the next server answers");
                assert_eq!(again.data(), first.data());
            }
            let retried = sends(&person, mutation, &input).await.expect("the next server answers");
            let task = retried.text_at(&format!("/{mutation}/task/id"));
            if mutation == "createTask" {
                found_done += usize::from(before.contains(&task.parse().unwrap()));
                work.made.push(task);
            } else {
                assert_eq!(retried.at("/claimTask/outcome"), "CLAIMED");
            }
            made += work.made.len();
        }
        next.kill();
    }

    let (tasks, history) =
        (store::tasks(&db, practice.organization).await, store::history(&db, practice.organization).await);
    assert_eq!(tasks.len(), made, "each thing that was asked for is there once");
    let mut titles: Vec<&String> = tasks.iter().map(|task| &task.title).collect();
    titles.sort();
    titles.dedup();
    assert_eq!(titles.len(), tasks.len());
    for task in &tasks {
        let claims = history.iter().filter(|entry| entry.task_id == task.id && entry.action == TaskAction::Claimed);
        assert_eq!(claims.count(), usize::from(task.claimed_by.is_some()), "{} was claimed once at most", task.id);
    }
    println!("{made} tasks made over {ROUNDS} kills on {kind:?}; {found_done} retries found theirs there already");
    db.close().await.unwrap();
    store.drop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retry_against_the_next_server_does_what_was_asked_once_on_sqlite() {
    a_retry_against_the_next_server_does_what_was_asked_once(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retry_against_the_next_server_does_what_was_asked_once_on_postgres() {
    a_retry_against_the_next_server_does_what_was_asked_once(Kind::Postgres).await;
}
