//! Nothing is left with who is gone: for the day, from a team, for good.
use entity::{
    handoff::{self, HandoffState},
    patient, staff, task,
};
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use tests::{Kit, Person, both};

both!(at_the_end_of_a_day_everything_that_one_holds_is_seen_to_at_once, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let mut tasks = Vec::new();
    for title in ["One", "Two", "Three", "Four"] {
        let task = ana.creates(&cedar, title).await;
        ana.claims(&task).await.data();
        tasks.push(task);
    }
    let to_ben = json!(ben.id.to_string());
    let line = |task: &str, choice: &str, to: &Value| json!({ "taskId": task, "choice": choice, "toStaffId": to, "reason": "off at five" });
    let all = json!([
        line(&tasks[0], "HAND_OVER", &to_ben),
        line(&tasks[1], "HAND_OVER", &to_ben),
        line(&tasks[2], "RETURN", &Value::Null),
        line(&tasks[3], "KEEP", &Value::Null),
    ]);
    let some = json!([line(&tasks[0], "HAND_OVER", &to_ben)]);
    assert_eq!(ana.act("leaveForTheDay", json!({ "tasks": some })).await.code(), "CONFLICT", "nothing is forgotten");
    assert_eq!(ben.handoffs("TO_ME").await, Vec::<String>::new(), "all of it or nothing");

    let left = ana.act("leaveForTheDay", json!({ "tasks": all })).await;

    let handoffs = left.at("/leaveForTheDay/handoffs").as_array().unwrap();
    assert_eq!(handoffs.len(), 1, "one receiver acknowledges once");
    assert_eq!(handoffs[0]["items"].as_array().unwrap().len(), 2);
    assert_eq!(ana.reads_task(&tasks[2]).await.at("/task/status"), "READY");
    let kept = ana.reads_task(&tasks[3]).await;
    assert_eq!((kept.at("/task/status"), kept.at("/task/statusReason")), (&json!("ON_HOLD"), &json!("off at five")));
    ben.acknowledges(handoffs[0]["id"].as_str().unwrap()).await.data();
    for task in &tasks[..2] {
        assert_eq!(ana.reads_task(task).await.at("/task/claim/by/id"), &ben.id.to_string());
    }
});

both!(work_of_who_is_away_is_on_a_list_until_somebody_has_it, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let eva = kit.manager("Eva").await;
    let task = ana.creates(&cedar, "Call").await;
    ana.claims(&task).await.data();
    ana.holds(&task, "until the result is there").await.data();
    let handoff = ana.hands_over(&task, Some(ben.id)).await;
    let stranded = async || {
        let read = "query S($team: ID!) { strandedWork(careTeamId: $team) { nodes { id } } }";
        eva.ask(read, json!({ "team": cedar })).await.at("/strandedWork/nodes").clone()
    };

    let here = stranded().await;
    ana.signs_out().await.data();
    let away = stranded().await;
    ben.acknowledges(&handoff).await.data();

    assert_eq!((here, away), (json!([]), json!([{ "id": task }])));
    assert_eq!(stranded().await, json!([]));
});

both!(whoever_leaves_leaves_nothing_behind, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let (eva, ada) = (kit.manager("Eva").await, kit.administrator("Ada").await);
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    let (hers, his) = (ana.creates(&cedar, "Hers").await, ana.creates(&cedar, "His").await);
    ana.claims(&hers).await.data();
    ana.holds(&hers, "waits").await.data();
    ben.claims(&his).await.data();
    eva.act("assignCoordinator", json!({ "patientId": rosa, "staffId": ana.id.to_string() })).await.data();
    let (from_her, to_her) = (ana.hands_over(&hers, None).await, ben.hands_over(&his, Some(ana.id)).await);
    ana.asks_for(&his).await;

    for mutation in ["removeCareTeamMember", "deactivateStaff"] {
        let input = match mutation {
            "deactivateStaff" => json!({ "staffId": ana.id.to_string() }),
            _ => json!({ "careTeamId": cedar, "staffId": ana.id.to_string() }),
        };
        ada.act(mutation, input).await.data();

        assert_eq!(ben.reads_task(&hers).await.at("/task/status"), "READY", "{mutation}");
        assert_eq!(eva.reads_patient(&rosa).await.at("/patient/coordinator"), &Value::Null);
        assert_eq!(ben.reads_handoff(&from_her).await.at("/handoff/state"), "WITHDRAWN");
        assert_eq!(
            ben.reads_handoff(&to_her).await.at("/handoff/state"),
            "ESCALATED",
            "its giver and a manager see it"
        );
        assert_eq!(eva.handoffs("ESCALATED").await, std::slice::from_ref(&to_her));
        assert_eq!(ben.reads_requests(&cedar).await.at("/claimRequests"), &json!([]));
    }
    assert_eq!(ben.reads_task(&his).await.at("/task/claim/by/id"), &ben.id.to_string());
});

/// Everything that gives somebody work, while they are let go.
async fn gives_work(kit: &Kit, cedar: &str, goes: &Person, stays: &Person, boss: &Person, n: usize) {
    let task = stays.creates(cedar, "Call").await;
    let to = goes.id.to_string();
    // Whatever comes of it: some are too late, and are told so.
    match n % 4 {
        0 => drop(goes.claims(&task).await),
        1 => drop(boss.assigns(&task, Some(&to)).await),
        2 => {
            stays.claims(&task).await.data();
            if let Ok(asked) = goes.tries("askToTakeOver", json!({ "taskId": task })).await
                && let Some(request) = asked.body.pointer("/data/askToTakeOver/claimRequest/id")
            {
                drop(stays.act("grantClaimRequest", json!({ "claimRequestId": request })).await);
            }
        }
        _ => {
            let patient = kit.patient(&format!("Rosa Diaz {n}"), "Cedar").await;
            drop(boss.act("assignCoordinator", json!({ "patientId": patient, "staffId": to })).await);
        }
    }
}

both!(nothing_is_stranded_however_much_goes_on_while_people_are_let_go, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let stays = kit.nurse("Sam", "Cedar").await;
    let (boss, ada) = (kit.manager("Eva").await, kit.administrator("Ada").await);
    let mut goes = Vec::new();
    for n in 0..4 {
        goes.push(kit.nurse(&format!("Goes {n}"), "Cedar").await);
    }

    let work = goes.iter().enumerate().map(async |(who, person)| {
        let busy = join_all((0..8).map(|n| gives_work(kit, &cedar, person, &stays, &boss, who * 8 + n)));
        let leaves = async {
            // In the middle of it.
            tokio::task::yield_now().await;
            let of_team = json!({ "careTeamId": cedar, "staffId": person.id.to_string() });
            let gone = json!({ "staffId": person.id.to_string() });
            match who % 2 {
                0 => ada.act("deactivateStaff", gone).await,
                _ => ada.act("removeCareTeamMember", of_team).await,
            }
        };
        let (_, left) = tokio::join!(busy, leaves);
        // Deadlocks and conflicts are undone and may be tried again, as a person would.
        if left.body.get("errors").is_some() {
            assert!(["UNAVAILABLE", "CONFLICT"].contains(&left.code()), "{left}");
            ada.act("deactivateStaff", json!({ "staffId": person.id.to_string() })).await.data();
        }
    });
    join_all(work).await;

    for person in &goes {
        let held = task::Entity::find()
            .filter(task::Column::ClaimedBy.eq(person.id))
            .filter(task::Column::Status.is_in(api::tasks::rules::OPEN));
        assert_eq!(held.count(&kit.db).await.unwrap(), 0, "{} holds nothing", person.name);
        let coordinated = patient::Entity::find().filter(patient::Column::CoordinatorId.eq(person.id));
        assert_eq!(coordinated.count(&kit.db).await.unwrap(), 0, "{} coordinates nobody", person.name);
        let waits = handoff::Entity::find()
            .filter(handoff::Column::ToId.eq(person.id))
            .filter(handoff::Column::State.eq(HandoffState::Open));
        assert_eq!(waits.count(&kit.db).await.unwrap(), 0);
    }
    let gone = staff::Entity::find().filter(staff::Column::Active.eq(false)).all(&kit.db).await.unwrap();
    assert!(gone.len() >= 2);
});
