//! An open feed.
use api::events::Cursor;
use chrono::Duration;
use serde_json::{Value, json};
use std::time::Instant;
use tests::{Feed, Kind, Kit, both};

fn seq(cursor: &Value) -> i64 {
    Cursor::parse(cursor.as_str().unwrap()).expect("a cursor").seq
}

both!(a_change_reaches_every_open_screen_with_who_did_it, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let (mut hers, mut his) = (ana.follows(&cedar, None).await, ben.follows(&cedar, None).await);

    let task = ana.creates(&cedar, "Call").await;
    ben.claims(&task).await.data();

    for screen in [&mut hers, &mut his] {
        let created = screen.next_change().await;
        let claimed = screen.next_change().await;
        assert_eq!(created["__typename"], "TaskChanged", "{created}");
        assert_eq!([&created["task"]["id"], &claimed["task"]["id"]], [&json!(task), &json!(task)]);
        assert_eq!(created["actor"]["id"], ana.id.to_string());
        assert_eq!(claimed["actor"]["displayName"], "Ben");
        assert_eq!(claimed["task"]["status"], "ACCEPTED");
        assert_eq!(claimed["task"]["claim"]["by"]["id"], ben.id.to_string());
        assert!(seq(&claimed["cursor"]) > seq(&created["cursor"]));
    }
});

both!(changes_come_each_once_and_in_the_order_of_the_log, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let mut screen = ana.follows(&cedar, None).await;
    let from = tests::store::head(&kit.db, kit.organization).await.seq;

    let work = async |person: &tests::Person| {
        for n in 0..20 {
            person.creates(&cedar, &format!("{} {n}", person.name)).await;
        }
    };
    tokio::join!(work(&ana), work(&ben));

    let mut seen = Vec::new();
    for _ in 0..40 {
        seen.push(seq(&screen.next_change().await["cursor"]));
    }
    assert_eq!(seen, (from + 1..=from + 40).collect::<Vec<_>>());
});

both!(a_patients_status_reaches_the_board, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    let mut screen = ana.follows(&cedar, None).await;

    ana.sets_status(&rosa, "IN_ED").await.data();

    let item = screen.next_change().await;
    assert_eq!(item["__typename"], "PatientChanged", "{item}");
    assert_eq!(item["patient"]["id"], rosa);
    assert_eq!(item["patient"]["status"], "IN_ED");
    assert_eq!(item["actor"]["id"], ana.id.to_string());
});

both!(a_new_member_reaches_the_board, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, mia) = (kit.nurse("Ana", "Cedar").await, kit.manager("Mia").await);
    let ben = kit.hires("Ben", entity::staff::StaffRole::Nurse, &[]).await.0.to_string();
    let mut screen = ana.follows(&cedar, None).await;

    mia.adds_member(&cedar, &ben).await.data();

    let item = screen.next_change().await;
    assert_eq!(item["__typename"], "CareTeamChanged", "{item}");
    let names: Vec<_> = item["careTeam"]["members"].as_array().unwrap().iter().map(|one| &one["staff"]["id"]).collect();
    assert_eq!(names, [&json!(ana.id.to_string()), &json!(ben)]);
});

both!(a_task_that_changes_teams_leaves_one_board_and_enters_the_other, async |kit: &Kit| {
    let (cedar, maple) = (kit.team("Cedar").await, kit.team("Maple").await);
    let (cora, mei) = (kit.coordinator("Cora", "Cedar").await, kit.nurse("Mei", "Maple").await);
    let task = cora.creates(&cedar, "Call").await;
    let (mut there, mut here) = (cora.follows(&cedar, None).await, mei.follows(&maple, None).await);

    cora.moves_task(&task, &maple).await;

    let left = there.next_change().await;
    let entered = here.next_change().await;
    assert_eq!(left["__typename"], "NodeRemoved", "{left}");
    assert_eq!(left["nodeId"], task);
    assert_eq!(left["actor"]["id"], cora.id.to_string());
    assert_eq!(left.get("task"), None, "nothing of its new content");
    assert_eq!(entered["__typename"], "TaskChanged", "{entered}");
    assert_eq!(entered["task"]["id"], task);
    assert_eq!(entered["task"]["careTeam"]["id"], maple);
});

both!(a_patient_who_changes_teams_takes_their_open_work_along, async |kit: &Kit| {
    let (cedar, maple) = (kit.team("Cedar").await, kit.team("Maple").await);
    let (ana, mei) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Mei", "Maple").await);
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    let task = ana.creates_with(&cedar, "Call", json!({ "patientId": rosa })).await;
    let (mut there, mut here) = (ana.follows(&cedar, None).await, mei.follows(&maple, None).await);

    ana.moves_patient(&rosa, &maple).await;

    let left = [there.next_change().await, there.next_change().await];
    let entered = [here.next_change().await, here.next_change().await];
    let mut gone: Vec<_> =
        left.iter().map(|item| item["nodeId"].as_str().unwrap_or_else(|| panic!("{item}"))).collect();
    gone.sort_unstable();
    assert_eq!(gone, [&rosa, &task]);
    let task_there = entered.iter().find(|item| item["__typename"] == "TaskChanged").unwrap();
    let rosa_there = entered.iter().find(|item| item["__typename"] == "PatientChanged").unwrap();
    assert_eq!(task_there["task"]["careTeam"]["id"], maple);
    assert_eq!(rosa_there["patient"]["careTeam"]["id"], maple);
});

both!(two_organisations_and_two_teams_never_hear_of_each_other, async |kit: &Kit| {
    let (cedar, maple) = (kit.team("Cedar").await, kit.team("Maple").await);
    let elm = kit.practice("Elm Clinic").await;
    let elms = elm.team("Cedar").await;
    let (ana, mei, eva) =
        (kit.nurse("Ana", "Cedar").await, kit.nurse("Mei", "Maple").await, elm.nurse("Eva", "Cedar").await);
    let mut screen = ana.follows(&cedar, None).await;

    for n in 0..5 {
        mei.creates(&maple, &format!("Maple {n}")).await;
        eva.creates(&elms, &format!("Elm {n}")).await;
    }
    let task = ana.creates(&cedar, "Ours").await;

    let first = screen.next_change().await;
    assert_eq!(first["task"]["id"], task, "the first thing that Ana hears is her own: {first}");
});

both!(a_change_made_by_another_process_arrives_by_the_sweep, async |kit: &Kit| {
    let team = kit.team_id("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let mut screen = ana.follows(&team.to_string(), None).await;
    let other = kit.second_app().await;
    let task = api::tasks::service::NewTask {
        care_team: team,
        patient: None,
        kind: "RECALL".to_owned(),
        title: "From elsewhere".to_owned(),
        instructions: None,
        priority: entity::task::TaskPriority::Routine,
        due_at: None,
    };
    let since = Instant::now();

    let task = api::tasks::service::create(&api::Cx::system(other, kit.organization), task).await.unwrap();
    let item = screen.next_change().await;

    assert_eq!(item["task"]["id"], task.id.to_string());
    assert!(since.elapsed() < std::time::Duration::from_secs(4), "{:?}", since.elapsed());
});

#[tokio::test(flavor = "multi_thread")]
async fn a_quiet_feed_beats_at_least_every_15_seconds_and_says_where_the_log_stands() {
    let kit = Kit::start(Kind::Sqlite).await;
    let (cedar, maple) = (kit.team("Cedar").await, kit.team("Maple").await);
    let (ana, mei) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Mei", "Maple").await);
    let mut screen = ana.follows(&cedar, None).await;
    let opened = screen.cursor.clone();
    mei.creates(&maple, "Elsewhere").await;

    let beat = screen.next_within(std::time::Duration::from_secs(15)).await.expect("a heartbeat within 15 seconds");

    let head = tests::store::head(&kit.db, kit.organization).await.seq;
    assert_eq!(beat["__typename"], "FeedHeartbeat", "{beat}");
    assert_eq!(seq(&beat["cursor"]), head, "the head, though the last change was not for this team");
    assert!(head > seq(&json!(opened)));
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopping_server_closes_its_sockets_with_1001() {
    let kit = Kit::start(Kind::Sqlite).await;
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let mut screen = ana.follows(&cedar, None).await;

    kit.end().await;

    assert_eq!(screen.end().await, "1001");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_ends_when_its_session_runs_out() {
    let config = api::Config { session_length: Duration::hours(1), ..tests::kit::config() };
    let kit = Kit::start_with(Kind::Sqlite, api::Clock::set_to(tests::kit::morning()), config).await;
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let mut screen: Feed = ana.follows(&cedar, None).await;

    kit.pass(Duration::hours(1)).await;
    let team = kit.team_id("Cedar").await;
    api::care_teams::service::add_member(&kit.cx(), team, ana.id, Some(10.0)).await.unwrap();

    assert_eq!(screen.end().await, "UNAUTHENTICATED");
    kit.end().await;
}
