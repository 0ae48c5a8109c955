//! A line for each request, for programs to read.
use entity::staff::StaffRole;
use http::Method;
use serde_json::{Value, json};
use tests::{Kind, Practice, Process, Store};

#[tokio::test(flavor = "multi_thread")]
async fn each_request_is_a_line_with_its_route_status_time_trace_and_organization() {
    let store = Store::migrated(Kind::Sqlite).await;
    let practice = Practice::in_store(&store, "Practice").await;
    let ana = practice.hires("Ana", StaffRole::Nurse, &["Cedar"]).await;
    let process = Process::start(&store.url, &["--log-format", "json"]);
    let organization = practice.organization.0.to_string();
    let ana = practice.served_at(process.address).enters("Ana", ana).await;

    let request = ana.browser.request(Method::POST, "/graphql").header("content-type", "application/json");
    let request = request.header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    ana.browser.send(request, &json!({ "query": "{ viewer { isDisplay } }" }).to_string()).await.data();
    ana.browser.get("/nothing/here?of=interest").await;
    ana.browser.get("/healthz").await;

    let (status, log) = process.terminate();
    assert!(status.success(), "{status}: {log}");
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect();
    let answered: Vec<&Value> = lines.iter().filter(|line| line["fields"]["message"] == "answered").collect();
    let traced = answered.iter().find(|line| line["span"]["trace_id"] == "4bf92f3577b34da6a3ce929d0e0e4736");
    let traced = traced.unwrap_or_else(|| panic!("no line of the trace: {log}"));
    assert_eq!(traced["fields"]["method"], "POST");
    assert_eq!(traced["fields"]["route"], "/graphql");
    assert_eq!(traced["fields"]["status"], 200);
    assert!(traced["fields"]["ms"].as_f64().is_some_and(|ms| ms > 0.0), "{traced}");
    assert_eq!(traced["span"]["organization"], organization.as_str());
    assert!(answered.iter().any(|line| line["fields"]["route"] == "/*"), "{log}");
    assert!(!log.contains("/nothing/here") && !log.contains("interest"), "addresses are clients' words: {log}");
    assert!(answered.iter().all(|line| line["fields"]["route"] != "/healthz"), "probes are no news: {log}");
}
