//! Confidential patients: not there for who is not cleared, in whatever way they are asked for.
use entity::{
    access_change::{self, AccessChangeKind},
    sensitivity::{Labels, Sensitivity},
    staff::StaffRole,
};
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::{Value, json};
use tests::{Kit, Person, both};

const ALL: [Sensitivity; 3] = Sensitivity::ALL;

/// Everything that could tell of a patient and a task about them, and the counts that could.
async fn told(person: &Person, team: &str, patient: &str, task: &str) -> Value {
    let one = async |field: &str, id: &str| {
        let document = format!("query One($id: ID!) {{ {field}(id: $id) {{ id }} }}");
        let answer = person.ask(&document, json!({ "id": id })).await;
        answer.body.get("errors").map_or("there".to_owned(), |_| answer.code().to_owned())
    };
    let lists = "query Lists($team: ID!, $patient: ID!) {
        patients { totalCount nodes { id } } search: patients(filter: { search: \"Canaria\" }) { totalCount }
        tasks { totalCount nodes { id } } about: tasks(filter: { patientId: $patient }) { totalCount }
        careTeam(id: $team) { patients { totalCount } tasks { totalCount } unclaimedTasks
          caseload { patients highRiskPatients openTasks overdueTasks weightedLoad }
          members { caseload { patients openTasks weightedLoad } } } }";
    let answer = person.ask(lists, json!({ "team": team, "patient": patient })).await;
    json!({
        "patient": one("patient", patient).await, "node": one("node", patient).await, "task": one("task", task).await,
        "taskNode": one("node", task).await, "lists": answer.data(),
    })
}

both!(case_33_a_confidential_patient_is_not_there_for_who_is_not_cleared, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let without =
        told(&ana, &cedar, "patient_00000000000000000000000000000000", "task_00000000000000000000000000000000").await;
    let rosa = kit.patient("Rosa Canaria", "Cedar").await;
    let task = ana.creates_with(&cedar, "Call", json!({ "patientId": rosa })).await;
    let with = told(&ana, &cedar, &rosa, &task).await;
    assert_ne!(with, without, "what is compared shows the patient");
    kit.clears(ben.id, &ALL).await;

    for label in ALL {
        kit.marks(&rosa, &[label]).await;

        assert_eq!(told(&ana, &cedar, &rosa, &task).await, without, "{label:?}");
        assert_eq!(told(&ben, &cedar, &rosa, &task).await, with, "{label:?}, cleared");
        for refused in [
            ana.sets_status(&rosa, "WATCH").await,
            ana.claims(&task).await,
            ana.act("createTask", json!({ "careTeamId": cedar, "kind": "RECALL", "title": "x", "patientId": rosa }))
                .await,
        ] {
            assert_eq!(refused.code(), "NOT_FOUND");
        }
        let other = Sensitivity::ALL.into_iter().filter(|other| *other != label).collect::<Vec<_>>();
        kit.clears(ana.id, &other).await;
        assert_eq!(told(&ana, &cedar, &rosa, &task).await, without, "cleared for others than {label:?}");
        kit.clears(ana.id, &[label]).await;
        assert_eq!(told(&ana, &cedar, &rosa, &task).await, with, "cleared for {label:?}");
        kit.clears(ana.id, &[]).await;
    }
    kit.marks(&rosa, &[]).await;
    assert_eq!(told(&ana, &cedar, &rosa, &task).await, with, "and there again");
});

both!(case_33_roles_coordinators_screens_and_programs_see_what_the_table_says, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let rosa = kit.patient("Rosa Canaria", "Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let clinician = kit.person("Ines", StaffRole::Clinician, &["Cedar"]).await;
    let social = kit.person("Sol", StaffRole::SocialWorker, &["Cedar"]).await;
    let cora = kit.coordinator("Cora", "Cedar").await;
    let other = kit.coordinator("Otto", "Cedar").await;
    let far = kit.person("Far", StaffRole::Clinician, &["Maple"]).await;
    let (manager, admin) = (kit.manager("Mia").await, kit.administrator("Ada").await);
    let (wall, registry) = (kit.display(&cedar, &ana).await, kit.integration("Registry").await);
    ana.act("assignCoordinator", json!({ "patientId": rosa, "staffId": cora.id.to_string() })).await.data();
    let sees = async |browser: &tests::Browser| {
        let answer = browser.ask("query P($id: ID!) { patient(id: $id) { id } }", json!({ "id": rosa })).await;
        answer.body.get("errors").is_none()
    };

    for (label, who) in [
        (Sensitivity::BehavioralHealth, vec!["Ines", "Sol", "Cora"]),
        (Sensitivity::SubstanceUse, vec![]),
        (Sensitivity::Restricted, vec!["Cora"]),
    ] {
        kit.marks(&rosa, &[label]).await;
        for person in [&ana, &clinician, &social, &cora, &other, &far, &manager, &admin] {
            let expected = who.contains(&person.name.as_str());
            assert_eq!(sees(&person.browser).await, expected, "{label:?} by {}", person.name);
        }
        assert!(!sees(&wall).await && !sees(&registry).await, "{label:?} on a screen or in a program");
    }
    kit.marks(&rosa, &[Sensitivity::BehavioralHealth, Sensitivity::Restricted]).await;
    assert!(sees(&cora.browser).await && !sees(&clinician.browser).await, "one must be cleared for each of them");
});

both!(case_20_a_person_who_is_kept_out_is_kept_out_whatever_else_they_may, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let cora = kit.coordinator("Cora", "Cedar").await;
    let rosa = kit.patient("Rosa Canaria", "Cedar").await;
    let task = ana.creates_with(&cedar, "Call", json!({ "patientId": rosa })).await;
    kit.clears(ana.id, &ALL).await;
    ana.claims(&task).await.data();
    let nobody = ("patient_00000000000000000000000000000000", "task_00000000000000000000000000000000");

    assert_eq!(ben.keeps_out(&rosa, ana.id).await.code(), "FORBIDDEN", "a nurse does not decide that");
    cora.keeps_out(&rosa, ana.id).await.data();

    let gone = told(&ana, &cedar, &rosa, &task).await;
    assert_eq!(gone, told(&ana, &cedar, nobody.0, nobody.1).await);
    assert_eq!(ben.reads_task(&task).await.at("/task/status"), "READY", "what they held is the team's again");
    let assigned = cora.assigns(&task, Some(&ana.id.to_string())).await;
    assert_eq!((assigned.code(), assigned.field()), ("BAD_USER_INPUT", "input.staffId"));
    let made = json!({ "patientId": rosa, "staffId": ana.id.to_string() });
    assert_eq!(cora.act("assignCoordinator", made).await.field(), "input.staffId");
    let broken = json!({ "patientId": rosa, "reason": "collapsed in the waiting room" });
    assert_eq!(ana.act("breakGlass", broken).await.code(), "NOT_FOUND", "not even in an emergency");

    let again = json!({ "patientId": rosa, "staffId": ana.id.to_string(), "reason": "a mistake" });
    cora.act("unblockFromPatient", again.clone()).await.data();
    assert_eq!(told(&ana, &cedar, &rosa, &task).await["patient"], "there");
    assert_eq!(cora.act("unblockFromPatient", again).await.code(), "NOT_FOUND");
    assert_eq!(cora.keeps_out(&rosa, cora.id).await.at("/blockFromPatient/patient"), &Value::Null, "by themselves");
});

both!(case_94_what_changes_of_access_is_kept_with_before_and_after, async |kit: &Kit| {
    let rosa = kit.patient("Rosa Canaria", "Cedar").await;
    let (ana, cora) = (kit.nurse("Ana", "Cedar").await, kit.coordinator("Cora", "Cedar").await);
    let ada = kit.administrator("Ada").await;

    let given = ada.gives_clearances(ana.id, &["SUBSTANCE_USE"]).await;
    let officer =
        json!({ "staffId": cora.id.to_string(), "clearances": [], "privacyOfficer": true, "reason": "board" });
    ada.act("setStaffClearances", officer).await.data();
    cora.keeps_out(&rosa, ana.id).await.data();
    cora.flags(&rosa, &["BEHAVIORAL_HEALTH"]).await.data();

    assert_eq!(given.at("/setStaffClearances/staff/clearances"), &json!(["SUBSTANCE_USE"]));
    let rows = access_change::Entity::find().order_by_asc(access_change::Column::Id).all(&kit.db).await.unwrap();
    let told: Vec<_> = rows.iter().map(|row| (row.kind, row.before, row.after, row.actor_id)).collect();
    let number = Labels;
    assert_eq!(
        told,
        [
            (AccessChangeKind::Clearances, number(0), number(2), Some(ada.id)),
            (AccessChangeKind::PrivacyOfficer, number(0), number(1), Some(ada.id)),
            (AccessChangeKind::Block, number(0), number(1), Some(cora.id)),
            (AccessChangeKind::Labels, number(0), number(1), Some(cora.id)),
        ]
    );
    assert!(rows.iter().all(|row| !row.reason.is_empty()));
});

both!(clearances_are_given_by_others, async |kit: &Kit| {
    let (ana, mia) = (kit.nurse("Ana", "Cedar").await, kit.manager("Mia").await);
    let (ada, pia) = (kit.administrator("Ada").await, kit.nurse("Pia", "Cedar").await);
    kit.appoints(pia.id).await;

    assert_eq!(mia.gives_clearances(ana.id, &["RESTRICTED"]).await.code(), "FORBIDDEN", "a manager is none of them");
    assert_eq!(ada.gives_clearances(ada.id, &["RESTRICTED"]).await.code(), "FORBIDDEN", "nobody their own");
    assert_eq!(pia.gives_clearances(pia.id, &["RESTRICTED"]).await.code(), "FORBIDDEN");
    assert_eq!(
        pia.gives_clearances(ana.id, &["RESTRICTED"]).await.at("/setStaffClearances/staff/id"),
        &json!(ana.id.to_string())
    );
    let appoint = json!({ "staffId": ana.id.to_string(), "clearances": [], "privacyOfficer": true, "reason": "x" });
    assert_eq!(pia.act("setStaffClearances", appoint).await.code(), "FORBIDDEN", "an administrator says who reviews");
    let eva = kit.practice("Elm Clinic").await.administrator("Eva").await;
    assert_eq!(eva.gives_clearances(ana.id, &["RESTRICTED"]).await.code(), "NOT_FOUND");
    assert_eq!(ada.gives_clearances(ana.id, &[]).await.at("/setStaffClearances/staff/clearances"), &json!([]));
});

both!(flags_are_taken_away_by_who_is_cleared_for_them, async |kit: &Kit| {
    let rosa = kit.patient("Rosa Canaria", "Cedar").await;
    let (ana, ines) = (kit.nurse("Ana", "Cedar").await, kit.person("Ines", StaffRole::Clinician, &["Cedar"]).await);
    let cora = kit.coordinator("Cora", "Cedar").await;

    assert_eq!(ana.flags(&rosa, &["RESTRICTED"]).await.code(), "FORBIDDEN", "a nurse");
    let marked = cora.flags(&rosa, &["BEHAVIORAL_HEALTH"]).await;
    assert_eq!(marked.at("/setPatientConfidentiality/patient"), &Value::Null, "who marked them is not cleared");
    assert_eq!(ines.flags(&rosa, &[]).await.code(), "FORBIDDEN", "she sees them by her role, which is not enough");
    let shown = ines.flags(&rosa, &["BEHAVIORAL_HEALTH"]).await;
    assert_eq!(shown.at("/setPatientConfidentiality/patient/confidentiality"), &json!(["BEHAVIORAL_HEALTH"]));
    kit.clears(ines.id, &[Sensitivity::BehavioralHealth]).await;
    assert_eq!(ines.flags(&rosa, &[]).await.at("/setPatientConfidentiality/patient/confidentiality"), &json!([]));
    let stale = json!({ "patientId": rosa, "flags": ["RESTRICTED"], "reason": "x", "expectedVersion": 1 });
    assert_eq!(ines.act("setPatientConfidentiality", stale).await.code(), "CONFLICT");
});

both!(case_26_counts_tell_nothing_of_who_is_hidden, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let nobody = ("patient_00000000000000000000000000000000", "task_00000000000000000000000000000000");
    let empty = told(&ana, &cedar, nobody.0, nobody.1).await;
    let rosa = kit.patient("Rosa Canaria", "Cedar").await;
    ana.act("assignCoordinator", json!({ "patientId": rosa, "staffId": ana.id.to_string() })).await.data();
    for kind in ["RECALL", "SCREENING"] {
        ana.creates_with(&cedar, "Call", json!({ "patientId": rosa, "kind": kind })).await;
    }

    kit.marks(&rosa, &[Sensitivity::SubstanceUse]).await;

    assert_eq!(told(&ana, &cedar, nobody.0, nobody.1).await, empty);
});

both!(case_34_a_merge_widens_nobodys_sight, async |kit: &Kit| {
    use api::interop::hl7v2;
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let cora = kit.coordinator("Cora", "Cedar").await;
    let named = |mrn: &str| tests::NewPatient { mrn: mrn.to_owned(), ..tests::NewPatient::called("Rosa Canaria") };
    let stays = kit.patient_with(named("M100"), "Cedar").await.to_string();
    let goes = kit.patient_with(named("M200"), "Cedar").await.to_string();
    let task = ana.creates_with(&cedar, "Call", json!({ "patientId": stays })).await;
    ana.claims(&task).await.data();
    cora.keeps_out(&goes, ben.id).await.data();
    kit.marks(&goes, &[Sensitivity::Restricted]).await;
    kit.clears(cora.id, &ALL).await;
    kit.clears(ben.id, &ALL).await;
    let access = ana.breaks_glass(&goes).await;
    let mut hers = ana.follows(&cedar, None).await;

    let message = "MSH|^~\\&|EPIC|MERCY|HUDDLE|US|20261123090000||ADT^A40^ADT_A39|1|P|2.5.1\rEVN|A40|20261123090000\r\
        PID|1||M100^^^MERCY^MR||Canaria^Rosa||19510709|F\rMRG|M200^^^MERCY^MR";
    let options = hl7v2::Options { create_patients: false, team: "Unassigned".to_owned(), progress: false };
    let answer = hl7v2::accept(&kit.cx(), message.as_bytes(), &options).await.unwrap();
    assert!(matches!(answer, hl7v2::Answer::Accepted(_)));

    assert_eq!(
        hers.next_where("the patient leaving", |item| item["nodeId"] == stays).await["__typename"],
        "NodeRemoved"
    );
    for id in [&stays, &goes] {
        assert_eq!(ana.reads_patient(id).await.code(), "NOT_FOUND", "not cleared for what either was marked with");
        assert_eq!(ben.reads_patient(id).await.code(), "NOT_FOUND", "kept out of one, and so of both");
    }
    let merged = cora
        .ask("query P($id: ID!) { patient(id: $id) { confidentiality blockedStaff { id } } }", json!({ "id": stays }));
    let merged = merged.await;
    assert_eq!(
        merged.at("/patient"),
        &json!({ "confidentiality": ["RESTRICTED"], "blockedStaff": [{ "id": ben.id.to_string() }] })
    );
    assert_eq!(
        cora.reads_task(&task).await.at("/task/status"),
        "READY",
        "its holder does not see the patient any more"
    );
    let ended = ana.act("endBreakGlass", json!({ "breakGlassId": access })).await;
    assert!(
        !ended.at("/endBreakGlass/breakGlass/endedAt").is_null(),
        "an emergency at a record that is no more is over"
    );
});
