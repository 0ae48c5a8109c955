//! What is kept, and for how long.
use chrono::Duration;
use entity::{patient_version, task_version};
use sea_orm::EntityTrait;
use serde_json::json;
use tests::{Kit, Person, both, kit::morning, store};

const BOARD: &str = "query Replay($team: ID!, $at: DateTime!) { replay(careTeamId: $team, at: $at) { keptSince
    tasks { id title status } } }";

async fn titles(who: &Person, team: &str, at: chrono::DateTime<chrono::Utc>) -> Vec<String> {
    let answer = who.ask(BOARD, json!({ "team": team, "at": at.to_rfc3339() })).await;
    let mut titles: Vec<String> = answer
        .at("/replay/tasks")
        .as_array()
        .unwrap()
        .iter()
        .map(|task| format!("{} {}", task["title"].as_str().unwrap(), task["status"].as_str().unwrap()))
        .collect();
    titles.sort();
    titles
}

both!(versions_go_with_the_log_and_the_oldest_board_stays_whole, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let old = ana.creates(&cedar, "Untouched").await;
    let busy = ana.creates(&cedar, "Busy").await;
    ana.claims(&busy).await.data();
    ana.releases(&busy).await.data();
    ana.claims(&busy).await.data();
    let of_old_days = task_version::Entity::find().all(&kit.db).await.unwrap().len();
    assert_eq!(of_old_days, 5);
    kit.app.clock.set(morning() + Duration::days(5));
    ana.completes(&busy).await.data();

    api::background::keep_log(&kit.app).await.unwrap();

    let kept = task_version::Entity::find().all(&kit.db).await.unwrap();
    let of = |task: &str| kept.iter().filter(|row| row.task_id.to_string() == task).count();
    assert_eq!((of(&old), of(&busy)), (1, 2), "of each the last of before, and what came after");
    let floor = store::head(&kit.db, kit.organization).await.floor_seq;
    assert!(kept.iter().filter(|row| row.seq > floor).count() == 1);
    let before = morning() + Duration::days(4);
    assert_eq!(titles(&ana, &cedar, before).await, ["Busy ACCEPTED", "Untouched READY"]);
    let gone = ana.ask(BOARD, json!({ "team": cedar, "at": morning().to_rfc3339() })).await;
    assert_eq!((gone.code(), gone.field()), ("BAD_USER_INPUT", "at"));

    // A node that ended between the two leaves them to the next day's sweep.
    api::background::keep_record(&kit.app).await.unwrap();
    assert_eq!(task_version::Entity::find().all(&kit.db).await.unwrap(), kept);
});

both!(one_transaction_keeps_what_each_of_its_events_is_about, async |kit: &Kit| {
    let (cedar, maple) = (kit.team("Cedar").await, kit.team("Maple").await);
    let ana = kit.nurse("Ana", "Cedar").await;
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    for title in ["One", "Two"] {
        ana.creates_with(&cedar, title, json!({ "patientId": rosa })).await;
    }
    let before = store::head(&kit.db, kit.organization).await.seq;

    ana.moves_patient(&rosa, &maple).await.data();

    let last = store::head(&kit.db, kit.organization).await.seq;
    let tasks = task_version::Entity::find().all(&kit.db).await.unwrap();
    let tasks: Vec<_> = tasks.into_iter().filter(|row| row.seq > before).collect();
    let patients = patient_version::Entity::find().all(&kit.db).await.unwrap();
    let patients: Vec<_> = patients.into_iter().filter(|row| row.seq > before).collect();
    assert_eq!((tasks.len(), patients.len()), (2, 1));
    assert!(tasks.iter().all(|row| row.care_team_id.to_string() == maple && row.tx_seq == last));
    assert_eq!(patients[0].care_team_id.map(|team| team.to_string()), Some(maple));
    assert_eq!(patients[0].seq, last);
});
