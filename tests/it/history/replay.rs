//! Who may look at the past, and what of it.
use chrono::Duration;
use entity::{audit_entry::AuditKind, sensitivity::Sensitivity, staff::StaffRole};
use serde_json::{Value, json};
use tests::{Answer, Browser, Kit, both, kit::morning};

const BOARD: &str =
    "query Replay($team: ID!, $at: DateTime!) { replay(careTeamId: $team, at: $at) { at cursor keptSince
    tasks { id title status holder { displayName } patient { id displayName status } } patients { id } } }";
const ITEMS: &str = "query ReplayItems($team: ID!, $after: String!, $until: DateTime) {
    replayItems(careTeamId: $team, after: $after, until: $until) { hasMore items { kind task { id } patient { id } nodeId } } }";

async fn board(who: &Browser, team: &str, at: chrono::DateTime<chrono::Utc>) -> Answer {
    who.ask(BOARD, json!({ "team": team, "at": at.to_rfc3339() })).await
}

async fn items(who: &Browser, team: &str, after: &Value) -> Answer {
    who.ask(ITEMS, json!({ "team": team, "after": after })).await
}

both!(a_board_of_the_past_shows_what_it_was_and_not_what_became_of_it, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    let task = ana.creates_with(&cedar, "Call", json!({ "patientId": rosa })).await;
    let before = kit.app.clock.now();
    kit.pass(Duration::minutes(10)).await;
    ana.claims(&task).await.data();
    ana.sets_status(&rosa, "IN_ED").await.data();
    kit.pass(Duration::minutes(10)).await;
    ana.completes(&task).await.data();

    let then = board(&ana.browser, &cedar, before).await;
    let later = board(&ana.browser, &cedar, before + Duration::minutes(15)).await;
    let now = board(&ana.browser, &cedar, kit.app.clock.now() + Duration::days(1)).await;

    assert_eq!(then.at("/replay/tasks/0/status"), "READY");
    assert_eq!(then.at("/replay/tasks/0/holder"), &Value::Null);
    assert_eq!(then.at("/replay/tasks/0/patient/status"), "STABLE");
    assert_eq!(then.at("/replay/patients"), &json!([{ "id": rosa }]));
    assert_eq!(later.at("/replay/tasks/0/status"), "ACCEPTED");
    assert_eq!(later.at("/replay/tasks/0/holder/displayName"), "Ana");
    assert_eq!(later.at("/replay/tasks/0/patient/status"), "IN_ED");
    assert_eq!(now.at("/replay/tasks/0/status"), "COMPLETED", "a moment to come is now");
    assert_eq!(now.at("/replay/at"), "2026-11-23T14:20:00Z");
    let until = json!({ "team": cedar, "after": then.at("/replay/cursor"), "until": "2026-11-23T14:12:00Z" });
    let told = ana.ask(ITEMS, until).await;
    assert_eq!(told.at("/replayItems/items/0/task/id"), task.as_str());
    assert_eq!(told.at("/replayItems/items/1/patient/id"), rosa.as_str());
    assert_eq!(told.at("/replayItems/items").as_array().unwrap().len(), 2, "the end of the task is later: {told}");
});

both!(the_past_is_for_people_who_follow_the_team, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let (wall, mei) = (kit.display(&cedar, &ana).await, kit.nurse("Mei", "Maple").await);
    let (ada, integration) = (kit.administrator("Ada").await, kit.integration("Registry").await);
    ana.creates(&cedar, "Call").await;
    let cursor = board(&ana.browser, &cedar, morning()).await.at("/replay/cursor").clone();

    for (who, code) in [
        (&wall, "FORBIDDEN"),
        (&integration, "FORBIDDEN"),
        (&ada.browser, "FORBIDDEN"),
        (&mei.browser, "NOT_FOUND"),
        (&kit.stranger(), "UNAUTHENTICATED"),
    ] {
        assert_eq!(board(who, &cedar, morning()).await.code(), code);
        assert_eq!(items(who, &cedar, &cursor).await.code(), code);
    }
    let manager = kit.manager("Mona").await;
    assert_eq!(board(&manager.browser, &cedar, morning()).await.at("/replay/tasks/0/title"), "Call");
    for (at, field) in [(morning() - Duration::days(30), "at")] {
        let refused = board(&ana.browser, &cedar, at).await;
        assert_eq!((refused.code(), refused.field()), ("BAD_USER_INPUT", field));
    }
    for after in [json!("x"), json!("")] {
        assert_eq!(items(&ana.browser, &cedar, &after).await.field(), "after");
    }
    let elm = kit.practice("Elm Clinic").await;
    let (elms, mia) = (elm.team("Cedar").await, elm.nurse("Mia", "Cedar").await);
    assert_eq!(items(&mia.browser, &elms, &cursor).await.field(), "after", "a cursor of another practice");
});

both!(a_mark_of_today_hides_the_past_too, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, cleared) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Cleo", "Cedar").await);
    let kept_out = kit.person("Cora", StaffRole::CareCoordinator, &["Cedar"]).await;
    kit.clears(cleared.id, &[Sensitivity::SubstanceUse]).await;
    let (rosa, lisa) = (kit.patient("Rosa Diaz", "Cedar").await, kit.patient("Lisa Ray", "Cedar").await);
    let start = board(&ana.browser, &cedar, kit.app.clock.now()).await.at("/replay/cursor").clone();
    kit.pass(Duration::minutes(1)).await;
    ana.creates_with(&cedar, "Call Rosa", json!({ "patientId": rosa })).await;
    ana.creates_with(&cedar, "Call Lisa", json!({ "patientId": lisa })).await;
    ana.sets_status(&rosa, "WATCH").await.data();
    let then = kit.app.clock.now();
    kit.pass(Duration::minutes(5)).await;

    kit.marks(&rosa, &[Sensitivity::SubstanceUse]).await;
    cleared.keeps_out(&lisa, kept_out.id).await;
    kit.manager("Mona").await.keeps_out(&lisa, kept_out.id).await.data();

    let for_ana = board(&ana.browser, &cedar, then).await;
    let told_ana = items(&ana.browser, &cedar, &start).await;
    assert!(!for_ana.text.contains(&rosa) && !for_ana.text.contains("Call Rosa"), "{for_ana}");
    assert!(!told_ana.text.contains(&rosa), "{told_ana}");
    assert!(for_ana.text.contains(&lisa) && told_ana.text.contains(&lisa));
    let for_cleo = board(&cleared.browser, &cedar, then).await;
    assert!(for_cleo.text.contains("Call Rosa") && items(&cleared.browser, &cedar, &start).await.text.contains(&rosa));
    let for_cora = board(&kept_out.browser, &cedar, then).await;
    assert!(!for_cora.text.contains(&lisa) && !items(&kept_out.browser, &cedar, &start).await.text.contains(&lisa));
});

both!(who_looked_at_whose_past_is_on_record, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    ana.creates_with(&cedar, "Call", json!({ "patientId": rosa })).await;
    kit.pass(Duration::minutes(1)).await;

    let shown = board(&ana.browser, &cedar, morning()).await;
    items(&ana.browser, &cedar, shown.at("/replay/cursor")).await.data();

    let rows = kit.audit().await;
    let row = rows.iter().rev().find(|row| row.operation == "Replay").unwrap();
    assert_eq!((row.kind, row.actor_id), (AuditKind::Read, Some(ana.id)));
    assert_eq!(row.patients, json!([rosa]));
    let asked = json!({ "history.replay": { "careTeam": cedar, "at": "2026-11-23T14:00:00Z" } });
    assert_eq!(row.detail, Some(asked));
    assert!(
        rows.iter().any(|row| row.operation == "ReplayItems" && row.detail.is_some()),
        "that nobody was shown, too"
    );
});
