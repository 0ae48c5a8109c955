//! Documents that would cost too much, and documents that nobody registered.
use api::{Config, config::Budgets};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::{fmt::Write, fs, time::Duration};
use tests::{Answer, Browser, Kind, Kit, kit};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Long before a document could have run that ought not to.
const QUICK: Duration = Duration::from_secs(10);

async fn kit_with(config: Config) -> Kit {
    Kit::start_with(Kind::Sqlite, api::Clock::set_to(kit::morning()), config).await
}

async fn registered_only() -> Kit {
    kit_with(Config { free_documents: false, explorer: false, ..kit::config() }).await
}

async fn refused(browser: &Browser, body: &Value, code: &str) -> Answer {
    let answer = tokio::time::timeout(QUICK, browser.post(body)).await.expect("an answer at once");
    assert!(answer.text.len() < 10_000, "a refusal of {} bytes", answer.text.len());
    assert_eq!(answer.code(), code, "{answer}");
    assert_eq!(answer.body.get("data"), None, "{answer}");
    answer
}

fn aliases(n: usize, field: &str) -> String {
    (0..n).fold(String::new(), |mut text, n| {
        write!(text, "a{n}: {field} ").unwrap();
        text
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn case_07_guesses_by_aliases_and_fragments_are_refused() {
    let kit = Kit::start(Kind::Sqlite).await;
    let guess = "signIn(input: { email: \"a@b.example\", password: \"x\" }) { token }";

    for document in [
        format!("mutation G {{ {} }}", aliases(100, guess)),
        format!("mutation G {{ ...F }} fragment F on Mutation {{ {} }}", aliases(11, guess)),
        format!("mutation G {{ ... on Mutation {{ {} }} }}", aliases(100, guess)),
    ] {
        refused(&kit.stranger(), &json!({ "query": document }), "TOO_COMPLEX").await;
    }
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn case_56_57_58_59_what_grows_without_end_is_refused() {
    let kit = Kit::start(Kind::Sqlite).await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let mut wide = String::from("query W { viewer { ...F0 } }");
    for level in 0..6 {
        let next = format!("...F{} ", level + 1).repeat(20);
        write!(wide, " fragment F{level} on Viewer {{ {next} }}").unwrap();
    }
    wide.push_str(" fragment F6 on Viewer { isDisplay }");
    let cyclic = "careTeam { patients(first: 1) { nodes { ".repeat(4);
    let cyclic = format!("query D {{ patients(first: 1) {{ nodes {{ {cyclic} id {} }} }} }}", "} } }".repeat(4));
    let hidden = format!("query H {{ viewer {{ isDisplay }} }} # \" \n query I {}", "{ a".repeat(4_000));

    for document in [
        cyclic,
        hidden,
        wide,
        format!("query A {{ {} }}", aliases(2_000, "viewer{isDisplay}")),
        format!("query A {{ viewer {{ {} }} }}", aliases(101, "isDisplay")),
        format!("query A {{ viewer {{ isDisplay {} }} }}", "@aa ".repeat(4_000)),
        format!("query A {{ viewer {{ isDisplay {} }} }}", "@aa ".repeat(60)),
    ] {
        refused(&ana.browser, &json!({ "query": document }), "TOO_COMPLEX").await;
    }
    let many = format!("query A {{ viewer {{ isDisplay {} }} }}", "@skip(if: false) ".repeat(200_000));
    let answer = ana.browser.post(&json!({ "query": many })).await;
    assert!(answer.status == 413 && answer.text.len() < 10_000, "{}", answer.status);
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn case_61_the_size_of_a_page_is_capped_and_counts() {
    let kit = Kit::start(Kind::Sqlite).await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let plain = "query P($n: Int) { patients(first: $n) { nodes { id } } }";
    let twice = "query P($n: Int) { patients(first: $n) { nodes { tasks(first: $n) { nodes { id title } } } } }";

    for n in [json!(100_000), json!(2_147_483_647), Value::Null] {
        assert!(ana.ask(plain, json!({ "n": n })).await.at("/patients/nodes").is_array(), "{n}");
    }
    assert!(ana.ask("query P { patients { nodes { id } } }", json!({})).await.at("/patients/nodes").is_array());
    for n in [json!(-1), json!(2_147_483_648_u64), json!("x")] {
        assert_eq!(ana.ask(plain, json!({ "n": n })).await.code(), "BAD_USER_INPUT", "{n}");
    }
    for n in [json!(100_000), json!(2_147_483_647), json!(-1), json!(1.5), Value::Null] {
        refused(&ana.browser, &json!({ "query": twice, "variables": { "n": n } }), "TOO_COMPLEX").await;
    }
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn case_62_values_without_end_are_refused() {
    let kit = Kit::start(Kind::Sqlite).await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let document = "query P($f: PatientFilter) { patients(filter: $f) { totalCount } }";
    let deep = |n: usize| (0..n).fold(json!(1), |inner, _| json!([inner]));
    let many: serde_json::Map<_, _> = (0..10_000).map(|n| (format!("v{n}"), json!(1))).collect();

    for variables in [
        json!({ "f": deep(20) }),
        json!({ "f": { "status": vec!["STABLE"; 300] } }),
        json!({ "f": { "search": "x".repeat(100_000) } }),
        Value::Object(many),
    ] {
        refused(&ana.browser, &json!({ "query": document, "variables": variables }), "TOO_COMPLEX").await;
    }
    let literal = format!("query P {{ patients(filter: {{ status: [{}] }}) {{ totalCount }} }}", "STABLE ".repeat(300));
    refused(&ana.browser, &json!({ "query": literal }), "TOO_COMPLEX").await;
    // Deeper than JSON is read at all, and longer than a body may be.
    let text = format!("{{\"query\":\"{{a}}\",\"variables\":{{\"f\":{}1{}}}}}", "[".repeat(5_000), "]".repeat(5_000));
    assert_eq!(ana.browser.post_text(&text, "application/json").await.status, 400);
    // Nobody waits for a body that is announced as too long.
    let mut line = TcpStream::connect(kit.address).await.unwrap();
    let head =
        "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10000000\r\n\r\n";
    line.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    tokio::time::timeout(QUICK, line.read_exact(&mut answer)).await.expect("an answer at once").unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn case_63_the_schema_is_not_told_where_documents_are_registered() {
    let kit = registered_only().await;
    let program = kit.integration("Warehouse").await;
    let asks = |document: &str| json!({ "query": document });

    for document in [
        "{ __schema { types { name } } }",
        "query I { ...F } fragment F on Query { __type(name: \"Patient\") { fields { name } } }",
        "query I { viewer { isDisplay } ,,, __schema\n,{ queryType,{ name } } }",
        "query I { ... on Query { x: __schema { queryType { name } } } }",
    ] {
        refused(&program, &asks(document), "BAD_USER_INPUT").await;
    }
    // A name that is nearly one of ours brings no hint.
    for document in
        ["{ viewr { isDisplay } }", "{ viewer { isDisplai } }", "query P { patients(frist: 1) { totalCount } }"]
    {
        let answer = refused(&program, &asks(document), "BAD_USER_INPUT").await;
        assert!(!answer.text.contains("id you mean"), "{answer}");
    }
    assert_eq!(program.ask("{ __typename viewer { isDisplay } }", json!({})).await.at("/__typename"), "Query");
    kit.end().await;
}

/// What the dashboard sends, as it was built into this program.
fn documents() -> serde_json::Map<String, Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../web/dist/documents.json");
    let text = fs::read_to_string(path).expect("the dashboard is built: make web");
    serde_json::from_str(&text).expect("documents by their id")
}

fn id_of(named: &str) -> (String, String) {
    let found = documents().into_iter().find(|(_, text)| text.as_str().is_some_and(|text| text.contains(named)));
    let (id, text) = found.unwrap_or_else(|| panic!("no document with {named}"));
    (id, text.as_str().unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn case_67_only_registered_documents_are_run() {
    let kit = registered_only().await;
    let viewer = id_of("query WhoAmI");
    let program = kit.integration("Warehouse").await;
    let nobody = kit.stranger();
    let (id, text) = (&viewer.0, &viewer.1);
    let hash = id.trim_start_matches("sha256:");

    let known = nobody.post(&json!({ "documentId": id })).await;
    assert_eq!(known.code(), "UNAUTHENTICATED", "it is run, and says who asks first: {known}");
    for body in [
        json!({ "query": text }),
        json!({ "query": "mutation { signOut }" }),
        json!({ "documentId": format!("sha256:{}", "0".repeat(64)) }),
        json!({ "documentId": hash }),
        json!({ "documentId": id.to_uppercase() }),
        // With a text beside it: this one's, another's, and as other servers let clients register theirs.
        json!({ "documentId": id, "query": text }),
        json!({ "documentId": id, "query": "{ viewer { isDisplay } }" }),
        json!({ "query": text, "extensions": { "persistedQuery": { "version": 1, "sha256Hash": hash } } }),
    ] {
        let answer = refused(&nobody, &body, "BAD_USER_INPUT").await;
        assert_eq!(answer.field(), "documentId", "{answer}");
    }
    let registration = json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": hash } } });
    assert_eq!(nobody.post(&registration).await.status, 400);
    assert_eq!(nobody.get(&format!("/graphql?documentId={id}")).await.code(), "UNAUTHENTICATED");
    assert_eq!(nobody.get("/documents.json").await.status, 404);
    // A program with a token is no browser.
    assert_eq!(program.ask("{ viewer { isDisplay } }", json!({})).await.at("/viewer/isDisplay"), false);
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn case_67_a_socket_runs_registered_documents_and_no_others() {
    let kit = registered_only().await;
    let (sign_in, _) = id_of("mutation SignIn");
    let (feed, _) = id_of("subscription TeamFeed");
    let cedar = kit.team("Cedar").await;
    let (_, email) = kit.hires("Ana", entity::staff::StaffRole::Nurse, &["Cedar"]).await;
    let input = json!({ "email": email, "password": kit::PASSWORD });
    let nobody = kit.stranger();
    let signed_in = nobody.post(&json!({ "documentId": sign_in, "variables": { "input": input, "email": email, "password": kit::PASSWORD } })).await;
    assert!(signed_in.data().is_object(), "{signed_in}");
    let cookie = signed_in.header("set-cookie").split(';').next().unwrap().to_owned();

    let headers = [("sec-websocket-protocol", tests::socket::PROTOCOL), ("cookie", cookie.as_str())];
    let (mut socket, _) = tests::Socket::connect_with(kit.address, &headers).await.unwrap();
    socket.send(json!({ "type": "connection_init" })).await;
    assert_eq!(socket.next().await.json()["type"], "connection_ack");
    socket.subscribe("free", tests::socket::FEED, json!({ "team": cedar })).await;
    let refused = socket.next().await.json();
    assert_eq!(refused["payload"][0]["extensions"]["field"], "documentId", "{refused}");
    let payload = json!({ "query": "", "documentId": feed, "variables": { "team": cedar, "after": null } });
    socket.send(json!({ "id": "known", "type": "subscribe", "payload": payload })).await;
    let opened = socket.next().await.json();
    assert_eq!(opened["payload"]["data"]["teamFeed"]["__typename"], "FeedOpened", "{opened}");
    kit.end().await;
}

/// The dashboard needs no more than half of what a document may cost.
#[test]
fn every_document_of_the_dashboard_is_admitted_with_room() {
    use api::graphql::guard;
    let documents = documents();
    assert!(documents.len() > 20, "{}", documents.len());
    for (id, text) in &documents {
        let text = text.as_str().unwrap();
        let parsed = guard::parse(text).unwrap_or_else(|error| panic!("{id}: {error:?}: {text}"));
        let checked = guard::check(&parsed, None, &async_graphql::Variables::default(), false);
        let cost = checked.unwrap_or_else(|error| panic!("{error}: {text}")).cost;
        println!(
            "{cost:7} {}",
            text.split(['(', '{'])
                .find(|part| part.contains("query ") || part.contains("mutation ") || part.contains("subscription "))
                .unwrap_or_default()
        );
        assert!(cost <= guard::COST * 6 / 10, "{cost} of {}: {text}", guard::COST);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_66_work_is_limited_by_what_it_costs_over_http_and_sockets_together() {
    let budgets = Budgets { person: Some(10), organization: Some(20), address: None };
    let kit = kit_with(Config { budgets, ..kit::config() }).await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let dear =
        "query D { patients(first: 200) { nodes { displayName careTeam { name } tasks(first: 2) { nodes { id } } } } }";
    let cheap = "query C { viewer { isDisplay } }";

    let spend = async |person: &tests::Person| {
        for n in 0..50 {
            let answer = person.ask(dear, json!({})).await;
            if answer.status == 429 {
                return (n, answer);
            }
            answer.data();
        }
        panic!("it is never enough")
    };
    let (asked, limited) = spend(&ana).await;
    assert!((1..20).contains(&asked), "{asked}");
    assert_eq!(limited.code(), "RATE_LIMITED");
    let seconds = limited.error()["extensions"]["retryAfter"].as_u64().unwrap();
    assert_eq!((limited.header("retry-after"), seconds > 0), (seconds.to_string().as_str(), true));
    // The same person, in another session and over a socket.
    let mut socket = ana.socket().await;
    socket.subscribe("1", dear, json!({})).await;
    let message = socket.next().await.json();
    assert_eq!(message["payload"][0]["extensions"]["code"], "RATE_LIMITED", "{message}");
    // What is cheap costs little, and what is Ana's is not Ben's.
    ben.ask(cheap, json!({})).await.data();
    spend(&ben).await;
    let others = ["Cleo", "Dan", "Eva", "Finn", "Gus"].map(|name| kit.nurse(name, "Cedar"));
    let spent = join_all(join_all(others).await.iter().map(spend)).await;
    assert!(spent.iter().any(|(asked, _)| *asked == 0), "the organization's budget is spent as well");
    let (elm, ivy) = {
        let elm = kit.practice("Elm").await;
        let ivy = elm.nurse("Ivy", "Oak").await;
        (elm, ivy)
    };
    ivy.ask(dear, json!({})).await.data();
    drop(elm);
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn case_66_who_is_nobody_is_limited_by_address() {
    let budgets = Budgets { address: Some(20), ..Budgets::default() };
    let kit = kit_with(Config { budgets, ..kit::config() }).await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let guesser = kit.stranger().with_token("hdl_nothing");

    let mut asked = 0;
    let limited = loop {
        let answer = guesser.ask("{ viewer { isDisplay } }", json!({})).await;
        if answer.code() == "RATE_LIMITED" {
            break answer;
        }
        assert_eq!(answer.code(), "UNAUTHENTICATED");
        asked += 1;
        assert!(asked < 200, "unknown tokens cost nothing");
    };
    assert_eq!(limited.status, 429);
    assert_eq!(ana.ask("{ viewer { isDisplay } }", json!({})).await.at("/viewer/isDisplay"), false);
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn case_68_what_needs_no_sign_in_cannot_be_asked_a_thousand_times_at_once() {
    let kit = Kit::start(Kind::Sqlite).await;

    for document in [
        format!("{{ {} }}", aliases(1_000, "__typename")),
        format!("{{ {} }}", aliases(1_000, "viewer{__typename}")),
        format!("{{ {} }}", aliases(51, "__schema{queryType{name}}")),
    ] {
        refused(&kit.stranger(), &json!({ "query": document }), "TOO_COMPLEX").await;
    }
    kit.end().await;
}
