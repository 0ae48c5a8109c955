//! Who tries passwords.
use super::{ME, sign_in};
use chrono::Duration;
use entity::{audit_entry::AuditKind, staff::StaffRole};
use serde_json::json;
use tests::{Answer, Browser, Kit, both, kit::PASSWORD};

#[track_caller]
fn wait(answer: &Answer) -> Duration {
    assert_eq!(answer.code(), "RATE_LIMITED", "{answer}");
    Duration::seconds(answer.error()["extensions"]["retryAfter"].as_i64().unwrap())
}

async fn twenty(kit: &Kit, email: &str) -> Vec<String> {
    let mut said = Vec::new();
    for n in 0..20 {
        said.push(sign_in(&kit.stranger(), email, &format!("wrong password {n}")).await.text);
    }
    said
}

both!(case_06_many_wrong_passwords_make_wait_and_tell_nothing_of_who_exists, async |kit: &Kit| {
    let (ana, email) = kit.hires("Ana", StaffRole::Nurse, &["Cedar"]).await;

    let known = twenty(kit, &email).await;
    let unknown = twenty(kit, "nobody@practice.example").await;

    assert_eq!(known, unknown, "the same words in the same order");
    assert_eq!(known.iter().filter(|text| text.contains("UNAUTHENTICATED")).count(), 5, "{known:?}");
    let right = sign_in(&kit.stranger(), &email, PASSWORD).await;
    let waits = wait(&right);
    let refused = kit.audit().await.into_iter().filter(|row| row.kind == AuditKind::Refused);
    assert_eq!(refused.filter(|row| row.entity_id == Some(ana.0)).count(), 21, "each of them is on record");
    kit.pass(waits).await;
    assert_eq!(sign_in(&kit.stranger(), &email, PASSWORD).await.at("/signIn/viewer/staff/displayName"), "Ana");
    assert_eq!(sign_in(&kit.stranger(), &email, "wrong").await.code(), "UNAUTHENTICATED", "and the count is over");
});

both!(case_06_each_failure_doubles_the_wait_up_to_a_quarter_of_an_hour, async |kit: &Kit| {
    let (_, email) = kit.hires("Ana", StaffRole::Nurse, &["Cedar"]).await;
    let mut waits = Vec::new();
    for _ in 0..4 {
        sign_in(&kit.stranger(), &email, "wrong password").await;
    }
    for _ in 0..13 {
        assert_eq!(sign_in(&kit.stranger(), &email, "wrong password").await.code(), "UNAUTHENTICATED");
        let pause = wait(&sign_in(&kit.stranger(), &email, "wrong password").await);
        waits.push(pause.num_seconds());
        kit.pass(pause).await;
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
});

both!(case_06_twenty_at_one_moment_are_counted_as_twenty, async |kit: &Kit| {
    let (_, email) = kit.hires("Ana", StaffRole::Nurse, &["Cedar"]).await;
    let stranger = kit.stranger();

    let all = futures_util::future::join_all((0..20).map(|_| sign_in(&stranger, &email, "wrong password"))).await;

    let looked_at = all.iter().filter(|answer| answer.code() == "UNAUTHENTICATED").count();
    assert_eq!(looked_at, 5, "no more are even compared");
    wait(&sign_in(&kit.stranger(), &email, PASSWORD).await);
});

both!(case_06_another_node_counts_the_same, async |kit: &Kit| {
    let (_, email) = kit.hires("Ana", StaffRole::Nurse, &["Cedar"]).await;
    let (address, stop, server) = tests::kit::serve(kit.second_app().await).await;
    for _ in 0..5 {
        sign_in(&kit.stranger(), &email, "wrong password").await;
    }

    wait(&sign_in(&Browser::at(address), &email, PASSWORD).await);

    stop.cancel();
    server.await.unwrap();
});

both!(case_07_aliases_of_one_document_are_counted_each_or_refused, async |kit: &Kit| {
    let (_, email) = kit.hires("Ana", StaffRole::Nurse, &["Cedar"]).await;
    let tries = |count: usize| {
        let one = |n| format!("t{n}: signIn(input: {{ email: \"{email}\", password: \"wrong {n}\" }}) {{ token }}");
        format!("mutation {{ {} }}", (0..count).map(one).collect::<Vec<_>>().join(" "))
    };

    let hundred = kit.stranger().ask(&tries(100), json!({})).await;
    let free = sign_in(&kit.stranger(), &email, PASSWORD).await;
    for _ in 0..5 {
        // A wrong one ends the document, so that the next is not even tried.
        assert_eq!(kit.stranger().ask(&tries(2), json!({})).await.code(), "UNAUTHENTICATED");
    }

    assert_eq!(hundred.code(), "TOO_COMPLEX");
    assert_eq!(free.at("/signIn/viewer/staff/displayName"), "Ana", "nothing of it was tried");
    wait(&sign_in(&kit.stranger(), &email, PASSWORD).await);
});

both!(a_wrong_password_at_a_privileged_act_counts_as_well, async |kit: &Kit| {
    let ana = kit.nurse("Ana", "Cedar").await;
    for _ in 0..4 {
        let wrong = ana.act("reauthenticate", json!({ "password": "wrong password" })).await;
        assert_eq!((wrong.code(), wrong.field()), ("BAD_USER_INPUT", "input.password"));
    }
    let input = json!({ "oldPassword": "wrong password", "newPassword": "another good one" });
    assert_eq!(ana.act("changePassword", input).await.field(), "input.oldPassword");

    wait(&ana.act("reauthenticate", json!({ "password": PASSWORD })).await);
    wait(&sign_in(&kit.stranger(), &ana.email, PASSWORD).await);
    assert_eq!(ana.ask(ME, json!({})).await.at("/viewer/staff/displayName"), "Ana", "who is in stays in");
});

both!(nobody_chooses_what_others_would_guess, async |kit: &Kit| {
    let ana = kit.nurse("Ana Torres", "Cedar").await;
    let change =
        async |new: &str| ana.act("changePassword", json!({ "oldPassword": PASSWORD, "newPassword": new })).await;

    for bad in ["short", "password123", "anatorres1", "huddle-2026", "Practice-99", "aaaaaaaaaaaa"] {
        let refused = change(bad).await;
        assert_eq!((refused.code(), refused.field()), ("BAD_USER_INPUT", "input.newPassword"), "{bad}");
    }
    let elsewhere = kit.enters("Ana Torres", (ana.id, ana.email.clone())).await;
    change("a walk along the river").await.data();

    assert_eq!(elsewhere.ask(ME, json!({})).await.code(), "UNAUTHENTICATED", "her other sessions end");
    assert_eq!(ana.ask(ME, json!({})).await.at("/viewer/staff/displayName"), "Ana Torres");
    assert_eq!(sign_in(&kit.stranger(), &ana.email, PASSWORD).await.code(), "UNAUTHENTICATED");
    sign_in(&kit.stranger(), &ana.email, "a walk along the river").await.data();
});
