//! Courtesy about claims: to ask, to be warned, to keep.
use chrono::Duration;
use serde_json::{Value, json};
use tests::{Kit, Person, both};

async fn held(kit: &Kit) -> (String, Person, Person, String) {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let task = ana.creates(&cedar, "Call").await;
    ana.claims(&task).await.data();
    (cedar, ana, ben, task)
}

both!(a_granted_request_moves_the_claim_in_one_step, async |kit: &Kit| {
    let (cedar, ana, ben, task) = held(kit).await;
    let mut feed = ana.follows(&cedar, None).await;

    let request = ben.asks_for(&task).await;
    let asked = feed.next_of("ClaimRequestChanged").await;
    let seen = ana.reads_requests(&cedar).await;
    let granted = ana.act("grantClaimRequest", json!({ "claimRequestId": request })).await;

    assert_eq!(asked["claimRequest"]["task"]["id"], json!(task));
    assert_eq!(seen.at("/claimRequests/0/message"), "may I?");
    assert_eq!(seen.at("/claimRequests/0/viewerCanAnswer"), true);
    assert_eq!(granted.at("/grantClaimRequest/claimRequest/state"), "GRANTED");
    let now = feed.next_where("Ben's", |item| item["task"]["claim"]["by"]["id"] == json!(ben.id.to_string())).await;
    assert_eq!(now["task"]["status"], "ACCEPTED", "it was never open in between");
    assert_eq!(ana.reads_requests(&cedar).await.at("/claimRequests"), &json!([]));
});

both!(only_who_holds_the_task_answers_and_a_decline_says_why, async |kit: &Kit| {
    let (cedar, ana, ben, task) = held(kit).await;
    let tom = kit.nurse("Tom", "Cedar").await;
    let request = ben.asks_for(&task).await;

    for somebody in [&ben, &tom] {
        let answer = somebody.act("grantClaimRequest", json!({ "claimRequestId": request })).await;
        assert_eq!(answer.code(), "FORBIDDEN");
    }
    assert_eq!(tom.act("withdrawClaimRequest", json!({ "claimRequestId": request })).await.code(), "FORBIDDEN");
    let input = json!({ "claimRequestId": request, "reason": "nearly done" });
    let declined = ana.act("declineClaimRequest", input).await;

    assert_eq!(declined.at("/declineClaimRequest/claimRequest/state"), "DECLINED");
    assert_eq!(declined.at("/declineClaimRequest/claimRequest/answer"), "nearly done");
    assert_eq!(ana.reads_task(&task).await.at("/task/claim/by/id"), &ana.id.to_string());
    assert_eq!(ana.act("grantClaimRequest", json!({ "claimRequestId": request })).await.code(), "CONFLICT");
    assert_eq!(ben.reads_requests(&cedar).await.at("/claimRequests"), &json!([]));
});

both!(a_request_is_over_after_ten_minutes_or_when_the_task_is_no_longer_the_holders, async |kit: &Kit| {
    let (cedar, ana, ben, task) = held(kit).await;
    let first = ben.asks_for(&task).await;
    assert_eq!(ben.asks_for(&task).await, first, "asked once");
    let mut feed = ben.follows(&cedar, None).await;

    kit.pass(Duration::minutes(10)).await;
    let expired = feed.next_of("ClaimRequestChanged").await;
    let second = ben.asks_for(&task).await;
    feed.next_of("ClaimRequestChanged").await;
    ana.releases(&task).await.data();
    let closed = feed.next_of("ClaimRequestChanged").await;

    assert_eq!(expired["claimRequest"]["state"], "EXPIRED");
    assert_eq!(expired["actor"], Value::Null, "time did it");
    assert_eq!(
        (closed["claimRequest"]["id"].clone(), &closed["claimRequest"]["state"]),
        (json!(second), &json!("EXPIRED"))
    );
    let ask = json!({ "taskId": task });
    assert_eq!(ben.act("askToTakeOver", ask).await.code(), "CONFLICT", "what nobody holds is claimed");
});

both!(two_grants_and_a_release_at_once_leave_one_holder, async |kit: &Kit| {
    let (cedar, ana, ben, _) = held(kit).await;
    let tom = kit.nurse("Tom", "Cedar").await;
    for _ in 0..8 {
        let task = ana.creates(&cedar, "Call").await;
        ana.claims(&task).await.data();
        let (of_ben, of_tom) = (ben.asks_for(&task).await, tom.asks_for(&task).await);
        let grant = async |request: &str| ana.act("grantClaimRequest", json!({ "claimRequestId": request })).await;

        let (one, two, released) = tokio::join!(grant(&of_ben), grant(&of_tom), ana.releases(&task));

        let granted = [&one, &two].iter().filter(|answer| answer.body.get("errors").is_none()).count();
        let gave_back = released.body.get("errors").is_none();
        let now = ana.reads_task(&task).await;
        let requests = ana.reads_requests(&cedar).await;
        assert!(granted <= 1, "{one} {two}");
        assert!(granted == 1 || gave_back, "{one} {two} {released}");
        assert_eq!(now.at("/task/status"), if gave_back { "READY" } else { "ACCEPTED" });
        assert_eq!(requests.at("/claimRequests"), &json!([]), "nobody waits for an answer");
    }
});

both!(the_holder_is_warned_before_the_claim_lapses_and_keeps_it_by_one_word, async |kit: &Kit| {
    let (cedar, ana, ben, task) = held(kit).await;
    let soon = async || {
        let read = "query S($id: ID!) { task(id: $id) { claim { lapsesSoon leaseUntil } } }";
        ana.ask(read, json!({ "id": task })).await.at("/task/claim/lapsesSoon").clone()
    };
    let mut feed = ben.follows(&cedar, None).await;

    kit.pass(Duration::minutes(470) - Duration::seconds(1)).await;
    let early = soon().await;
    kit.pass(Duration::seconds(1)).await;
    let warned = feed.next_of("TaskChanged").await;
    let late = soon().await;
    assert_eq!(ben.act("renewClaim", json!({ "taskId": task })).await.code(), "FORBIDDEN");
    ana.act("renewClaim", json!({ "taskId": task })).await.data();
    let kept = soon().await;
    kit.pass(Duration::minutes(30)).await;

    assert_eq!((early, late, kept), (json!(false), json!(true), json!(false)));
    assert_eq!(warned["actor"], Value::Null);
    assert_eq!(ana.reads_task(&task).await.at("/task/claim/by/id"), &ana.id.to_string());
    kit.pass(Duration::hours(8)).await;
    let history = "query H($id: ID!) { task(id: $id) { status history(first: 1) { nodes { action reason } } } }";
    let after = ana.ask(history, json!({ "id": task })).await;
    assert_eq!(after.at("/task/status"), "READY");
    assert_eq!(after.at("/task/history/nodes/0/action"), "LAPSED");
    assert_eq!(after.at("/task/history/nodes/0/reason"), "the claim lapsed: nobody worked on it");
    assert_eq!(ana.act("renewClaim", json!({ "taskId": task })).await.code(), "CONFLICT");
});
