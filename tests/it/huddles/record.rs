//! The signed record.
use super::{opens, written};
use chrono::Duration;
use entity::{audit_entry::AuditKind, huddle_record};
use http::{Method, header};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, Func},
};
use serde_json::{Value, json};
use tests::{Answer, Browser, Kit, Person, both};

const RECORD: &str = "query Record($id: ID!) { huddle(id: $id) { record { sha256 verified evidence seconds
    signedBy { id } signedAt attendance { displayName } addenda { text author { displayName } at }
    items { patient { displayName } section reasons state seconds note
      decisions { title kind dueAt owner { displayName } task { id } } } } } }";

async fn reads(by: &Person, huddle: &str) -> Value {
    by.ask(RECORD, json!({ "id": huddle })).await.at("/huddle/record").clone()
}

/// A huddle about Rosa that took three minutes.
async fn held(kit: &Kit, ana: &Person, cedar: &str) -> String {
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    ana.sets_status(&rosa, "IN_ED").await.data();
    let (huddle, agenda) = opens(ana, cedar).await;
    ana.act("startHuddle", json!({ "huddleId": huddle })).await.data();
    kit.pass(Duration::minutes(3)).await;
    let decision = json!({ "itemId": agenda[0]["id"], "kind": "OUTREACH_CALL", "title": "=Call", "ownerId": ana.id.to_string(),
        "dueAt": "2026-11-24T15:00:00Z" });
    ana.act("decideInHuddle", decision).await.data();
    let settle = json!({ "itemId": agenda[0]["id"], "state": "DISCUSSED", "note": "fell at home" });
    ana.act("settleHuddleItem", settle).await.data();
    huddle
}

both!(a_signed_record_says_who_was_there_whom_they_spoke_about_and_what_was_decided, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let huddle = held(kit, &ana, &cedar).await;
    assert_eq!(reads(&ana, &huddle).await, Value::Null, "nothing is signed yet");

    ana.act("endHuddle", json!({ "huddleId": huddle })).await.data();
    let record = reads(&ana, &huddle).await;

    assert_eq!(record["verified"], true);
    assert_eq!(record["evidence"], "NCQA TC 06");
    assert_eq!((&record["seconds"], &record["attendance"]), (&json!(180), &json!([{ "displayName": "Ana" }])));
    let item = &record["items"][0];
    assert_eq!(item["patient"]["displayName"], "Diaz, Rosa");
    assert_eq!(item["reasons"], json!(["Emergency department visit"]));
    assert_eq!(
        (&item["state"], &item["seconds"], &item["note"]),
        (&json!("DISCUSSED"), &json!(180), &json!("fell at home"))
    );
    assert_eq!(item["decisions"][0]["owner"]["displayName"], "Ana");
    assert_eq!(item["decisions"][0]["title"], "=Call");

    // Ending it again signs nothing anew.
    let before = written(kit).await;
    ana.act("endHuddle", json!({ "huddleId": huddle })).await.data();
    assert_eq!(written(kit).await.0, before.0);
    let signed = kit.audit().await.into_iter().find(|row| row.entity_type.as_deref() == Some("huddle-record")).unwrap();
    assert_eq!(
        signed.detail,
        Some(json!({ "sha256": [null, record["sha256"]] })),
        "the chain of the record holds it too"
    );
});

both!(a_record_that_somebody_changed_says_so, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let huddle = held(kit, &ana, &cedar).await;
    let early = ben.act("addHuddleAddendum", json!({ "huddleId": huddle, "text": "too early" })).await;
    assert_eq!(early.code(), "CONFLICT");
    ana.act("endHuddle", json!({ "huddleId": huddle })).await.data();

    for text in ["Ben was there too", "until nine"] {
        ben.act("addHuddleAddendum", json!({ "huddleId": huddle, "text": text })).await.data();
    }
    let record = reads(&ana, &huddle).await;
    assert_eq!(record["verified"], true);
    assert_eq!(record["addenda"][0]["text"], "Ben was there too");
    assert_eq!(record["addenda"][1]["author"]["displayName"], "Ben");

    let changed =
        Func::cust("replace").args([Expr::col("body"), Expr::value("fell at home"), Expr::value("fell at work")]);
    huddle_record::Entity::update_many()
        .col_expr(huddle_record::Column::Body, changed.into())
        .filter(huddle_record::Column::OrganizationId.eq(kit.organization))
        .exec(&kit.db)
        .await
        .unwrap();

    let record = reads(&ana, &huddle).await;
    assert_eq!((&record["verified"], &record["items"][0]["note"]), (&json!(false), &json!("fell at work")));
});

both!(a_huddle_that_nobody_ended_ends_with_the_day_and_is_signed_later, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let huddle = held(kit, &ana, &cedar).await;

    kit.pass(Duration::days(1)).await;
    let document = "query H($id: ID!) { huddle(id: $id) { state record { sha256 } } }";
    let over = ana.ask(document, json!({ "id": huddle })).await;
    assert_eq!(over.at("/huddle"), &json!({ "state": "ENDED", "record": null }));

    ana.act("endHuddle", json!({ "huddleId": huddle })).await.data();
    assert_eq!(reads(&ana, &huddle).await["verified"], true);
});

async fn export(browser: &Browser, asked: Value) -> Answer {
    let request = browser.request(Method::POST, "/export/huddles.csv").header(header::CONTENT_TYPE, "application/json");
    browser.send(request, &asked.to_string()).await
}

both!(records_leave_as_a_file_for_who_manages_the_team_and_that_is_on_record, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, eva) = (kit.nurse("Ana", "Cedar").await, kit.manager("Eva").await);
    let huddle = held(kit, &ana, &cedar).await;
    ana.act("endHuddle", json!({ "huddleId": huddle })).await.data();
    let days = |from: &str, to: &str| json!({ "careTeamId": cedar, "from": from, "to": to });

    let file = export(&eva.browser, days("2026-11-23", "2026-11-23")).await;
    let before = export(&eva.browser, days("2026-11-01", "2026-11-22")).await;

    let lines: Vec<&str> = file.text.split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 2, "{file}");
    for part in [
        "NCQA TC 06,2026-11-23,AM,Cedar,Ana",
        "\"Diaz, Rosa\",hospital,Emergency department visit,discussed,180",
        ",true",
    ] {
        assert!(lines[1].contains(part), "{part} in {file}");
    }
    assert!(lines[1].contains("'=Call"), "no formula leaves: {file}");
    assert_eq!(before.text.split_terminator("\r\n").count(), 1);
    let left: Vec<_> = kit.audit().await.into_iter().filter(|row| row.kind == AuditKind::Export).collect();
    assert_eq!((left.len(), left[0].operation.as_str(), left[0].actor_id), (2, "huddles.export", Some(eva.id)));
    assert_eq!(export(&ana.browser, days("2026-11-23", "2026-11-23")).await.code(), "FORBIDDEN");
    for wrong in [json!({}), days("2026-11-23", "2026-11-22"), days("2020-01-01", "2026-11-22"), days("x", "y")] {
        assert_eq!(export(&eva.browser, wrong).await.code(), "BAD_USER_INPUT");
    }
    kit.pass(Duration::minutes(6)).await;
    assert_eq!(export(&eva.browser, days("2026-11-23", "2026-11-23")).await.code(), "FORBIDDEN", "too long ago");
});
