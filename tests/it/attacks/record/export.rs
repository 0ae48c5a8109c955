//! The record as a file.
use entity::{audit_entry::AuditKind, staff::StaffRole};
use http::{Method, header};
use serde_json::{Value, json};
use tests::{Answer, Browser, Kit, both};

async fn export(browser: &Browser, asked: Value) -> Answer {
    let request = browser.request(Method::POST, "/export/audit.csv").header(header::CONTENT_TYPE, "application/json");
    browser.send(request, &asked.to_string()).await
}

fn lines(answer: &Answer) -> Vec<&str> {
    assert_eq!(answer.status, 200, "{answer}");
    answer.text.split_terminator("\r\n").collect()
}

both!(case_28_an_export_holds_ones_own_rows_only_and_is_on_record, async |kit: &Kit| {
    let elm = kit.practice("Elm Clinic").await;
    let foreign = elm.patient("Max Roth", "Cedar").await;
    elm.nurse("Mei", "Cedar").await.reads_patient(&foreign).await.data();
    let (eva, ana) = (kit.manager("Eva").await, kit.nurse("Ana", "Cedar").await);
    kit.appoints(eva.id).await;
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    ana.reads_patient(&rosa).await.data();

    let all = export(&eva.browser, json!({})).await;
    let of_rosa = export(&eva.browser, json!({ "filter": { "patientId": rosa, "kinds": ["READ"] } })).await;
    let of_foreign = export(&eva.browser, json!({ "filter": { "patientId": foreign } })).await;

    assert!(!all.text.contains(&foreign) && !all.text.contains("Mei") && !all.text.contains("Diaz"), "{all}");
    assert!(lines(&all)[0].starts_with("number,at,actor_kind"));
    assert!(lines(&all)[1].starts_with("1,2026-11-23T14:00:00Z,"), "oldest first");
    assert_eq!(lines(&of_rosa).len(), 2, "{of_rosa}");
    assert!(lines(&of_rosa)[1].contains(&format!("staff,{},Ana,read,Patient,TREAT,success", ana.id)), "{of_rosa}");
    assert_eq!(lines(&of_foreign).len(), 1, "the heading alone");
    assert_eq!(all.header("content-disposition"), "attachment; filename=\"huddle-audit-2026-11-23.csv\"");
    assert_eq!(all.header("cache-control"), "no-store");
    let exports: Vec<_> = kit.audit().await.into_iter().filter(|row| row.kind == AuditKind::Export).collect();
    assert_eq!(exports.len(), 3);
    assert_eq!(exports[1].detail, Some(json!({ "rows": 1, "filter": { "patientId": rosa, "kinds": ["read"] } })));
    assert_eq!(exports[1].patients, json!([rosa]));
    assert!(exports.iter().all(|row| row.actor_id == Some(eva.id)));

    for (who, code) in [(&ana.browser, "FORBIDDEN"), (&kit.stranger(), "UNAUTHENTICATED")] {
        let refused = export(who, json!({})).await;
        assert_eq!(refused.code(), code);
        assert!(!refused.text.contains("READ"), "{refused}");
    }
    let denied = kit.audit().await.pop().unwrap();
    assert_eq!(
        (denied.kind, denied.operation.as_str(), denied.actor_id),
        (AuditKind::Denied, "audit.export", Some(ana.id))
    );
    for wrong in
        [json!({ "filter": { "nothing": 1 } }), json!({ "filter": { "patientId": "x" } }), json!({ "orderBy": 1 })]
    {
        let refused = export(&eva.browser, wrong).await;
        assert_eq!((refused.status, refused.code()), (400, "BAD_USER_INPUT"), "{refused}");
    }
    // A form of another site, and this address in a link.
    let form = eva.browser.request(Method::POST, "/export/audit.csv").header(header::CONTENT_TYPE, "text/plain");
    assert_eq!(eva.browser.send(form, "{}").await.status, 415);
    assert_eq!(eva.browser.get("/export/audit.csv").await.status, 405);
    let cookie = format!("huddle_session={}", eva.token());
    let cross = kit.stranger().request(Method::POST, "/export/audit.csv");
    let cross = cross.header(header::CONTENT_TYPE, "application/json").header(header::COOKIE, cookie);
    let cross = cross.header(header::ORIGIN, "http://evil.example");
    assert_eq!(kit.stranger().send(cross, "{}").await.status, 403);
});

both!(case_72_what_a_spreadsheet_would_run_is_text_in_the_file, async |kit: &Kit| {
    let eva = kit.manager("Eva").await;
    kit.appoints(eva.id).await;
    for (n, name) in ["=HYPERLINK(\"http://evil.example\")", "+1", "-1", "@SUM(A1)", "\u{ff1d}1"].iter().enumerate() {
        let person = kit.hires(&format!("Ana {n}"), StaffRole::Nurse, &["Cedar"]).await;
        let person = kit.enters(name, person).await;
        let rename = entity::staff::ActiveModel {
            organization_id: sea_orm::Set(kit.organization),
            id: sea_orm::Set(person.id),
            display_name: sea_orm::Set((*name).to_owned()),
            ..Default::default()
        };
        sea_orm::ActiveModelTrait::update(rename, &kit.db).await.unwrap();
    }

    let file = export(&eva.browser, json!({ "filter": { "kinds": ["SIGN_IN"] } })).await;

    assert!(file.text.contains(",\"'=HYPERLINK(\"\"http://evil.example\"\")\","), "{file}");
    for name in ["'+1", "'-1", "'@SUM(A1)", "'\u{ff1d}1"] {
        assert!(file.text.contains(&format!(",{name},")), "{name} in {file}");
    }
    let risky = |cell: &str| cell.starts_with(['=', '+', '-', '@', '\t']);
    assert!(lines(&file).iter().flat_map(|line| line.split(',')).all(|cell| !risky(cell)), "{file}");
});
