//! Lists of tasks: the board's order, filters, and pages that neither skip nor repeat.
use chrono::Duration;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::{Kit, Person, both};

const LIST: &str = "query List($team: ID!, $filter: TaskFilter, $orderBy: TaskOrder, $first: Int, $after: String) {
    careTeam(id: $team) { tasks(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
      totalCount nodes { id title } edges { cursor node { id } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }";

async fn titles(by: &Person, team: &str, variables: Value) -> Vec<String> {
    let mut all = json!({ "team": team });
    all.as_object_mut().unwrap().extend(variables.as_object().unwrap().clone());
    let answer = by.ask(LIST, all).await;
    let nodes = answer.at("/careTeam/tasks/nodes").as_array().unwrap();
    nodes.iter().map(|node| node["title"].as_str().unwrap().to_owned()).collect()
}

both!(the_board_shows_what_should_be_done_first, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let now = kit.app.clock.now();
    for (title, priority, due) in [
        ("routine, some day", "ROUTINE", None),
        ("routine, soon", "ROUTINE", Some(now + Duration::hours(2))),
        ("stat, some day", "STAT", None),
        ("urgent, late", "URGENT", Some(now - Duration::hours(2))),
        ("urgent, tomorrow", "URGENT", Some(now + Duration::days(1))),
        ("urgent, tomorrow too", "URGENT", Some(now + Duration::days(1))),
        ("asap", "ASAP", Some(now + Duration::days(9))),
    ] {
        ana.creates_with(&cedar, title, json!({ "priority": priority, "dueAt": due })).await;
    }

    let board = titles(&ana, &cedar, json!({})).await;
    let by_due = titles(&ana, &cedar, json!({ "orderBy": "DUE_AT", "first": 3 })).await;
    let by_age = titles(&ana, &cedar, json!({ "orderBy": "CREATED_AT", "first": 2 })).await;

    assert_eq!(
        board,
        [
            "stat, some day",
            "asap",
            "urgent, late",
            "urgent, tomorrow",
            "urgent, tomorrow too",
            "routine, soon",
            "routine, some day",
        ]
    );
    assert_eq!(by_due, ["urgent, late", "routine, soon", "urgent, tomorrow"]);
    assert_eq!(by_age, ["routine, some day", "routine, soon"]);
});

both!(each_filter_keeps_what_it_says, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    let now = kit.app.clock.now();
    ana.creates_with(&cedar, "rosa", json!({ "patientId": rosa })).await;
    ana.creates_with(&cedar, "late", json!({ "dueAt": now - Duration::minutes(1) })).await;
    ana.creates_with(&cedar, "stat recall", json!({ "priority": "STAT", "kind": "RECALL" })).await;
    let (held, done) = (ana.creates(&cedar, "held").await, ana.creates(&cedar, "done").await);
    ben.claims(&held).await.data();
    ana.claims(&done).await.data();
    ana.completes(&done).await.data();

    for (filter, expected) in [
        (json!({ "patientId": rosa }), vec!["rosa"]),
        (json!({ "overdue": true }), vec!["late"]),
        (json!({ "dueBefore": now }), vec!["late"]),
        (json!({ "priority": ["STAT", "ASAP"] }), vec!["stat recall"]),
        (json!({ "kind": ["RECALL"] }), vec!["stat recall"]),
        (json!({ "claimedById": ben.id.to_string() }), vec!["held"]),
        (json!({ "unclaimed": false, "status": ["ACCEPTED"] }), vec!["held"]),
        (json!({ "status": ["COMPLETED"] }), vec!["done"]),
        (json!({ "completedSince": now }), vec!["done"]),
        (json!({ "unclaimed": true, "overdue": false }), vec!["stat recall", "rosa"]),
        (json!({ "status": [] }), vec![]),
    ] {
        assert_eq!(titles(&ana, &cedar, json!({ "filter": filter })).await, expected, "{filter}");
    }
});

both!(pages_neither_skip_nor_repeat_though_the_list_moves, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let now = kit.app.clock.now();
    let mut there = BTreeSet::new();
    for n in 0..25 {
        // Equal due times and priorities: the id decides.
        let due = (n % 3 > 0).then(|| now + Duration::hours(n % 3));
        there.insert(ana.creates_with(&cedar, &format!("Task {n}"), json!({ "dueAt": due })).await);
    }

    let (mut seen, mut after, mut pages) = (Vec::new(), Value::Null, 0);
    loop {
        let answer = ana.ask(LIST, json!({ "team": cedar, "first": 4, "after": after })).await;
        let page = answer.at("/careTeam/tasks").clone();
        seen.extend(page["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap().to_owned()));
        pages += 1;
        // Somebody adds work that comes before everything, and ends work that was shown.
        ana.creates_with(&cedar, "New", json!({ "priority": "STAT" })).await;
        ana.cancels(&seen[0], "seen today").await;
        assert_eq!(page["pageInfo"]["hasPreviousPage"], pages > 1);
        assert_eq!(page["pageInfo"]["endCursor"], page["edges"].as_array().unwrap().last().unwrap()["cursor"]);
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }

    assert_eq!(seen.len(), 25, "in {pages} pages");
    assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), there);
});

both!(a_page_is_never_longer_than_200, async |kit: &Kit| {
    let team = kit.team_id("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    for n in 0..205 {
        let task = api::tasks::service::NewTask {
            care_team: team,
            patient: None,
            kind: "RECALL".to_owned(),
            title: format!("Recall {n}"),
            instructions: None,
            priority: entity::task::TaskPriority::Routine,
            due_at: None,
        };
        api::tasks::service::create(&kit.cx(), task).await.unwrap();
    }

    let most = ana.ask(LIST, json!({ "team": team.to_string(), "first": 100_000 })).await;
    let usual = ana.ask(LIST, json!({ "team": team.to_string() })).await;
    let none = ana.ask(LIST, json!({ "team": team.to_string(), "first": 0 })).await;

    assert_eq!(most.at("/careTeam/tasks/nodes").as_array().unwrap().len(), 200);
    assert_eq!(most.at("/careTeam/tasks/pageInfo/hasNextPage"), true);
    assert_eq!(most.at("/careTeam/tasks/totalCount"), 205);
    assert_eq!(usual.at("/careTeam/tasks/nodes").as_array().unwrap().len(), 50);
    assert_eq!(none.at("/careTeam/tasks/nodes").as_array().unwrap().len(), 0);
});

both!(a_wrong_page_is_bad_input, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    ana.creates(&cedar, "One").await;
    ana.creates(&cedar, "Two").await;
    let page = ana.ask(LIST, json!({ "team": cedar, "first": 1 })).await;
    let cursor = page.text_at("/careTeam/tasks/pageInfo/endCursor");

    let negative = ana.ask(LIST, json!({ "team": cedar, "first": -1 })).await;
    let garbage = ana.ask(LIST, json!({ "team": cedar, "after": "garbage" })).await;
    let of_another_order = ana.ask(LIST, json!({ "team": cedar, "after": cursor, "orderBy": "DUE_AT" })).await;

    assert_eq!((negative.code(), negative.field()), ("BAD_USER_INPUT", "first"));
    assert_eq!((garbage.code(), garbage.field()), ("BAD_USER_INPUT", "after"));
    assert_eq!((of_another_order.code(), of_another_order.field()), ("BAD_USER_INPUT", "after"));
});
