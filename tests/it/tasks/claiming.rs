//! Of any number who claim at once, one gets the task, and the others learn who.
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Instant};
use tests::{Kit, Person, both, kit, store};

both!(a_second_claim_names_the_winner, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let task = ana.creates(&cedar, "Call").await;
    ana.claims(&task).await.data();

    let second = ben.claims(&task).await;

    assert_eq!(second.at("/claimTask/outcome"), "ALREADY_CLAIMED");
    assert_eq!(second.at("/claimTask/task/claim/by/id"), &ana.id.to_string());
    assert_eq!(second.at("/claimTask/task/claim/by/displayName"), "Ana");
    assert_eq!(second.at("/claimTask/task/viewerCanClaim"), false);
});

both!(claiming_twice_is_harmless, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let task = ana.creates(&cedar, "Call").await;

    let first = ana.claims(&task).await;
    let again = ana.claims(&task).await;

    assert_eq!(again.at("/claimTask/outcome"), "CLAIMED");
    assert_eq!(again.at("/claimTask/task"), first.at("/claimTask/task"), "nothing is written the second time");
});

both!(a_claim_beside_an_edit_keeps_both, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    for round in 0..20 {
        let task = ana.creates(&cedar, &format!("Call {round}")).await;
        let due = kit::morning() + chrono::Duration::hours(2);

        let edit = json!({ "taskId": task, "dueAt": due.to_rfc3339() });
        let (claimed, edited) = tokio::join!(ana.claims(&task), ben.act("updateTask", edit));

        assert_eq!(claimed.at("/claimTask/outcome"), "CLAIMED");
        if edited.body["errors"].is_null() {
            let rows = store::tasks(&kit.db, kit.organization).await;
            let row = rows.iter().find(|row| row.id.to_string() == task).unwrap();
            assert_eq!(row.turns_at, Some(due - chrono::Duration::hours(1)), "the edited due time has its clock");
        } else {
            assert_eq!(edited.code(), "CONFLICT");
        }
    }
});

both!(what_is_not_open_cannot_be_claimed_and_says_its_state, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let (done, gone) = (ana.creates(&cedar, "Done").await, ana.creates(&cedar, "Gone").await);
    ana.claims(&done).await.data();
    ana.completes(&done).await.data();
    ana.cancels(&gone, "seen today").await.data();

    for (task, status) in [(done, "COMPLETED"), (gone, "CANCELLED")] {
        let answer = ben.claims(&task).await;

        assert_eq!(answer.at("/claimTask/outcome"), "NOT_CLAIMABLE");
        assert_eq!(answer.at("/claimTask/task/status"), status);
    }
});

/// Asks for nothing but the outcome, so that the race is about claiming.
async fn races(person: &Person, task: &str) -> (String, Value) {
    let document = "mutation Race($input: ClaimTaskInput!) {
        claimTask(input: $input) { outcome task { status claim { by { id } } } } }";
    let answer = person.ask(document, json!({ "input": { "taskId": task } })).await;
    (answer.text_at("/claimTask/outcome"), answer.at("/claimTask/task/claim/by/id").clone())
}

const CLIENTS: usize = 50;
const ROUNDS: usize = 200;

both!(fifty_who_race_for_a_task_are_one_winner_and_49_who_learn_the_name, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let names = (0..CLIENTS).map(|n| format!("Racer {n}"));
    let mut people = Vec::new();
    for name in names {
        people.push(kit.nurse(&name, "Cedar").await);
    }
    let mut tasks = Vec::new();
    for round in 0..ROUNDS {
        tasks.push(people[0].creates(&cedar, &format!("Round {round}")).await);
    }
    let since = Instant::now();

    let mut winners = BTreeSet::new();
    for task in &tasks {
        let answers = join_all(people.iter().map(|person| races(person, task))).await;

        let won: Vec<usize> = (0..CLIENTS).filter(|index| answers[*index].0 == "CLAIMED").collect();
        assert_eq!(won.len(), 1, "{answers:?}");
        let winner = &people[won[0]].id.to_string();
        for (outcome, holder) in &answers {
            assert!(outcome == "CLAIMED" || outcome == "ALREADY_CLAIMED", "{outcome}");
            assert_eq!(holder, winner);
        }
        winners.insert(winner.clone());
    }

    println!("{ROUNDS} rounds of {CLIENTS} in {:?}, {} different winners", since.elapsed(), winners.len());
    let claims = tests::store::history(&kit.db, kit.organization).await;
    let claims = claims.iter().filter(|entry| entry.action == entity::task_history::TaskAction::Claimed);
    assert_eq!(claims.count(), ROUNDS, "a loser wrote something");
});
