//! A server that dies between COMMIT and its answer: the retry finds the work done, and does not do it again.
use serde_json::{Value, json};
use std::time::Duration;
use tests::{Browser, Kind, Person, Practice, Process, Store, process::Launch, store};

/// The same person, in the same session, at another server.
fn at(person: &Person, server: &Process) -> Person {
    Person { browser: Browser::at(server.address).with_token(person.token()), ..person.clone() }
}

async fn send(person: &Person, mutation: &str, input: &Value) -> Result<tests::Answer, String> {
    let (first, rest) = mutation.split_at(1);
    let outcome = if mutation == "claimTask" { "outcome" } else { "" };
    let shown = "clientMutationId task { id version status comments(first: 10) { totalCount } }";
    let document = format!(
        "mutation Work($input: {}{rest}Input!) {{ {mutation}(input: $input) {{ {outcome} {shown} }} }}",
        first.to_uppercase()
    );
    let body = json!({ "query": document, "variables": { "input": input } }).to_string();
    let request = person.browser.request(http::Method::POST, "/graphql").header("content-type", "application/json");
    person.browser.try_send(request, &body).await
}

async fn a_retry_after_a_death_behind_commit_finds_the_work_done_once(kind: Kind) {
    let store = Store::migrated(kind).await;
    let healthy = || Process::start(&store.url, &[]);
    let practice = Practice::in_store(&store, "Practice").await;
    let process = healthy();
    let practice = practice.served_at(process.address);
    let (team, ana) = (practice.team("Cedar").await, practice.nurse("Ana", "Cedar").await);
    let task = ana.creates(&team, "Call").await;
    process.kill();
    let db = store.connect().await;
    let acts = [
        ("createTask", json!({ "careTeamId": team, "kind": "RECALL", "title": "Recall" })),
        ("addTaskComment", json!({ "taskId": task, "text": "no answer" })),
        ("claimTask", json!({ "taskId": task })),
    ];

    for (mutation, mut input) in acts {
        input["clientMutationId"] = json!(mutation);
        let before = store::head(&db, practice.organization).await.seq;
        let mut dying = Launch::on(&store.url);
        dying.environment.push(("FAILPOINTS".to_owned(), "tx.after-commit=return".to_owned()));
        let process = Process::launch(&dying);
        let unanswered = send(&at(&ana, &process), mutation, &input).await;
        assert!(unanswered.is_err(), "{mutation} was answered: {unanswered:?}");
        let (status, _) = process.wait(Duration::from_secs(30));
        assert!(!status.success(), "the server died of {mutation}");
        let done = store::head(&db, practice.organization).await.seq;
        assert_eq!(done, before + 1, "{mutation} was committed");

        let process = healthy();
        let first = send(&at(&ana, &process), mutation, &input).await.expect("the next server answers");
        let second = send(&at(&ana, &process), mutation, &input).await.expect("and again");
        process.kill();

        assert_eq!(first.data(), second.data(), "{mutation}");
        if mutation == "claimTask" {
            assert_eq!(first.at("/claimTask/outcome"), "CLAIMED");
            assert_eq!(first.at("/claimTask/task/comments/totalCount"), 1, "the comment is there once");
        }
        assert_eq!(store::head(&db, practice.organization).await.seq, done, "{mutation} was done once");
    }
    assert_eq!(store::tasks(&db, practice.organization).await.len(), 2);
    db.close().await.unwrap();
    store.drop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retry_after_a_death_behind_commit_finds_the_work_done_once_on_sqlite() {
    a_retry_after_a_death_behind_commit_finds_the_work_done_once(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retry_after_a_death_behind_commit_finds_the_work_done_once_on_postgres() {
    a_retry_after_a_death_behind_commit_finds_the_work_done_once(Kind::Postgres).await;
}
