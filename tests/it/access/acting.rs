//! Working at a wall display for a minute: by a PIN, or by one's own phone.
use chrono::Duration;
use entity::{audit_entry::AuditKind, staff::StaffRole};
use futures_util::future::join_all;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};
use tests::{Answer, Browser, Feed, Kit, Person, both, people::act};

const PIN: &str = "720946";
const ME: &str = "query Me { viewer { isDisplay staff { id } acting { staff { displayName } until } } }";

async fn sets_pin(person: &Person) {
    assert_eq!(person.act("setPin", json!({ "pin": PIN })).await.at("/setPin/viewer/hasPin"), true);
}

async fn acts(wall: &Browser, person: &Person, pin: &str) -> Answer {
    act(wall, "actOnDisplay", json!({ "staffId": person.id.to_string(), "pin": pin })).await
}

async fn claims(wall: &Browser, task: &str) -> Answer {
    act(wall, "claimTask", json!({ "taskId": task })).await
}

both!(a_pin_lets_its_holder_work_at_the_wall_for_a_minute, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let rosa = kit.patient("Rosa Canaria", "Cedar").await;
    let wall = kit.display(&cedar, &ana).await;
    let mut feed = Feed::open(kit.address, wall.token.as_deref().unwrap(), &cedar, None).await;
    let task = ana.creates_with(&cedar, "Call", json!({ "patientId": rosa })).await;
    sets_pin(&ana).await;
    assert_eq!(claims(&wall, &task).await.code(), "FORBIDDEN", "nobody acts yet");

    let begun = act(&wall, "actOnDisplay", json!({ "email": ana.email.to_uppercase(), "pin": PIN })).await;
    let claimed = claims(&wall, &task).await;
    kit.pass(Duration::seconds(59)).await;
    let status = act(&wall, "setPatientStatus", json!({ "patientId": rosa, "status": "WATCH" })).await;
    let during = wall.ask(ME, json!({})).await;
    kit.pass(Duration::seconds(1)).await;
    let late = act(&wall, "releaseTask", json!({ "taskId": task })).await;

    let acting = json!({ "staff": { "displayName": "Ana" }, "until": "2026-11-23T14:01:00Z" });
    assert_eq!(begun.at("/actOnDisplay/viewer"), &json!({ "isDisplay": true, "acting": acting }));
    assert_eq!(claimed.at("/claimTask/task/claim/by/displayName"), "Ana");
    assert_eq!(during.at("/viewer"), &json!({ "isDisplay": true, "staff": null, "acting": acting }), "not prolonged");
    for shown in [claimed.at("/claimTask/task/patient/displayName"), status.at("/setPatientStatus/patient/displayName")]
    {
        assert_eq!(shown, "R. C.", "the wall is still a wall");
    }
    assert_eq!(status.at("/setPatientStatus/patient/mrn"), &Value::Null);
    assert_eq!(late.code(), "FORBIDDEN");
    assert_eq!(wall.ask(ME, json!({})).await.at("/viewer/acting"), &Value::Null);
    let pushed = feed.next_where("the claim", |item| item["task"]["claim"]["by"]["displayName"] == "Ana").await;
    assert_eq!(pushed["task"]["patient"]["displayName"], "R. C.", "feeds go on as they were");

    let record = kit.audit().await;
    let wall_session = record.iter().find(|row| row.operation == "displays.act").unwrap().session_id;
    let row = record.iter().find(|row| row.operation == "tasks.claim").unwrap();
    assert_eq!((row.actor_id, row.actor_kind.as_str()), (Some(ana.id), "staff"));
    assert_eq!(row.session_id, wall_session, "the record names the person and the display");
});

both!(at_the_wall_one_works_for_its_team_and_does_nothing_else, async |kit: &Kit| {
    let (cedar, maple) = (kit.team("Cedar").await, kit.team("Maple").await);
    let ana = kit.nurse("Ana", "Cedar").await;
    let bo = kit.person("Bo", StaffRole::Nurse, &["Cedar", "Maple"]).await;
    let eva = kit.manager("Eva").await;
    let wall = kit.display(&cedar, &ana).await;
    let (here, there) = (ana.creates(&cedar, "Here").await, bo.creates(&maple, "There").await);
    sets_pin(&bo).await;
    sets_pin(&eva).await;

    acts(&wall, &bo, PIN).await.data();
    assert_eq!(bo.claims(&there).await.at("/claimTask/outcome"), "CLAIMED", "at their own desk");
    assert_eq!(act(&wall, "releaseTask", json!({ "taskId": there })).await.code(), "NOT_FOUND");
    assert_eq!(claims(&wall, &here).await.at("/claimTask/outcome"), "CLAIMED");

    acts(&wall, &eva, PIN).await.data();
    let (_, codes) = kit.screen().await;
    let member = json!({ "careTeamId": cedar, "staffId": eva.id.to_string() });
    for (mutation, input) in [
        ("setPin", json!({ "pin": "330914" })),
        ("confirmDisplay", json!({ "userCode": codes["userCode"], "careTeamId": cedar, "name": "Mine" })),
        ("addCareTeamMember", member.clone()),
        ("removeCareTeamMember", member),
        ("createIntegrationToken", json!({ "name": "Mine", "scopes": ["READ"] })),
    ] {
        assert_eq!(act(&wall, mutation, input).await.code(), "FORBIDDEN", "{mutation}");
    }
    let search = "query Find { patients(filter: { search: \"Rosa\" }) { totalCount } }";
    assert_eq!(wall.ask(search, json!({})).await.code(), "FORBIDDEN", "reads stay the display's");
    act(&wall, "endActing", json!({})).await.data();
    assert_eq!(act(&wall, "releaseTask", json!({ "taskId": here })).await.code(), "FORBIDDEN");
});

both!(a_wrong_pin_and_somebody_who_may_not_act_here_are_told_the_same, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, mei) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Mei", "Maple").await);
    let ada = kit.administrator("Ada").await;
    let without = kit.nurse("Ben", "Cedar").await;
    let elm = kit.practice("Elm Clinic").await.nurse("Eva", "Elm").await;
    for person in [&ana, &mei, &ada, &elm] {
        sets_pin(person).await;
    }
    let wall = kit.display(&cedar, &ana).await;
    let nobody = act(&wall, "actOnDisplay", json!({ "email": "nobody@nowhere.example", "pin": PIN })).await;

    let refused = [
        acts(&wall, &ana, "720947").await,
        acts(&wall, &without, PIN).await,
        acts(&wall, &mei, PIN).await,
        acts(&wall, &ada, PIN).await,
        acts(&wall, &elm, PIN).await,
    ];

    assert_eq!((nobody.code(), nobody.field()), ("BAD_USER_INPUT", "input.pin"));
    for answer in &refused {
        assert_eq!(answer.text, nobody.text);
    }
    assert_eq!(wall.ask(ME, json!({})).await.at("/viewer/acting"), &Value::Null);
    let record = kit.audit().await;
    assert_eq!(record.iter().filter(|row| row.kind == AuditKind::Refused).count(), 6);
    assert_eq!(acts(&ana.browser, &ana, PIN).await.code(), "FORBIDDEN", "only a display asks for a PIN");
});

both!(a_pin_is_guessed_at_five_times_and_then_not_for_a_while, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let (wall, other) = (kit.display(&cedar, &ana).await, kit.display(&cedar, &ana).await);
    sets_pin(&ana).await;
    sets_pin(&ben).await;

    let guesses = join_all((0..20).map(|n| {
        let wall = wall.clone();
        let pin = format!("7209{}{}", n / 10, n % 10);
        let ana = ana.clone();
        async move { acts(&wall, &ana, &pin).await.code().to_owned() }
    }));
    let mut codes = guesses.await;
    codes.sort();
    let right = acts(&wall, &ana, PIN).await;

    assert_eq!(codes.iter().filter(|code| *code == "BAD_USER_INPUT").count(), 5, "{codes:?}");
    assert_eq!(right.code(), "RATE_LIMITED", "also the right one, until later");
    acts(&wall, &ben, PIN).await.data();
    acts(&other, &ana, PIN).await.data();
    kit.pass(Duration::minutes(15)).await;
    assert_eq!(acts(&wall, &ana, "720940").await.code(), "BAD_USER_INPUT");
    assert_eq!(acts(&wall, &ana, PIN).await.code(), "RATE_LIMITED", "and the next wait is longer");
    kit.pass(Duration::minutes(30)).await;
    acts(&wall, &ana, PIN).await.data();
});

both!(a_pin_that_anybody_would_try_is_not_taken, async |kit: &Kit| {
    let ana = kit.nurse("Ana", "Cedar").await;
    for pin in ["123456", "000000", "12345", "abcdef"] {
        let refused = ana.act("setPin", json!({ "pin": pin })).await;
        assert_eq!((refused.code(), refused.field()), ("BAD_USER_INPUT", "input.pin"), "{pin}");
    }
    let wall = kit.display(&kit.team("Cedar").await, &ana).await;
    assert_eq!(act(&wall, "setPin", json!({ "pin": PIN })).await.code(), "FORBIDDEN");
});

both!(a_pin_that_is_removed_opens_nothing, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let wall = kit.display(&cedar, &ana).await;
    sets_pin(&ana).await;

    let removed = ana.act("removePin", json!({})).await;

    assert_eq!(removed.at("/removePin/viewer/hasPin"), false);
    assert_eq!(acts(&wall, &ana, PIN).await.code(), "BAD_USER_INPUT");
    let entries = tests::store::audit(&kit.db, kit.organization).await;
    let on_record = entries.iter().filter(|entry| entry.operation == "people.removePin").collect::<Vec<_>>();
    assert_eq!(on_record.len(), 1);
    assert_eq!((on_record[0].kind, on_record[0].actor_id), (AuditKind::Write, Some(ana.id)));
    assert_eq!(ana.act("removePin", json!({})).await.at("/removePin/viewer/hasPin"), false, "there is none to remove");
    assert_eq!(act(&wall, "removePin", json!({})).await.code(), "FORBIDDEN");
});

both!(a_pin_ends_with_the_account_and_with_what_was_lost, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ada) = (kit.nurse("Ana", "Cedar").await, kit.administrator("Ada").await);
    let wall = kit.display(&cedar, &ana).await;
    let who = json!({ "staffId": ana.id.to_string() });
    for ends in [&["deactivateStaff", "reactivateStaff"][..], &["resetFactors"]] {
        let again = kit.enters("Ana", (ana.id, ana.email.clone())).await;
        sets_pin(&again).await;
        acts(&wall, &ana, PIN).await.data();

        for mutation in ends {
            ada.act(mutation, who.clone()).await.data();
        }

        assert_eq!(acts(&wall, &ana, PIN).await.code(), "BAD_USER_INPUT", "{ends:?}");
    }
});

both!(one_s_own_phone_can_say_who_is_at_the_wall, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, mei) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Mei", "Maple").await);
    let (wall, id) = kit.display_called("Hall", &cedar, &ana).await;
    let task = ana.creates(&cedar, "Call").await;
    let shows = async || act(&wall, "requestActing", json!({})).await.text_at("/requestActing/actCode");
    let confirms = async |by: &Person, code: &str| by.act("confirmActing", json!({ "actCode": code })).await;

    let code = shows().await;
    assert_eq!(confirms(&mei, &code).await.field(), "input.actCode", "not of her teams");
    let confirmed = confirms(&ana, &code.to_lowercase()).await;
    assert_eq!(confirmed.at("/confirmActing/display/id"), &json!(id));
    assert_eq!(wall.ask(ME, json!({})).await.at("/viewer/acting/staff/displayName"), "Ana");
    assert_eq!(claims(&wall, &task).await.at("/claimTask/task/claim/by/displayName"), "Ana");
    assert_eq!(confirms(&ana, &code).await.code(), "BAD_USER_INPUT", "a code works once");

    let old = shows().await;
    kit.pass(Duration::minutes(2)).await;
    assert_eq!(confirms(&ana, &old).await.code(), "BAD_USER_INPUT", "and for two minutes");
    let code = shows().await;
    for _ in 0..3 {
        confirms(&ana, "AAA-AAA").await;
    }
    assert_eq!(confirms(&ana, &code).await.code(), "RATE_LIMITED");
});

both!(who_leaves_the_team_or_the_house_acts_no_more, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben, eva) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await, kit.manager("Eva").await);
    let wall = kit.display(&cedar, &ana).await;
    let task = ana.creates(&cedar, "Call").await;
    sets_pin(&ana).await;
    sets_pin(&ben).await;

    acts(&wall, &ben, PIN).await.data();
    eva.removes_member(&cedar, &ben.id.to_string()).await.data();
    assert_eq!(claims(&wall, &task).await.code(), "FORBIDDEN");

    acts(&wall, &ana, PIN).await.data();
    let row = entity::staff::Entity::find_by_id((kit.organization, ana.id)).one(&kit.db).await.unwrap().unwrap();
    let mut row = row.into_active_model();
    row.active = Set(false);
    row.update(&kit.db).await.unwrap();
    assert_eq!(claims(&wall, &task).await.code(), "FORBIDDEN");
});

both!(only_the_wall_is_told_who_has_a_pin, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    sets_pin(&ana).await;
    let wall = kit.display(&cedar, &ana).await;
    let read = "query T($id: ID!) { viewer { hasPin } careTeam(id: $id) { members { staff { displayName } hasPin } } }";
    let members = |ana: Value, ben: Value| json!([{ "staff": { "displayName": "Ana" }, "hasPin": ana }, { "staff": { "displayName": "Ben" }, "hasPin": ben }]);

    let on_the_wall = wall.ask(read, json!({ "id": cedar })).await;
    let by_ben = ben.ask(read, json!({ "id": cedar })).await;

    assert_eq!(on_the_wall.at("/careTeam/members"), &members(json!(true), json!(false)));
    assert_eq!(on_the_wall.at("/viewer/hasPin"), &Value::Null);
    assert_eq!(by_ben.at("/careTeam/members"), &members(Value::Null, Value::Null));
    assert_eq!(by_ben.at("/viewer/hasPin"), false);
});
