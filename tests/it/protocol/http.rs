//! GraphQL over HTTP, by the working draft of that name.
use ::http::{Method, header};
use serde_json::{Value, json};
use tests::{Answer, Browser, Kind, Kit, Person};

const GRAPHQL_JSON: &str = "application/graphql-response+json";

async fn ana() -> (Kit, Person) {
    let kit = Kit::start(Kind::Sqlite).await;
    let ana = kit.nurse("Ana", "Cedar").await;
    (kit, ana)
}

async fn accepting(browser: &Browser, accept: &str, body: &Value) -> Answer {
    let request = browser.request(Method::POST, "/graphql").header(header::CONTENT_TYPE, "application/json");
    browser.send(request.header(header::ACCEPT, accept), &body.to_string()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_comes_in_the_media_type_that_was_asked_for() {
    let (kit, ana) = ana().await;
    let query = json!({ "query": "{ viewer { isDisplay } }" });

    for (accept, given) in [
        ("application/json", "application/json; charset=utf-8"),
        (GRAPHQL_JSON, "application/graphql-response+json; charset=utf-8"),
        ("*/*", "application/json; charset=utf-8"),
        (
            "text/html, application/graphql-response+json;q=0.9, */*;q=0.1",
            "application/graphql-response+json; charset=utf-8",
        ),
    ] {
        let answer = accepting(&ana.browser, accept, &query).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, given), "{accept}");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    assert_eq!(accepting(&ana.browser, "text/html", &query).await.status, 406);
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_run_is_400_without_data_in_the_protocols_own_media_type() {
    let (kit, ana) = ana().await;

    for query in [
        "{",
        "{ nothing }",
        "query A { viewer { isDisplay } } query B { viewer { isDisplay } }",
        "{ careTeam(id: 1.5) { id } }",
    ] {
        let answer = accepting(&ana.browser, GRAPHQL_JSON, &json!({ "query": query })).await;
        assert_eq!(answer.status, 400, "{query}: {answer}");
        assert_eq!(answer.body.get("data"), None, "{query}");
        assert_eq!(answer.code(), "BAD_USER_INPUT", "{query}");
        let plain = accepting(&ana.browser, "application/json", &json!({ "query": query })).await;
        assert_eq!(plain.status, 200, "{query}: clients of plain JSON expect 200");
        assert_eq!(plain.body.get("data"), None, "{query}");
    }
    let variables = json!({ "query": "query T($id: ID!) { task(id: $id) { id } }", "variables": { "id": null } });
    assert_eq!(accepting(&ana.browser, GRAPHQL_JSON, &variables).await.status, 400);
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ran_and_failed_is_200_with_data() {
    let (kit, ana) = ana().await;
    let id = entity::ids::TaskId::generate().to_string();
    let query = json!({ "query": "query T($id: ID!) { task(id: $id) { id } }", "variables": { "id": id } });

    let answer = accepting(&ana.browser, GRAPHQL_JSON, &query).await;

    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["data"], json!({ "task": null }));
    assert_eq!((answer.code(), &answer.error()["path"]), ("NOT_FOUND", &json!(["task"])));
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_may_come_by_get_and_a_mutation_may_not() {
    let (kit, ana) = ana().await;
    let cedar = kit.team("Cedar").await;
    let task = ana.creates(&cedar, "Call").await;

    let query = ana.browser.get("/graphql?query=%7Bviewer%7BisDisplay%7D%7D").await;
    let claim = format!("/graphql?query=mutation%7BclaimTask(input:%7BtaskId:%22{task}%22%7D)%7Boutcome%7D%7D");
    let mutation = ana.browser.get(&claim).await;
    let named = "/graphql?query=query%20A%7Bviewer%7BisDisplay%7D%7D%20mutation%20B%7BsignOut%7D&operationName=B";
    let hidden = ana.browser.get(named).await;

    assert_eq!((query.status, query.at("/viewer/isDisplay")), (200, &json!(false)));
    assert_eq!((mutation.status, mutation.header("allow")), (405, "POST"));
    assert_eq!(hidden.status, 405);
    assert_eq!(ana.reads_task(&task).await.at("/task/status"), "READY", "and it did nothing");
    for path in [
        "/graphql",
        "/graphql?query=%7Bviewer%7BisDisplay%7D%7D&variables=7",
        "/graphql?query=subscription%7BteamFeed(careTeamId:1)%7Bat%7D%7D",
    ] {
        assert_eq!(ana.browser.get(path).await.status, 400, "{path}");
    }
    kit.end().await;
}

/// A form of another site can send these without asking first.
#[tokio::test(flavor = "multi_thread")]
async fn only_json_is_taken() {
    let (kit, ana) = ana().await;
    let cedar = kit.team("Cedar").await;
    let task = ana.creates(&cedar, "Call").await;
    let document = format!("mutation {{ claimTask(input: {{ taskId: \"{task}\" }}) {{ outcome }} }}");
    let body = json!({ "query": document }).to_string();

    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "",
    ] {
        let answer = ana.browser.post_text(&body, content_type).await;
        assert_eq!(answer.status, 415, "{content_type:?}: {answer}");
    }
    let untyped = ana.browser.send(ana.browser.request(Method::POST, "/graphql"), &body).await;
    assert_eq!(untyped.status, 415);
    assert_eq!(ana.reads_task(&task).await.at("/task/status"), "READY");
    assert_eq!(ana.browser.post_text(&body, "application/json; charset=utf-8").await.status, 200);
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_no_request_is_400() {
    let (kit, ana) = ana().await;
    let query = "{ viewer { isDisplay } }";

    for body in [
        "".to_owned(),
        "{".to_owned(),
        "7".to_owned(),
        json!({ "operationName": "A" }).to_string(),
        json!({ "query": 7 }).to_string(),
        json!({ "query": query, "variables": "x" }).to_string(),
        json!({ "query": query, "variables": [1] }).to_string(),
        json!({ "query": query, "operationName": 7 }).to_string(),
        json!({ "query": query, "extensions": "x" }).to_string(),
        // A batch.
        json!([{ "query": query }, { "query": query }]).to_string(),
    ] {
        let answer = ana.browser.post_text(&body, "application/json").await;
        assert_eq!(answer.status, 400, "{body}: {answer}");
        assert_eq!(answer.body.get("data"), None, "{body}");
    }
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_methods_are_not_taken() {
    let (kit, ana) = ana().await;

    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        let answer = ana.browser.send(ana.browser.request(method.clone(), "/graphql"), "").await;
        assert_eq!(answer.status, 405, "{method}");
    }
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn health_and_readiness_are_for_everybody_and_name_nobody() {
    let (kit, ana) = ana().await;

    let (alive, ready) = (kit.stranger().get("/healthz").await, kit.stranger().get("/readyz").await);
    let metrics = kit.stranger().get("/metrics").await;

    assert_eq!((alive.status, ready.status, metrics.status), (200, 200, 200));
    assert_eq!(ready.body["ready"], true);
    assert!(metrics.text.contains("# TYPE huddle_sockets gauge"), "{}", metrics.text);
    assert!(!metrics.text.contains(&ana.id.to_string()));
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_tells_the_browser_to_be_careful() {
    let (kit, _) = ana().await;

    for path in ["/", "/graphql?query=%7B__typename%7D", "/schema.graphql"] {
        let answer = kit.stranger().get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'self'") && !policy.contains("script-src 'unsafe"), "{path}: {policy}");
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
    }
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_explorer_is_there_for_development_only() {
    let closed = api::Config { explorer: false, ..tests::kit::config() };
    let clock = api::Clock::set_to(tests::kit::morning());
    let kit = Kit::start_with(Kind::Sqlite, clock, closed).await;

    let answer = kit.stranger().get("/graphiql").await;

    assert!(answer.status == 404 || !answer.text.to_lowercase().contains("graphiql.js"), "{answer}");
    kit.end().await;
}
