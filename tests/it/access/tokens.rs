//! Integrations' tokens: named, scoped, ending, revoked at once.
use chrono::Duration;
use entity::integration_token::TokenScope;
use serde_json::json;
use tests::{
    Browser, Feed, Kind, Kit, Practice, Store, both,
    people::{TOKEN, act},
    process::run,
};

const ME: &str = "query Me { viewer { isDisplay } }";

/// Reading, and both kinds of writing: `done`, or `-` where it is not allowed or nothing is there.
async fn tries(program: &Browser, cedar: &str, patient: &str) -> [String; 3] {
    let outcome = |answer: tests::Answer| match answer.body.get("errors") {
        Some(_) => answer.code().to_owned(),
        None => "done".to_owned(),
    };
    let new = json!({ "careTeamId": cedar, "kind": "RECALL", "title": "Recall" });
    [
        outcome(program.ask("query P($id: ID!) { patient(id: $id) { displayName } }", json!({ "id": patient })).await),
        outcome(act(program, "createTask", new).await),
        outcome(act(program, "setPatientStatus", json!({ "patientId": patient, "status": "WATCH" })).await),
    ]
    .map(|outcome| outcome.replace("NOT_FOUND", "-").replace("FORBIDDEN", "-"))
}

both!(a_token_does_what_its_scopes_say_and_nothing_else, async |kit: &Kit| {
    use TokenScope::{AuditRead, PatientsWrite, Read, TasksWrite};
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let task = ana.creates(&cedar, "Call").await;
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;

    for (scopes, expected) in [
        (vec![Read], ["done", "-", "-"]),
        (vec![Read, TasksWrite], ["done", "done", "-"]),
        (vec![Read, PatientsWrite], ["done", "-", "done"]),
        (vec![Read, TasksWrite, PatientsWrite], ["done", "done", "done"]),
        (vec![AuditRead], ["-", "-", "-"]),
    ] {
        let (program, _) = kit.integration_with("Registry", &scopes).await;
        assert_eq!(tries(&program, &cedar, &rosa).await, expected, "{scopes:?}");
    }
    let (program, _) = kit.integration_with("Registry", &[Read, TasksWrite, PatientsWrite]).await;
    assert_eq!(act(&program, "claimTask", json!({ "taskId": task })).await.code(), "FORBIDDEN", "work is for people");
    let cancel = json!({ "taskId": task, "reason": "recalled in error" });
    assert_eq!(act(&program, "cancelTask", cancel).await.at("/cancelTask/task/status"), "CANCELLED");
    let held = ana.creates(&cedar, "Held").await;
    ana.claims(&held).await.data();
    let cancel = json!({ "taskId": held, "reason": "x" });
    assert_eq!(act(&program, "cancelTask", cancel).await.code(), "FORBIDDEN");
    assert_eq!(act(&program, "setPin", json!({ "pin": "720946" })).await.code(), "FORBIDDEN");
    let row = kit.audit().await.into_iter().rfind(|row| row.operation == "tasks.cancel").unwrap();
    assert_eq!((row.actor_kind.as_str(), row.actor_id), ("integration", None));
});

both!(who_runs_the_system_makes_sees_and_revokes_tokens, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ada = kit.administrator("Ada").await;
    let list = async || ada.ask(&format!("query T {{ integrationTokens {{ {TOKEN} }} }}"), json!({})).await;
    let new = json!({ "name": "Registry", "scopes": ["READ", "TASKS_WRITE"], "days": 10 });
    let made = ada.act("createIntegrationToken", new).await;
    let program = kit.stranger().with_token(made.text_at("/createIntegrationToken/token"));
    let id = made.text_at("/createIntegrationToken/integrationToken/id");
    let mut feed = Feed::open(kit.address, program.token.as_deref().unwrap(), &cedar, None).await;

    let used = async {
        while list().await.at("/integrationTokens/0/lastUsedAt").is_null() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(tests::browser::PATIENCE, used).await.expect("its use is written down");
    let shown = json!({ "id": id, "name": "Registry", "scopes": ["READ", "TASKS_WRITE"],
        "createdAt": "2026-11-23T14:00:00Z", "createdBy": { "displayName": "Ada" },
        "expiresAt": "2026-12-03T14:00:00Z", "lastUsedAt": "2026-11-23T14:00:00Z", "active": true });
    let listed = list().await;
    assert_eq!(listed.at("/integrationTokens"), &json!([shown]));
    assert!(!listed.text.contains(program.token.as_deref().unwrap()));

    let revoked = ada.act("revokeIntegrationToken", json!({ "integrationTokenId": id })).await;
    assert_eq!(revoked.at("/revokeIntegrationToken/integrationToken/active"), false);
    assert_eq!(feed.end().await, "UNAUTHENTICATED");
    assert_eq!(program.ask(ME, json!({})).await.code(), "UNAUTHENTICATED");
    assert_eq!(list().await.at("/integrationTokens/0/active"), false, "what there was stays on the list");
});

both!(a_token_ends_by_itself, async |kit: &Kit| {
    let (program, _) = kit.integration_with("Registry", &[TokenScope::Read]).await;
    kit.app.clock.set(kit.app.clock.now() + Duration::days(30) - Duration::seconds(1));
    program.ask(ME, json!({})).await.data();

    kit.app.clock.set(kit.app.clock.now() + Duration::seconds(1));

    assert_eq!(program.ask(ME, json!({})).await.code(), "UNAUTHENTICATED");
});

both!(tokens_are_nobody_else_s_business, async |kit: &Kit| {
    let (_, id) = kit.integration_with("Registry", &[TokenScope::Read]).await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let eva = kit.manager("Eva").await;
    let foreign = kit.practice("Elm Clinic").await.administrator("Ada").await;
    let new = json!({ "name": "Mine", "scopes": ["READ"] });

    for person in [&ana, &eva] {
        assert_eq!(person.act("createIntegrationToken", new.clone()).await.code(), "FORBIDDEN");
        assert_eq!(person.ask("query T { integrationTokens { id } }", json!({})).await.code(), "FORBIDDEN");
    }
    for person in [&ana, &eva, &foreign] {
        let revoked = person.act("revokeIntegrationToken", json!({ "integrationTokenId": id })).await;
        assert_eq!(revoked.code(), "NOT_FOUND");
        assert_eq!(
            person.ask("query N($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await.code(),
            "NOT_FOUND"
        );
    }
    assert_eq!(
        foreign.ask("query T { integrationTokens { id } }", json!({})).await.at("/integrationTokens"),
        &json!([])
    );
});

both!(a_token_that_could_not_be_meant_is_not_made, async |kit: &Kit| {
    let ada = kit.administrator("Ada").await;
    for (input, field) in [
        (json!({ "name": " ", "scopes": ["READ"] }), "input.name"),
        (json!({ "name": "x", "scopes": [] }), "input.scopes"),
        (json!({ "name": "x", "scopes": ["TASKS_WRITE"] }), "input.scopes"),
        (json!({ "name": "x", "scopes": ["READ"], "days": 731 }), "input.days"),
        (json!({ "name": "x", "scopes": ["READ"], "days": 0 }), "input.days"),
    ] {
        let refused = ada.act("createIntegrationToken", input).await;
        assert_eq!((refused.code(), refused.field()), ("BAD_USER_INPUT", field));
    }
});

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_makes_lists_and_revokes_tokens() {
    let store = Store::migrated(Kind::Sqlite).await;
    Practice::in_store(&store, "Practice").await;
    let huddle = |arguments: &[&str]| {
        let output = run(&[arguments, &["--database-url", &store.url]].concat());
        (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };

    let (status, token, complaint) = huddle(&["token", "create", "--name", "Registry", "--scope", "read"]);
    assert_eq!(status, Some(0), "{complaint}");
    assert!(token.starts_with("hdl_") && token.lines().count() == 1, "{token}");
    let more = ["token", "create", "--name", "Lab", "--scope", "read,tasks:write", "--days", "7"];
    assert_eq!(huddle(&more).0, Some(0));
    let (_, list, _) = huddle(&["token", "list"]);
    let rows: Vec<&str> = list.lines().collect();
    assert!(
        rows.len() == 2 && rows[0].contains("Lab  read,tasks:write  until") && rows[0].contains("never used"),
        "{list}"
    );
    assert!(!list.contains(token.trim()));
    let id = rows[1].split(' ').next().unwrap();
    assert_eq!(huddle(&["token", "revoke", id]).1, "Registry is revoked\n");
    assert!(huddle(&["token", "list"]).1.contains("Registry  read  revoked"));
    assert_eq!(huddle(&["token", "revoke", "careteam_1"]).0, Some(2));
    assert_eq!(huddle(&["token", "create", "--name", "x", "--scope", "read", "--days", "731"]).0, Some(2));
    assert_eq!(huddle(&["token", "create", "--name", "x", "--scope", "tasks:write"]).0, Some(1));
    store.drop().await;
}
