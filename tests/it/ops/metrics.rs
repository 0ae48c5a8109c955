//! The numbers move with what happens, and tell of nobody.
use serde_json::json;
use tests::{Kit, Scrape, both};

/// By how much a sample rose.
fn rise(before: &Scrape, after: &Scrape, sample: &str) -> f64 {
    after.value(sample) - before.value(sample)
}

both!(operations_are_counted_by_kind_name_and_outcome, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let task = ana.creates(&cedar, "Call").await;
    let before = Scrape::of(&ana.browser).await;

    ana.claims(&task).await.data();
    ana.claims("nonsense").await.error();
    let twice = "mutation ($t: ID!) { a: claimTask(input: {taskId: $t}) { outcome } \
                 b: claimTask(input: {taskId: \"no\"}) { outcome } \
                 ... on Mutation { c: claimTask(input: {taskId: $t}) @skip(if: true) { outcome } } }";
    ana.ask(twice, json!({ "t": task })).await.error();
    ana.ask("mutation Madeup { zzcanaryField { id } }", json!({})).await.error();
    ana.ask("{ viewer { isDisplay } }", json!({})).await.data();
    kit.stranger().ask("{ careTeams { nodes { id } } }", json!({})).await.error();
    ana.browser.post_text(r#"{"query": "{ zz"}"#, "application/json").await;

    let after = Scrape::of(&ana.browser).await;
    for (sample, times) in [
        (r#"huddle_mutations_total{name="claimTask",outcome="ok"}"#, 2.0),
        (r#"huddle_mutations_total{name="claimTask",outcome="BAD_USER_INPUT"}"#, 2.0),
        (r#"huddle_operations_total{kind="mutation",outcome="ok"}"#, 1.0),
        (r#"huddle_operations_total{kind="mutation",outcome="BAD_USER_INPUT"}"#, 3.0),
        (r#"huddle_operations_total{kind="query",outcome="ok"}"#, 1.0),
        (r#"huddle_operations_total{kind="query",outcome="UNAUTHENTICATED"}"#, 1.0),
        (r#"huddle_operations_total{kind="none",outcome="BAD_USER_INPUT"}"#, 1.0),
        (r#"huddle_operation_seconds_count{kind="mutation"}"#, 4.0),
        (r#"huddle_http_request_seconds_count{method="POST",route="/graphql",status="200"}"#, 7.0),
    ] {
        assert_eq!(rise(&before, &after, sample), times, "{sample} in {}", after.text);
    }
    assert!(!after.text.contains("zzcanary"), "a name that the schema does not have is no label");
});

both!(feeds_are_counted_and_share_their_words, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let before = Scrape::of(&ana.browser).await;
    let (mut first, mut second) = (ana.follows(&cedar, None).await, ana.follows(&cedar, None).await);

    ben.creates(&cedar, "Call").await;
    first.next_change().await;
    second.next_change().await;

    let after = Scrape::of(&ana.browser).await;
    assert_eq!((after.value("huddle_sockets"), after.value("huddle_feeds")), (2.0, 2.0));
    assert_eq!(rise(&before, &after, r#"huddle_operations_total{kind="subscription",outcome="ok"}"#), 2.0);
    let told = |words| rise(&before, &after, &format!(r#"huddle_feed_items_total{{words="{words}"}}"#));
    assert!(told("worked_out") >= 1.0 && told("shared") >= 1.0, "{}", after.text);
    let since = rise(&before, &after, "huddle_feed_lag_seconds_count");
    assert!(since >= 1.0, "the time to at least one subscriber: {since}");
    first.close().await;
    second.close().await;
});

both!(the_state_of_the_process_and_its_pools_is_there, async |kit: &Kit| {
    let ana = kit.nurse("Ana", "Cedar").await;
    let now = Scrape::of(&ana.browser).await;

    assert_eq!(now.value(&format!("huddle_build_info{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"))), 1.0);
    for sample in [
        "huddle_process_resident_memory_bytes",
        "huddle_process_open_fds",
        "huddle_process_max_fds",
        "huddle_process_start_time_seconds",
        r#"huddle_pool_connections_max{pool="read"}"#,
        r#"huddle_pool_connections_max{pool="write"}"#,
        r#"huddle_pool_wait_seconds_count{pool="write"}"#,
    ] {
        assert!(now.value(sample) >= 1.0, "{sample} in {}", now.text);
    }
    let open = |pool| {
        let state = |state| now.value(&format!(r#"huddle_pool_connections{{pool="{pool}",state="{state}"}}"#));
        state("in_use") + state("idle")
    };
    assert!(open("read") >= 1.0 && open("write") >= 1.0, "{}", now.text);
    for sample in [r#"huddle_queue_depth{queue="audit"}"#, r#"huddle_pool_waiting{pool="read"}"#] {
        assert!(now.text.contains(sample) && now.value(sample) == 0.0, "{sample} in {}", now.text);
    }
});

both!(no_metric_tells_of_anybody, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana Zzcanary", "Cedar").await;
    let patient = kit.patient("Rosa Zzcanary", "Cedar").await;
    let task = ana.creates_with(&cedar, "Zzcanary call", json!({ "patientId": patient })).await;
    ana.claims(&task).await.data();
    ana.ask("query Zzcanary($x: ID!) { zzcanary: patient(id: $x) { mrn } }", json!({ "x": patient })).await.data();
    ana.ask("mutation Zzcanary { zzcanary { id } }", json!({})).await.error();
    ana.browser.get("/Zzcanary?zzcanary").await;
    ana.browser.send(ana.browser.request("ZZCANARY".parse().unwrap(), "/healthz"), "").await;

    let told = Scrape::of(&ana.browser).await.text;

    for word in ["zzcanary".to_owned(), patient, task, cedar, ana.id.to_string(), kit.organization.0.to_string()] {
        assert!(!told.to_lowercase().contains(&word.to_lowercase()), "{word} in {told}");
    }
});
