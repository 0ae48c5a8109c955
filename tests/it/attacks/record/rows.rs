//! One row for each thing that somebody did.
use entity::audit_entry::{self, AuditKind, AuditPurpose};
use serde_json::{Value, json};
use tests::{Kit, both, people::act};

type Row = audit_entry::Model;

/// What came on record while this was done. Rows of writes come with their change, all others before the answer.
async fn rows_of<T>(kit: &Kit, deed: impl Future<Output = T>) -> (T, Vec<Row>) {
    let before = kit.audit().await.len();
    let answer = deed.await;
    (answer, kit.audit().await.split_off(before))
}

#[track_caller]
fn only(rows: &[Row], kind: AuditKind) -> Row {
    let kinds: Vec<_> = rows.iter().map(|row| row.kind).collect();
    assert_eq!(kinds, [kind], "{rows:?}");
    rows[0].clone()
}

both!(case_84_each_read_write_search_push_denial_and_sign_in_is_exactly_one_row, async |kit: &Kit| {
    let (cedar, maple) = (kit.team("Cedar").await, kit.team("Maple").await);
    let ana = kit.nurse("Ana", "Cedar").await;
    let eva = kit.manager("Eva").await;
    kit.appoints(eva.id).await;
    let (rosa, far) = (kit.patient("Rosa Diaz", "Cedar").await, kit.patient("Max Roth", "Maple").await);

    // Coming and going.
    let (answer, rows) =
        rows_of(kit, act(&kit.stranger(), "signIn", json!({ "email": ana.email, "password": tests::kit::PASSWORD })))
            .await;
    let row = only(&rows, AuditKind::SignIn);
    assert_eq!(
        (row.actor_id, row.actor_kind.as_str(), row.purpose),
        (Some(ana.id), "staff", Some(AuditPurpose::Operations))
    );
    let again = tests::Person { browser: kit.stranger().with_token(answer.text_at("/signIn/token")), ..ana.clone() };
    let (_, rows) = rows_of(kit, again.signs_out()).await;
    let written: Vec<_> = rows.iter().filter(|row| row.kind != AuditKind::Write).cloned().collect();
    assert_eq!(only(&written, AuditKind::SignOut).actor_id, Some(ana.id));
    let (_, rows) =
        rows_of(kit, act(&kit.stranger(), "signIn", json!({ "email": ana.email, "password": "wrong" }))).await;
    let row = only(&rows, AuditKind::Refused);
    assert_eq!((row.actor_id, row.entity_id), (None, Some(ana.id.0)), "nobody knows who that was");

    // Looking.
    let (_, rows) = rows_of(kit, ana.reads_patient(&rosa)).await;
    let row = only(&rows, AuditKind::Read);
    assert_eq!((row.actor_id, row.patients, row.purpose), (Some(ana.id), json!([rosa]), Some(AuditPurpose::Treatment)));
    let search = "query Find($words: String!) { patients(filter: { search: $words }) { nodes { id } } }";
    for (words, found) in [("Diaz", json!([rosa])), ("Nobodysname", json!([]))] {
        let (answer, rows) = rows_of(kit, ana.ask(search, json!({ "words": words }))).await;
        answer.data();
        let row = only(&rows, AuditKind::Search);
        assert_eq!((row.operation.as_str(), &row.patients, row.actor_id), ("Find", &found, Some(ana.id)));
        assert!(!format!("{row:?}").contains(words), "the words are on no record: {row:?}");
    }
    let (_, rows) = rows_of(kit, eva.reads_patient(&rosa)).await;
    assert_eq!(only(&rows, AuditKind::Read).purpose, Some(AuditPurpose::Operations), "who runs the practice");

    // Writing.
    let write = "mutation Set($id: ID!) { setPatientStatus(input: { patientId: $id, status: WATCH }) { __typename } }";
    let (answer, rows) = rows_of(kit, ana.ask(write, json!({ "id": rosa }))).await;
    answer.data();
    // What it answers is a look, and a row of its own.
    let (looks, rows): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.kind == AuditKind::Read);
    only(&looks, AuditKind::Read);
    let row = only(&rows, AuditKind::Write);
    assert_eq!((row.operation.as_str(), &row.patients), ("patients.setStatus", &json!([rosa])));

    // What a feed brings.
    let mut screen = ana.follows(&cedar, None).await;
    let (_, rows) = rows_of(kit, async {
        eva.ask(
            "mutation Set($id: ID!) { setPatientStatus(input: { patientId: $id, status: STABLE }) { __typename } }",
            json!({ "id": rosa }),
        )
        .await
        .data();
        screen.next_of("PatientChanged").await
    })
    .await;
    let by_feed = |row: &Row| row.actor_id == Some(ana.id);
    let pushed: Vec<_> = rows.into_iter().filter(by_feed).collect();
    let row = only(&pushed, AuditKind::Pushed);
    assert_eq!((row.actor_id, row.patients, row.purpose), (Some(ana.id), json!([rosa]), Some(AuditPurpose::Treatment)));
    screen.close().await;

    // What one may not do, or not know of.
    let (answer, rows) = rows_of(kit, ana.reads_patient(&far)).await;
    let row = only(&rows, AuditKind::Denied);
    assert!(answer.text.contains("NOT_FOUND"), "{answer}");
    assert_eq!((row.operation.as_str(), row.entity_type.as_deref()), ("patient", Some("patient")));
    assert_eq!((row.patients, row.actor_id), (json!([far]), Some(ana.id)), "who tried to look at this patient");
    let (answer, rows) = rows_of(kit, ana.adds_member(&cedar, &ana.id.to_string())).await;
    assert_eq!(answer.code(), "FORBIDDEN");
    let row = only(&rows, AuditKind::Denied);
    assert_eq!((row.operation.as_str(), row.patients.clone()), ("addCareTeamMember", json!([])));
    assert!(row.entity_id.is_some(), "{row:?}");
    let theirs = kit.coordinator("Mei", "Maple").await.creates(&maple, "Call").await;
    for (mutation, input) in
        [("claimTask", json!({ "taskId": theirs })), ("cancelTask", json!({ "taskId": theirs, "reason": "x" }))]
    {
        let (answer, rows) = rows_of(kit, ana.act(mutation, input)).await;
        assert_eq!(answer.code(), "NOT_FOUND");
        let row = only(&rows, AuditKind::Denied);
        let id = row.entity_id.map(|id| format!("task_{}", id.simple()));
        assert_eq!(
            (row.operation.as_str(), row.entity_type.as_deref(), id),
            (mutation, Some("task"), Some(theirs.clone()))
        );
    }
    let mut socket = ana.socket().await;
    let (refused, rows) = rows_of(kit, async {
        let feed = "subscription Follow($team: ID!) { teamFeed(careTeamId: $team) { __typename } }";
        socket.subscribe("1", feed, json!({ "team": maple })).await;
        socket.next().await.json()
    })
    .await;
    assert_eq!(refused["payload"][0]["extensions"]["code"], "NOT_FOUND");
    assert_eq!(only(&rows, AuditKind::Denied).operation, "teamFeed");

    // What was only wrong is nothing that anybody did.
    let (answer, rows) = rows_of(kit, ana.reads_patient("patient_x")).await;
    assert!(answer.text.contains("BAD_USER_INPUT"), "{answer}");
    assert!(rows.is_empty(), "{rows:?}");
    for row in kit.audit().await {
        assert!(row.number.is_some() && row.hash.is_some() && row.purpose.is_some(), "{row:?}");
    }
});

both!(case_94_who_joins_or_leaves_a_team_is_on_record_with_before_and_after, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let eva = kit.manager("Eva").await;
    kit.appoints(eva.id).await;
    let ben = kit.hires("Ben", entity::staff::StaffRole::Nurse, &[]).await.0;
    let change = async |joins: bool| {
        let id = ben.to_string();
        let (answer, rows) = rows_of(kit, async {
            if joins { eva.adds_member(&cedar, &id).await } else { eva.removes_member(&cedar, &id).await }
        })
        .await;
        answer.data();
        let of_ben: Vec<_> = rows.into_iter().filter(|row| row.entity_id == Some(ben.0)).collect();
        let row = only(&of_ben, AuditKind::Write);
        assert_eq!(row.actor_id, Some(eva.id));
        row.detail
    };

    assert_eq!(change(true).await, Some(json!({ "careTeam": [null, cedar] })));
    assert_eq!(change(true).await, None, "who is there does not join");
    assert_eq!(change(false).await, Some(json!({ "careTeam": [cedar, Value::Null] })));
});

#[test]
fn case_87_nothing_turns_the_record_off() {
    let help = tests::process::run(&["serve", "--help"]);
    let help = String::from_utf8_lossy(&help.stdout).to_lowercase();
    let about = |word: &str| help.lines().filter(|line| line.contains(word)).map(str::trim).collect::<Vec<_>>();
    let flags: Vec<_> = about("audit").into_iter().filter(|line| line.starts_with("--")).collect();
    assert_eq!(flags.len(), 1, "{flags:?}");
    assert!(flags[0].starts_with("--audit-retention-years"), "{flags:?}");

    let refused = tests::process::run(&["serve", "--audit-retention-years", "5"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("6..=100"), "{refused:?}");
}
