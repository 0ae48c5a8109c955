//! How long work took, on the screen and in files.
use calamine::{Data, Reader, Xlsx};
use chrono::Duration;
use entity::{audit_entry::AuditKind, sensitivity::Sensitivity};
use http::{Method, header};
use serde_json::{Value, json};
use std::io::Cursor;
use tests::{Answer, Browser, Kit, Person, both, kit::PASSWORD};

const TIMES: &str = "query Times($filter: WorkTimesFilter!, $by: WorkTimesGrouping!) {
    workTimes(filter: $filter, groupBy: $by) { from to timeZone groups { ...Group } total { ...Group } } }
    fragment Group on WorkTimesGroup { key name tasks open firstTouch { ...Time } claim { ...Time } completion { ...Time }
      timeInStatus { status seconds } }
    fragment Time on WorkTime { reached waiting ended p25 median p75 p90 tooFew }";

fn november(team: Option<&str>) -> Value {
    json!({ "careTeamId": team, "from": "2026-11-01", "to": "2026-11-30" })
}

async fn times(who: &Browser, filter: Value, by: &str) -> Answer {
    who.ask(TIMES, json!({ "filter": filter, "by": by })).await
}

/// Five calls: claimed after 10, 20, 30 and 40 minutes, one never; the first two are done after 60.
async fn five_calls(kit: &Kit, ana: &Person, team: &str) {
    let mut calls = Vec::new();
    for title in ["=cmd()", "Two", "Three", "Four", "Five"] {
        calls.push(ana.creates(team, title).await);
    }
    for call in &calls[..4] {
        kit.pass(Duration::minutes(10)).await;
        ana.claims(call).await.data();
    }
    kit.pass(Duration::minutes(20)).await;
    for call in &calls[..2] {
        ana.completes(call).await.data();
    }
}

both!(times_of_a_team_are_what_its_history_says, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, mona) = (kit.nurse("Ana", "Cedar").await, kit.manager("Mona").await);
    five_calls(kit, &ana, &cedar).await;
    kit.pass(Duration::minutes(60)).await;

    let told = times(&ana.browser, november(Some(&cedar)), "KIND").await;

    let group = told.at("/workTimes/groups/0");
    assert_eq!((&group["key"], &group["name"]), (&json!("OUTREACH_CALL"), &json!("Outreach call")));
    assert_eq!((&group["tasks"], &group["open"]), (&json!(5), &json!(3)));
    // Four of five are claimed; of the fifth it is known that it took longer than two hours.
    let claim = json!({ "reached": 4, "waiting": 1, "ended": 0, "p25": 1200, "median": 1800, "p75": 2400, "p90": null,
                        "tooFew": false });
    assert_eq!(group["claim"], claim);
    let completion = json!({ "reached": 2, "waiting": 3, "ended": 0, "p25": 3600, "median": null, "p75": null,
                             "p90": null, "tooFew": false });
    assert_eq!(group["completion"], completion);
    // Ready: 10 + 20 + 30 + 40 + 120. Accepted: 50 + 40 + 90 + 80.
    assert_eq!(group["timeInStatus"][0], json!({ "status": "READY", "seconds": 220 * 60 }));
    assert_eq!(group["timeInStatus"][1], json!({ "status": "ACCEPTED", "seconds": 260 * 60 }));
    assert_eq!(told.at("/workTimes/total/tasks"), 5);
    assert_eq!(told.at("/workTimes/timeZone"), "America/New_York");

    for (by, key) in [("TEAM", cedar.as_str()), ("PRIORITY", "ROUTINE"), ("DAY", "2026-11-23"), ("WEEK", "2026-11-23")]
    {
        let told = times(&mona.browser, november(None), by).await;
        assert_eq!(told.at("/workTimes/groups/0/key"), key);
        assert_eq!(told.at("/workTimes/groups").as_array().unwrap().len(), 1);
    }
    let none = json!({ "from": "2026-11-01", "to": "2026-11-22", "kinds": null });
    assert_eq!(times(&mona.browser, none, "KIND").await.at("/workTimes/total/tasks"), 0);
    let others = json!({ "from": "2026-11-01", "to": "2026-11-30", "kinds": ["RECALL"] });
    assert_eq!(times(&mona.browser, others, "KIND").await.at("/workTimes/total/tasks"), 0);
    for wrong in [
        json!({ "from": "2026-11-02", "to": "2026-11-01" }),
        json!({ "from": "2024-01-01", "to": "2026-11-01" }),
        json!({ "from": "2026-11-02", "to": "2026-11-03", "kinds": ["no code"] }),
    ] {
        assert_eq!(times(&mona.browser, wrong, "KIND").await.code(), "BAD_USER_INPUT");
    }
});

both!(of_few_tasks_only_a_manager_is_told_the_times, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, mona) = (kit.nurse("Ana", "Cedar").await, kit.manager("Mona").await);
    let task = ana.creates(&cedar, "Call").await;
    kit.pass(Duration::minutes(3)).await;
    ana.claims(&task).await.data();

    let by_ana = times(&ana.browser, november(Some(&cedar)), "KIND").await;
    let by_mona = times(&mona.browser, november(Some(&cedar)), "KIND").await;

    assert_eq!(by_ana.at("/workTimes/groups/0/claim/reached"), 1);
    assert_eq!(by_ana.at("/workTimes/groups/0/claim/median"), &Value::Null);
    assert_eq!(by_ana.at("/workTimes/groups/0/claim/tooFew"), true);
    assert_eq!(by_ana.at("/workTimes/groups/0/timeInStatus"), &json!([]));
    assert_eq!(by_mona.at("/workTimes/groups/0/claim/median"), 180);
});

both!(times_count_what_the_viewer_sees, async |kit: &Kit| {
    let (cedar, maple) = (kit.team("Cedar").await, kit.team("Maple").await);
    let (ana, mei, mona) =
        (kit.nurse("Ana", "Cedar").await, kit.nurse("Mei", "Maple").await, kit.manager("Mona").await);
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    ana.creates_with(&cedar, "Call", json!({ "patientId": rosa })).await;
    ana.creates(&cedar, "Recall").await;
    mei.creates(&maple, "Call").await;
    kit.marks(&rosa, &[Sensitivity::SubstanceUse]).await;
    let total =
        async |who: &Person| times(&who.browser, november(None), "TEAM").await.at("/workTimes/total/tasks").clone();

    assert_eq!(total(&ana).await, 1);
    assert_eq!(total(&mei).await, 1);
    assert_eq!(total(&mona).await, 2);
    assert_eq!(times(&mei.browser, november(Some(&cedar)), "KIND").await.code(), "NOT_FOUND");
    let wall = kit.display(&cedar, &ana).await;
    assert_eq!(times(&wall, november(None), "KIND").await.code(), "FORBIDDEN");
});

async fn export(browser: &Browser, form: &str, asked: Value) -> Answer {
    let request = browser.request(Method::POST, &format!("/export/times.{form}"));
    browser.send(request.header(header::CONTENT_TYPE, "application/json"), &asked.to_string()).await
}

both!(a_workbook_holds_the_numbers_of_the_screen_as_numbers, async |kit: &Kit| {
    let cedar = kit.team("=HYPERLINK(1)").await;
    let (ana, mona) = (kit.nurse("Ana", "=HYPERLINK(1)").await, kit.manager("Mona").await);
    let wall = kit.display(&cedar, &ana).await;
    five_calls(kit, &ana, &cedar).await;
    let asked = json!({ "filter": november(None), "groupBy": "TEAM" });
    // Who sits there was asked a moment ago.
    mona.act("reauthenticate", json!({ "password": PASSWORD })).await.data();

    let file = export(&mona.browser, "xlsx", asked.clone()).await;
    let csv = export(&mona.browser, "csv", asked.clone()).await.text;

    assert_eq!(file.status, 200, "{file}");
    let workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    assert_eq!((file.header("content-type"), file.header("cache-control")), (workbook, "no-store"));
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"huddle-times-2026-11-23.xlsx\"");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file.bytes)).unwrap();
    let sheet = book.worksheet_range("Times").unwrap();
    let row = |measure: &str| {
        let is = |row: &&[Data]| row[2] == Data::String(measure.to_owned()) && row[0] == Data::String(cedar.clone());
        sheet.rows().find(is).unwrap().to_vec()
    };
    let claim = row("claim");
    assert_eq!(claim[1], Data::String("'=HYPERLINK(1)".to_owned()), "text that would be run is made harmless");
    assert_eq!(claim[3..7], [Data::Float(5.0), Data::Float(4.0), Data::Float(1.0), Data::Float(0.0)]);
    assert_eq!(claim[7..11], [Data::Float(1200.0), Data::Float(1800.0), Data::Float(2400.0), Data::Empty]);
    assert_eq!(row("in-ready")[11], Data::Float(160.0 * 60.0));
    assert!(book.worksheet_range("About").unwrap().rows().count() > 3, "what the numbers mean goes along");
    let line = format!("{cedar},'=HYPERLINK(1),claim,5,4,1,0,1200,1800,2400,,");
    assert!(csv.split("\r\n").any(|found| found == line), "{csv}");

    let exports: Vec<_> = kit.audit().await.into_iter().filter(|row| row.kind == AuditKind::Export).collect();
    assert_eq!(exports.len(), 2);
    assert_eq!((exports[0].operation.as_str(), exports[0].actor_id), ("times.export", Some(mona.id)));
    assert_eq!(exports[0].detail.as_ref().unwrap()["tasks"], 5);

    assert_eq!(export(&wall, "xlsx", asked.clone()).await.status, 403);
    assert_eq!(export(&kit.stranger(), "csv", asked.clone()).await.status, 401);
    assert_eq!(export(&mona.browser, "csv", json!({ "filter": { "from": "x" } })).await.status, 400);
    kit.pass(Duration::minutes(6)).await;
    assert_eq!(export(&mona.browser, "csv", asked).await.status, 403, "who sits there now?");
});
