//! Traces go where they are asked to go, hold closed words only, and are in nobody's way.
use entity::staff::StaffRole;
use http::Method;
use serde_json::json;
use tests::{Collector, Kind, NewPatient, Practice, Process, Store, process::Launch};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const TRACE_BYTES: [u8; 16] =
    [0x4b, 0xf9, 0x2f, 0x35, 0x77, 0xb3, 0x4d, 0xa6, 0xa3, 0xce, 0x92, 0x9d, 0x0e, 0x0e, 0x47, 0x36];

#[tokio::test(flavor = "multi_thread")]
async fn spans_tell_what_was_done_and_nothing_of_anybody() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let collector = Collector::start().await;
        let store = Store::migrated(kind).await;
        let practice = Practice::in_store(&store, "Practice").await;
        let ana = practice.hires("Ana", StaffRole::Nurse, &["Cedar"]).await;
        let cedar = practice.team("Cedar").await;
        let patient = NewPatient { mrn: "MRNcanary7".to_owned(), ..NewPatient::called("Rosa Zzcanary") };
        let patient = practice.patient_with(patient, "Cedar").await.to_string();
        // By the flag, and by the variables that every program of OpenTelemetry knows. The log says little: traces do not
        // depend on it.
        let mut launch = Launch { depth: "warn".to_owned(), ..Launch::on(&store.url) };
        match kind {
            Kind::Sqlite => launch.arguments.extend(["--otlp-endpoint".to_owned(), collector.endpoint.clone()]),
            Kind::Postgres => {
                let set = |name: &str, value: &str| (name.to_owned(), value.to_owned());
                launch.environment = vec![
                    set("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.endpoint),
                    set("OTEL_SERVICE_NAME", "elm-board"),
                    set("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=proving"),
                ];
            }
        }
        let process = Process::launch(&launch);
        let practice = practice.served_at(process.address);
        let ana = practice.enters("Ana", ana).await;
        let mut screen = ana.follows(&cedar, None).await;

        let task = ana.creates_with(&cedar, "Zzcanary call", json!({ "patientId": patient })).await;
        ana.claims(&task).await.data();
        let read = format!("query Zzcanary {{ zzcanary: patient(id: \"{patient}\") {{ displayName mrn }} }}");
        let request = ana.browser.request(Method::POST, "/graphql").header("content-type", "application/json");
        let request = request.header("traceparent", format!("00-{TRACE}-00f067aa0ba902b7-01"));
        let read = ana.browser.send(request, &json!({ "query": read }).to_string()).await;
        assert_eq!(read.at("/zzcanary/mrn"), "MRNcanary7");
        ana.ask("mutation Zzcanary { zzcanary { id } }", json!({})).await.error();
        ana.browser.get("/Zzcanary?zzcanary").await;
        screen.next_of("TaskChanged").await;
        screen.close().await;
        let (status, log) = process.terminate();
        assert!(status.success(), "{status}: {log}");

        let named = if kind == Kind::Sqlite { ["huddle", "service.version"] } else { ["elm-board", "proving"] };
        for word in named {
            assert!(collector.has(word), "{word} on {kind:?}: {log}");
        }
        for word in [
            "service.name",
            "POST /graphql",
            "GET /*",
            "http.response.status_code",
            "operation",
            "claimTask",
            "patient",
            "tasks.claim",
            "feed item",
            "begin",
            "commit",
        ] {
            assert!(collector.has(word), "{word} on {kind:?}: {log}");
        }
        assert!(collector.has(TRACE_BYTES), "the caller's trace goes on here");
        for word in ["Zzcanary", "zzcanary", "MRNcanary7", &patient, &task, "Cedar", ana.token(), &ana.email] {
            assert!(!collector.has(word), "{word} on {kind:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_is_away_is_in_nobodys_way() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", nobody.local_addr().unwrap());
    let store = Store::migrated(Kind::Sqlite).await;
    let practice = Practice::in_store(&store, "Practice").await;
    let ana = practice.hires("Ana", StaffRole::Nurse, &["Cedar"]).await;
    let cedar = practice.team("Cedar").await;
    // It takes connections and never answers.
    let process = Process::start(&store.url, &["--otlp-endpoint", &endpoint]);
    let ana = practice.served_at(process.address).enters("Ana", ana).await;

    for n in 0..20 {
        ana.creates(&cedar, &format!("Call {n}")).await;
    }

    let (status, log) = process.terminate();
    assert!(status.success(), "{status}: {log}");
    assert!(log.contains("traces could not be sent"), "it is said: {log}");
}

#[test]
fn an_endpoint_that_cannot_be_used_is_refused_in_one_line() {
    let ran = tests::process::run(&["migrate", "--otlp-endpoint", "https://collector.example"]);

    assert_eq!(ran.status.code(), Some(2));
    let told = String::from_utf8(ran.stderr).unwrap();
    assert!(
        told.starts_with("huddle: the OTLP endpoint https://collector.example") && told.lines().count() == 1,
        "{told}"
    );
}
