//! Documents that would cost too much are refused before anything of them runs. What is asserted is the code: a
//! document that got past the guard would keep this machine busy for longer than a test may take.
use serde_json::json;
use std::{fmt::Write, time::Duration};
use tests::{Answer, Kind, Kit, Person};

async fn ask(person: &Person, document: &str) -> Answer {
    let answer = tokio::time::timeout(Duration::from_secs(10), person.ask(document, json!({}))).await;
    let answer =
        answer.unwrap_or_else(|_| panic!("no answer within ten seconds: {}", &document[..200.min(document.len())]));
    assert!(answer.text.len() < 10_000, "a refusal of {} bytes", answer.text.len());
    answer
}

async fn ana() -> (Kit, Person) {
    let kit = Kit::start(Kind::Sqlite).await;
    let ana = kit.nurse("Ana", "Cedar").await;
    (kit, ana)
}

/// Each fragment spreads the next one twice: two to the power of `n` fields in a kilobyte.
fn bomb(n: usize) -> String {
    let mut text = String::from("query Bomb { viewer { ...F0 } }");
    for level in 0..n {
        write!(text, " fragment F{level} on Viewer {{ ...F{} ...F{} }}", level + 1, level + 1).unwrap();
    }
    write!(text, " fragment F{n} on Viewer {{ isDisplay }}").unwrap();
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fragment_bomb_is_too_complex() {
    let (kit, ana) = ana().await;

    assert_eq!(ask(&ana, &bomb(3)).await.at("/viewer/isDisplay"), false);
    for n in [18, 25, 60, 200] {
        assert_eq!(ask(&ana, &bomb(n)).await.code(), "TOO_COMPLEX", "{n} levels");
    }
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_circle_of_fragments_is_refused() {
    let (kit, ana) = ana().await;

    let own = "query C { viewer { ...A } } fragment A on Viewer { isDisplay ...A }";
    let two = "query C { viewer { ...A } } fragment A on Viewer { ...B } fragment B on Viewer { ...A }";

    for circle in [own, two] {
        let answer = ask(&ana, circle).await;
        assert_eq!(answer.code(), "BAD_USER_INPUT", "{answer}");
        assert_eq!(answer.body.get("data"), None);
    }
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_nested_too_deeply_is_too_complex() {
    let (kit, ana) = ana().await;
    let nested = |levels: usize| {
        let inside = "patients(first: 1) { nodes { careTeam { ".repeat(levels);
        format!("query Deep {{ careTeams(first: 1) {{ nodes {{ {inside} id {} }} }} }}", "} } }".repeat(levels))
    };

    assert!(ask(&ana, &nested(1)).await.body.get("errors").is_none());
    for levels in [4, 30, 300] {
        assert_eq!(ask(&ana, &nested(levels)).await.code(), "TOO_COMPLEX", "{levels} levels");
    }
    let brackets = format!("query B {{ careTeam(id: {}1{}) {{ id }} }}", "[".repeat(5_000), "]".repeat(5_000));
    assert_eq!(ask(&ana, &brackets).await.code(), "TOO_COMPLEX");
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_names_for_one_field_are_too_complex() {
    let (kit, ana) = ana().await;
    let aliases = |n: usize, field: &str| (0..n).map(|n| format!("a{n}: {field} ")).collect::<String>();

    let viewers = format!("query V {{ {} }}", aliases(51, "viewer { isDisplay }"));
    let inside = format!("query V {{ viewer {{ {} }} }}", aliases(1_400, "isDisplay"));
    let guesses = aliases(11, "signIn(input: { email: \"a@b.example\", password: \"x\" }) { token }");

    assert_eq!(ask(&ana, &viewers).await.code(), "TOO_COMPLEX");
    assert_eq!(ask(&ana, &format!("mutation G {{ {guesses} }}")).await.code(), "TOO_COMPLEX", "guessing by aliases");
    let fields = ask(&ana, &inside).await;
    assert!(fields.body.get("errors").is_none() || fields.code() == "TOO_COMPLEX", "{fields}");
    let more = format!("query V {{ viewer {{ {} }} }}", "isDisplay ".repeat(2_100));
    assert_eq!(ask(&ana, &more[..]).await.code(), "TOO_COMPLEX");
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_within_pages_are_bounded_by_what_they_could_bring() {
    let (kit, ana) = ana().await;

    let modest = "query P { patients(first: 50) { nodes { tasks(first: 10) { nodes { id } } } } }";
    let greedy = "query P { patients(first: 200) { nodes { tasks(first: 200) { nodes { comments(first: 200) { totalCount } } } } } }";
    let hidden = "query P($n: Int) { patients(first: $n) { nodes { tasks(first: $n) { nodes { history(first: $n) { totalCount } } } } } }";

    assert!(ask(&ana, modest).await.body.get("errors").is_none());
    assert_eq!(ask(&ana, greedy).await.code(), "TOO_COMPLEX");
    let answer = ana.ask(hidden, json!({ "n": 200 })).await;
    assert_eq!(answer.code(), "TOO_COMPLEX", "{answer}");
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn thousands_of_directives_are_refused() {
    let (kit, ana) = ana().await;

    for directive in ["@include(if: true) ", "@nothing "] {
        for n in [600, 1_500] {
            let document = format!("query D {{ viewer {{ isDisplay {} }} }}", directive.repeat(n));
            let answer = ask(&ana, &document).await;
            assert!(["TOO_COMPLEX", "BAD_USER_INPUT"].contains(&answer.code()), "{answer}");
            assert_eq!(answer.body.get("data"), None);
        }
    }
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_document_is_too_complex_and_a_large_body_is_413() {
    let (kit, ana) = ana().await;
    let long = format!("query L {{ viewer {{ isDisplay }} }} # {}", "x".repeat(20_000));
    let large = json!({ "query": "{ viewer { isDisplay } }", "variables": { "x": "x".repeat(1_000_000) } });

    assert_eq!(ask(&ana, &long).await.code(), "TOO_COMPLEX");
    assert_eq!(ana.browser.post(&large).await.status, 413);
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_has_the_same_bounds() {
    let (kit, ana) = ana().await;
    let mut socket = ana.socket().await;

    socket.subscribe("1", &bomb(25), json!({})).await;

    let message = socket.next().await.json();
    assert_eq!(message["type"], "error");
    assert_eq!(message["payload"][0]["extensions"]["code"], "TOO_COMPLEX");
    kit.end().await;
}
