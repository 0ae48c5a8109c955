//! What the privacy officer reads.
use entity::audit_entry::AuditKind;
use serde_json::{Value, json};
use tests::{Answer, Kit, Person, both};

const ENTRIES: &str = "query Log($filter: AuditFilter, $order: AuditOrder, $first: Int, $after: String) {
    auditEntries(filter: $filter, orderBy: $order, first: $first, after: $after) {
        totalCount pageInfo { hasNextPage endCursor }
        nodes { number hash at actorKind actorName staff { displayName } kind operation purpose result entityType
                entityId patientCount patients { id displayName mrn } detail address } } }";

async fn entries(by: &Person, filter: Value, order: Value) -> Answer {
    by.ask(ENTRIES, json!({ "filter": filter, "order": order })).await
}

fn nodes(answer: &Answer) -> Vec<Value> {
    answer.at("/auditEntries/nodes").as_array().unwrap().clone()
}

both!(who_looked_at_this_patient_and_what_did_this_person_look_at, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (eva, ana, ben) = (kit.manager("Eva").await, kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    kit.appoints(eva.id).await;
    let (rosa, max) = (kit.patient("Rosa Diaz", "Cedar").await, kit.patient("Max Roth", "Cedar").await);
    let wall = kit.display(&cedar, &ana).await;
    ana.reads_patient(&rosa).await.data();
    ben.reads_patient(&max).await.data();
    ben.sets_status(&rosa, "WATCH").await.data();
    wall.ask(
        "query Wall($id: ID!) { careTeam(id: $id) { patients { nodes { displayName } } } }",
        json!({ "id": cedar }),
    )
    .await
    .data();

    let of_rosa = entries(&eva, json!({ "patientId": rosa }), json!({ "direction": "ASC" })).await;
    let told: Vec<_> = nodes(&of_rosa)
        .iter()
        .map(|row| {
            format!(
                "{} {} {}",
                row["actorName"].as_str().unwrap(),
                row["kind"].as_str().unwrap(),
                row["purpose"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(told, ["Ana READ TREAT", "Ben WRITE TREAT", "Ben READ TREAT", "Huddle room READ TREAT"]);
    assert_eq!(of_rosa.at("/auditEntries/totalCount"), 4);
    let wall_row = &nodes(&of_rosa)[3];
    assert_eq!((&wall_row["actorKind"], &wall_row["patientCount"]), (&json!("DISPLAY"), &json!(2)));
    assert_eq!(wall_row["patients"][0]["id"].as_str().unwrap().len(), rosa.len());
    let names: Vec<_> = wall_row["patients"].as_array().unwrap().iter().map(|one| one["displayName"].clone()).collect();
    assert!(names.contains(&json!("Diaz, Rosa")) && names.contains(&json!("Roth, Max")), "{names:?}");
    // Reading the record is a look at whom it names, and is on it.
    let last = kit.audit().await.pop().unwrap();
    assert_eq!((last.kind, last.actor_id, last.operation.as_str()), (AuditKind::Read, Some(eva.id), "Log"));
    assert_eq!(last.purpose, Some(entity::audit_entry::AuditPurpose::Operations));
    assert_eq!(last.detail, Some(json!({ "auditEntries": { "patientId": rosa } })));
    assert_eq!(last.patients.as_array().unwrap().len(), 2);

    let of_ben = entries(&eva, json!({ "staffId": ben.id.to_string(), "kinds": ["READ", "WRITE"] }), Value::Null).await;
    assert!(nodes(&of_ben).iter().all(|row| row["staff"]["displayName"] == "Ben"));
    assert_eq!(of_ben.at("/auditEntries/totalCount"), 3);
    let before = nodes(&entries(&eva, json!({ "to": "2026-11-23T14:00:00Z" }), Value::Null).await).len();
    assert_eq!(before, 0, "all of it is of this moment");
    let denied = entries(&eva, json!({ "result": "DENIED" }), Value::Null).await;
    assert_eq!(nodes(&denied).len(), 0);

    for person in [&ana, &kit.administrator("Ada").await] {
        let refused = entries(person, json!({ "patientId": rosa }), Value::Null).await;
        assert_eq!(refused.code(), "FORBIDDEN");
        assert!(!refused.text.contains("Rosa"));
        assert_eq!(kit.audit().await.pop().unwrap().kind, AuditKind::Denied);
    }
    let denied = entries(&eva, json!({ "result": "DENIED", "operation": "auditEntries" }), Value::Null).await;
    assert_eq!(nodes(&denied).len(), 2);
    assert_eq!(eva.ask("{ viewer { mayReviewAccess } }", json!({})).await.at("/viewer/mayReviewAccess"), true);
    assert_eq!(ana.ask("{ viewer { mayReviewAccess } }", json!({})).await.at("/viewer/mayReviewAccess"), false);
});

both!(each_order_of_the_record_is_total_and_pages_meet_without_gap_or_overlap, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let eva = kit.manager("Eva").await;
    kit.appoints(eva.id).await;
    for name in ["Ana", "Ben"] {
        let person = kit.nurse(name, "Cedar").await;
        let patient = kit.patient(&format!("Rosa {name}"), "Cedar").await;
        let task = person.creates_with(&cedar, "Call", json!({ "patientId": patient })).await;
        person.claims(&task).await.data();
        person.reads_patient(&patient).await.data();
    }
    let wall = kit.display(&cedar, &eva).await;
    wall.ask(
        "query Wall($id: ID!) { careTeam(id: $id) { patients { nodes { displayName } } } }",
        json!({ "id": cedar }),
    )
    .await
    .data();
    let until = json!({ "kinds": ["WRITE", "READ", "SIGN_IN"], "staffId": null });
    for field in ["AT", "STAFF", "KIND", "OPERATION", "PATIENT"] {
        for direction in ["ASC", "DESC"] {
            let order = json!({ "field": field, "direction": direction });
            let filter = json!({ "kinds": ["WRITE", "SIGN_IN"] });
            let whole = nodes(&entries(&eva, filter.clone(), order.clone()).await);
            assert!(whole.len() > 8, "{until}");
            let (mut pages, mut after) = (Vec::new(), Value::Null);
            loop {
                let asked = json!({ "filter": filter, "order": order, "first": 3, "after": after });
                let page = eva.ask(ENTRIES, asked).await;
                pages.extend(nodes(&page));
                after = page.at("/auditEntries/pageInfo/endCursor").clone();
                if page.at("/auditEntries/pageInfo/hasNextPage") == false {
                    break;
                }
            }
            assert_eq!(pages, whole, "{field} {direction}");
        }
    }
    for (field, at) in [("STAFF", "/staff/displayName"), ("PATIENT", "/patients/0/id")] {
        let order = json!({ "field": field, "direction": "ASC" });
        let rows = nodes(&entries(&eva, json!({ "kinds": ["WRITE", "SIGN_IN"] }), order).await);
        let named: Vec<bool> = rows.iter().map(|row| row.pointer(at).is_some_and(Value::is_string)).collect();
        assert!(named.contains(&true) && named.contains(&false), "{field}");
        assert!(named.is_sorted_by_key(|named| !named), "{field}: who or what is named comes first: {named:?}");
    }
    let page = eva.ask(ENTRIES, json!({ "first": 1 })).await;
    let elsewhere = json!({ "order": { "field": "KIND" }, "after": page.at("/auditEntries/pageInfo/endCursor") });
    assert_eq!(eva.ask(ENTRIES, elsewhere).await.field(), "after", "a cursor of another order");
});

both!(an_accounting_for_a_patient_says_who_how_often_and_what_for, async |kit: &Kit| {
    let (eva, ana) = (kit.manager("Eva").await, kit.nurse("Ana", "Cedar").await);
    kit.appoints(eva.id).await;
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    let foreign = kit.practice("Elm Clinic").await.patient("Max Roth", "Cedar").await;
    for _ in 0..3 {
        ana.reads_patient(&rosa).await.data();
    }
    let report = "query Accounting($id: ID!) { patientAccessReport(patientId: $id) {
        patient { displayName } to accesses { actorName kind purpose count firstAt lastAt staff { id } }
        entries(first: 2) { totalCount nodes { actorName } } } }";

    let answer = eva.ask(report, json!({ "id": rosa })).await;

    assert_eq!(answer.at("/patientAccessReport/patient/displayName"), "Diaz, Rosa");
    assert_eq!(answer.at("/patientAccessReport/accesses/0/actorName"), "Ana");
    assert_eq!(answer.at("/patientAccessReport/accesses/0/count"), 3);
    assert_eq!(answer.at("/patientAccessReport/accesses/0/purpose"), "TREAT");
    assert_eq!(answer.at("/patientAccessReport/accesses").as_array().unwrap().len(), 1);
    assert_eq!(kit.audit().await.pop().unwrap().patients, json!([rosa]));
    assert_eq!(eva.ask(report, json!({ "id": foreign })).await.code(), "NOT_FOUND");
    assert_eq!(ana.ask(report, json!({ "id": rosa })).await.code(), "FORBIDDEN");
    let head = eva.ask("{ auditHead { number hash floorNumber } }", json!({})).await;
    assert_eq!(head.text_at("/auditHead/hash").len(), 64);
    assert_eq!(ana.ask("{ auditHead { number } }", json!({})).await.code(), "FORBIDDEN");
});
