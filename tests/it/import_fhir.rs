//! `huddle import fhir`: what it takes, what it refuses and why, and that a second time changes nothing.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
use api::{
    App, Clock, Config, Cx,
    interop::{
        fhir::{self, Options},
        report::{Count, Report},
    },
    patients, people,
};
use entity::{
    care_team, event, fhir_resource, patient,
    patient::{PatientStatus, RiskTier},
    patient_contact, patient_status_change, task,
    task::{TaskPriority, TaskStatus},
};
use flate2::{Compression, write::GzEncoder};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use std::{io::Write, path::PathBuf};
use tests::{Folder, Kind, Store};

/// A practice on a database of its own, and a folder for files.
struct Practice {
    cx: Cx,
    store: Store,
    files: Folder,
}

/// One promise, kept on both databases.
macro_rules! both {
    ($name:ident, $promise:expr) => {
        mod $name {
            use super::*;

            #[tokio::test]
            async fn sqlite() {
                Practice::keep(Kind::Sqlite, $promise).await;
            }

            #[tokio::test]
            async fn postgres() {
                Practice::keep(Kind::Postgres, $promise).await;
            }
        }
    };
}

impl Practice {
    async fn open(kind: Kind) -> Self {
        let store = Store::migrated(kind).await;
        let app = App::open(&store.url, Clock::System, Config::default()).await.unwrap();
        let practice = people::service::organization(&app, None).await.unwrap();
        Self { cx: Cx::system(app, practice.id), store, files: Folder::new() }
    }

    async fn keep(kind: Kind, promise: impl AsyncFn(&Self)) {
        let practice = Self::open(kind).await;
        promise(&practice).await;
        practice.store.drop().await;
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.files.0.join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    fn json(&self, name: &str, content: &Value) -> PathBuf {
        self.file(name, content.to_string())
    }

    fn lines(&self, name: &str, lines: &[Value]) -> PathBuf {
        self.file(name, lines.iter().map(|line| format!("{line}\n")).collect::<String>())
    }

    async fn import(&self, paths: &[PathBuf]) -> Report {
        let options = Options { team: "Unassigned".to_owned(), progress: false };
        fhir::import(&self.cx, paths, &options).await.unwrap()
    }

    async fn import_all(&self) -> Report {
        self.import(std::slice::from_ref(&self.files.0)).await
    }

    async fn patients(&self) -> Vec<patient::Model> {
        patient::Entity::find().order_by_asc(patient::Column::FamilyName).all(&self.cx.db()).await.unwrap()
    }

    async fn patient(&self, family: &str) -> patient::Model {
        self.patients().await.into_iter().find(|one| one.family_name == family).unwrap()
    }

    async fn resources(&self, kind: &str) -> Vec<fhir_resource::Model> {
        let all = fhir_resource::Entity::find().filter(fhir_resource::Column::ResourceType.eq(kind));
        all.order_by_asc(fhir_resource::Column::SourceKey).all(&self.cx.db()).await.unwrap()
    }

    async fn tasks(&self) -> Vec<task::Model> {
        task::Entity::find().order_by_asc(task::Column::Title).all(&self.cx.db()).await.unwrap()
    }

    async fn events(&self) -> usize {
        event::Entity::find().all(&self.cx.db()).await.unwrap().len()
    }
}

fn person(id: &str, family: &str, mrn: &str) -> Value {
    json!({
        "resourceType": "Patient", "id": id, "birthDate": "1950-02-28", "gender": "female",
        "name": [{"family": family, "given": ["Ada"]}],
        "identifier": [{
            "system": "http://records.example", "value": mrn,
            "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]},
        }],
    })
}

fn observation(id: &str, patient: &str) -> Value {
    json!({
        "resourceType": "Observation", "id": id, "status": "final", "code": {"text": "Weight"},
        "subject": {"reference": patient},
    })
}

fn bundle(kind: &str, resources: &[Value]) -> Value {
    let entry = |resource: &Value| {
        let id = resource["id"].as_str().unwrap();
        let kind = resource["resourceType"].as_str().unwrap();
        json!({"fullUrl": format!("urn:uuid:{id}"), "resource": resource, "request": {"method": "POST", "url": kind}})
    };
    json!({"resourceType": "Bundle", "type": kind, "entry": resources.iter().map(entry).collect::<Vec<_>>()})
}

fn reasons(report: &Report) -> Vec<String> {
    let words = |one: &api::interop::report::Refusal| {
        let file = one.file.file_name().unwrap().to_string_lossy();
        format!("{file}, {}: {}", one.entry.as_deref().unwrap_or("-"), one.reason)
    };
    let mut reasons: Vec<String> = report.refused.iter().map(words).collect();
    reasons.sort();
    reasons
}

fn created(number: u64) -> Count {
    Count { created: number, ..Count::default() }
}

fn unchanged(number: u64) -> Count {
    Count { unchanged: number, ..Count::default() }
}

// ---------------------------------------------------------------- what comes in

both!(a_bundle_becomes_a_patient_with_all_that_is_known, async |practice: &Practice| {
    let mut ada = person("p1", "Nuñez", "M1");
    ada["telecom"] = json!([{"system": "phone", "value": "555-0100"}]);
    ada["contact"] = json!([{"name": {"text": "Bo Nuñez"}, "relationship": [{"text": "Son"}]}]);
    ada["communication"] = json!([{"language": {"coding": [{"code": "es"}]}, "preferred": true}]);
    let niece = json!({
        "resourceType": "RelatedPerson", "id": "r1", "patient": {"reference": "urn:uuid:p1"},
        "name": [{"family": "Paz", "given": ["Eva"]}], "relationship": [{"text": "Niece"}],
    });
    practice.json("ada.json", &bundle("transaction", &[observation("o1", "urn:uuid:p1"), niece, ada]));

    let report = practice.import_all().await;

    assert_eq!(reasons(&report), [""; 0]);
    assert_eq!(report.total(), created(3));
    let patient = practice.patient("Nuñez").await;
    assert_eq!((patient.given_name.as_str(), patient.mrn.as_deref()), ("Ada", Some("M1")));
    assert_eq!((patient.status, patient.status_source.as_str()), (PatientStatus::Stable, "FHIR import"));
    assert_eq!(patient.preferred_language.as_deref(), Some("es"));
    assert_eq!(patient.search_text, " nunez ada m1 1950 02 28");
    let contacts = patients::service::contacts(&practice.cx, patient.id).await.unwrap();
    let names: Vec<_> = contacts.iter().map(|one| one.name.as_deref()).collect();
    assert_eq!(names, [None, Some("Bo Nuñez"), Some("Eva Paz")]);
    let kept = &practice.resources("Observation").await[0];
    assert_eq!(kept.patient_id, Some(patient.id));
    assert!(kept.content.contains(r#""subject":{"reference":"Patient/p1"}"#), "{}", kept.content);
    let history = patient_status_change::Entity::find().all(&practice.cx.db()).await.unwrap();
    assert_eq!((history.len(), history[0].source.as_str()), (1, "FHIR import"));
    let team = care_team::Entity::find().one(&practice.cx.db()).await.unwrap().unwrap();
    assert_eq!((team.name.as_str(), patient.care_team_id), ("Unassigned", Some(team.id)));
});

both!(the_dead_and_the_inactive_have_their_status, async |practice: &Practice| {
    let (mut dead, mut gone, mut alive) = (person("1", "A", "1"), person("2", "B", "2"), person("3", "C", "3"));
    dead["deceasedDateTime"] = json!("2020-05-01T10:00:00Z");
    gone["active"] = json!(false);
    alive["deceasedBoolean"] = json!(false);
    practice.lines("Patient.ndjson", &[dead, gone, alive]);

    practice.import_all().await;

    let patients = practice.patients().await;
    let statuses: Vec<_> = patients.iter().map(|one| one.status).collect();
    assert_eq!(statuses, [PatientStatus::Deceased, PatientStatus::Inactive, PatientStatus::Stable]);
    assert_eq!(patients[0].deceased_at.unwrap().to_rfc3339(), "2020-05-01T10:00:00+00:00");
    assert_eq!(patients[1].deceased_at, None);
});

both!(a_task_comes_to_the_board_of_its_patients_team, async |practice: &Practice| {
    let team = json!({"resourceType": "CareTeam", "id": "t", "name": "Cedar", "status": "active"});
    let around = json!({
        "resourceType": "CareTeam", "id": "u", "name": "Cedar", "status": "active",
        "subject": {"reference": "Patient/p1"},
    });
    let mut call = json!({
        "resourceType": "Task", "id": "k", "status": "requested", "intent": "order", "priority": "asap",
        "description": "Call about results", "for": {"reference": "Patient/p1"},
        "restriction": {"period": {"end": "2020-01-01T16:00:00Z"}}, "owner": {"reference": "Practitioner/x"},
    });
    let files = [bundle("collection", &[call.clone(), around, team, person("p1", "Hart", "M1")])];
    let file = practice.json("a.json", &files[0]);

    let report = practice.import(std::slice::from_ref(&file)).await;

    assert_eq!(reasons(&report), [""; 0]);
    let patient = practice.patient("Hart").await;
    let task = practice.tasks().await.remove(0);
    let cedar = care_team::Entity::find_by_id((practice.cx.organization(), task.care_team_id));
    assert_eq!(cedar.one(&practice.cx.db()).await.unwrap().unwrap().name, "Cedar");
    assert_eq!((task.patient_id, Some(task.care_team_id)), (Some(patient.id), patient.care_team_id));
    assert_eq!((task.status, task.claimed_by, task.priority), (TaskStatus::Ready, None, TaskPriority::Asap));
    assert_eq!(task.due_at.unwrap().to_rfc3339(), "2020-01-01T16:00:00+00:00");
    assert_eq!(task.due_state, task::DueState::Overdue);

    call["status"] = json!("completed");
    practice.json("a.json", &bundle("collection", &[call]));
    let report = practice.import(&[file]).await;
    assert_eq!(report.total(), Count { updated: 1, ..Count::default() });
    let task = practice.tasks().await.remove(0);
    assert_eq!((task.status, task.version), (TaskStatus::Completed, 2));
    assert!(task.completed_at.is_some());
});

both!(gzip_is_told_by_its_bytes_and_a_file_by_its_content, async |practice: &Practice| {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(b"\xef\xbb\xbf").unwrap();
    packed.write_all(person("p1", "Hart", "M1").to_string().as_bytes()).unwrap();
    practice.file("patient.json", packed.finish().unwrap());
    let named = practice.file("read.me", bundle("batch", &[person("p2", "Ives", "M2")]).to_string());
    practice.file("notes.txt", "not FHIR");

    let report = practice.import(&[practice.files.0.clone(), named]).await;

    assert_eq!((reasons(&report), report.files), (vec![], 2));
    assert_eq!(practice.patients().await.len(), 2);
});

// ---------------------------------------------------------------- references, in any order

fn three_files() -> [(&'static str, Value); 3] {
    let doctor = json!({
        "resourceType": "Practitioner", "id": "d1",
        "identifier": [{"system": "http://hl7.org/fhir/sid/us-npi", "value": "77"}],
    });
    let mut visit = observation("o1", "Patient/p1");
    visit["performer"] = json!([{"reference": "Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|77"}]);
    [
        ("doctors.json", bundle("batch", &[doctor])),
        ("patient.json", bundle("transaction", &[person("p1", "Hart", "M1")])),
        ("visits.json", bundle("transaction", &[visit])),
    ]
}

both!(any_order_of_files_ends_the_same, async |home: &Practice| {
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let practice = Practice::open(home.store.kind).await;
        let files = three_files();
        for (position, file) in order.into_iter().enumerate() {
            practice.json(&format!("{position}.json"), &files[file].1);
        }

        let report = practice.import_all().await;

        assert_eq!((reasons(&report), report.total()), (vec![], created(3)), "{order:?}");
        let visit = &practice.resources("Observation").await[0];
        assert!(visit.content.contains(r#""performer":[{"reference":"Practitioner/d1"}]"#), "{}", visit.content);
        assert_eq!(visit.patient_id, Some(practice.patient("Hart").await.id));
    }
});

both!(what_came_in_earlier_is_found_and_what_never_came_is_not, async |practice: &Practice| {
    let [doctors, patient, visits] = three_files().map(|(name, content)| practice.json(name, &content));

    practice.import(&[patient]).await;
    let report = practice.import(std::slice::from_ref(&visits)).await;
    let expected = "performer refers to a Practitioner by an identifier of http://hl7.org/fhir/sid/us-npi, which is \
        nowhere in these files and not stored";
    assert_eq!(reasons(&report), [format!("visits.json, entry 1 (Observation): {expected}")]);
    assert_eq!(practice.resources("Observation").await.len(), 0);

    practice.import(&[doctors]).await;
    let report = practice.import(&[visits]).await;
    assert_eq!((reasons(&report), report.total()), (vec![], created(1)));
});

both!(lines_before_their_patient_wait_for_it, async |practice: &Practice| {
    let mut lines: Vec<Value> = (0..700).map(|number| observation(&format!("o{number}"), "Patient/p1")).collect();
    lines.push(person("p1", "Hart", "M1"));
    lines.push(observation("lost", "Patient/nobody"));
    practice.lines("all.ndjson", &lines);

    let report = practice.import_all().await;

    let lost = "all.ndjson, line 702 (Observation): subject refers to a Patient by its id, which is nowhere in these \
        files and not stored";
    assert_eq!((reasons(&report), report.total()), (vec![lost.to_owned()], created(701)));
    let patient = practice.patient("Hart").await;
    assert!(practice.resources("Observation").await.iter().all(|one| one.patient_id == Some(patient.id)));
});

// ---------------------------------------------------------------- the same again, and changed

both!(a_second_import_changes_nothing_and_says_so, async |practice: &Practice| {
    for (name, content) in three_files() {
        practice.json(name, &content);
    }
    practice.import_all().await;
    let events = practice.events().await;

    // The same in other clothes is the same.
    let pretty = serde_json::to_string_pretty(&three_files()[1].1).unwrap();
    practice.file("patient.json", pretty);
    let report = practice.import_all().await;

    assert_eq!((reasons(&report), report.total()), (vec![], unchanged(3)));
    assert_eq!(practice.events().await, events);
    assert_eq!(practice.patient("Hart").await.version, 1);
});

both!(a_changed_patient_is_updated_and_what_people_set_stays, async |practice: &Practice| {
    let file = practice
        .json("a.json", &bundle("transaction", &[person("p1", "Hart", "M1"), observation("o1", "urn:uuid:p1")]));
    practice.import(std::slice::from_ref(&file)).await;
    let patient = practice.patient("Hart").await;
    patients::service::set_status(&practice.cx, patient.id, PatientStatus::Watch, None, None).await.unwrap();
    let mut tx = practice.cx.begin("test").await.unwrap();
    let before = practice.patient("Hart").await;
    let mut tier = before.clone().into_active_model();
    tier.risk_tier = sea_orm::ActiveValue::Set(Some(RiskTier::High));
    patients::service::update(&mut tx, &before, tier).await.unwrap();
    tx.commit().await.unwrap();

    let mut changed = person("p1", "Hart-Ives", "M1");
    changed["active"] = json!(false);
    practice.json("a.json", &bundle("transaction", &[changed, observation("o1", "urn:uuid:p1")]));
    let report = practice.import(&[file]).await;

    assert_eq!((report.counts["Patient"].updated, report.counts["Observation"].unchanged), (1, 1));
    let after = practice.patient("Hart-Ives").await;
    assert_eq!((after.id, after.version), (patient.id, before.version + 2));
    assert_eq!((after.status, after.status_source.as_str()), (PatientStatus::Watch, "staff"));
    assert_eq!((after.risk_tier, after.care_team_id), (Some(RiskTier::High), patient.care_team_id));
    assert_eq!(practice.resources("Observation").await[0].patient_id, Some(patient.id));
});

both!(a_status_that_a_file_set_follows_the_file, async |practice: &Practice| {
    let file = practice.json("a.json", &person("p1", "Hart", "M1"));
    practice.import(std::slice::from_ref(&file)).await;
    let mut dead = person("p1", "Hart", "M1");
    dead["deceasedBoolean"] = json!(true);
    practice.json("a.json", &dead);

    practice.import(&[file]).await;

    assert_eq!(practice.patient("Hart").await.status, PatientStatus::Deceased);
});

both!(an_older_version_never_replaces_a_newer_one, async |practice: &Practice| {
    let version = |number: &str, family: &str| {
        let mut patient = person("p1", family, "M1");
        patient["meta"] = json!({"versionId": number});
        patient
    };
    let file = practice.json("a.json", &version("10", "New"));
    practice.import(std::slice::from_ref(&file)).await;

    practice.json("a.json", &version("9", "Old"));
    let report = practice.import(std::slice::from_ref(&file)).await;
    assert_eq!((report.total(), report.notes.len()), (unchanged(1), 1));
    assert_eq!(practice.patients().await[0].family_name, "New");

    practice.json("a.json", &version("11", "Newest"));
    practice.import(&[file]).await;
    assert_eq!(practice.patients().await[0].family_name, "Newest");
});

both!(copies_that_differ_come_to_rest, async |practice: &Practice| {
    practice.json("a.json", &json!({"resourceType": "Organization", "id": "o", "name": "Early"}));
    practice.json("b.json", &json!({"resourceType": "Organization", "id": "o", "name": "Late"}));

    let first = practice.import_all().await;
    let second = practice.import_all().await;

    assert_eq!(first.total(), Count { created: 1, updated: 1, unchanged: 0 });
    assert_eq!(second.total(), unchanged(2));
    assert!(practice.resources("Organization").await[0].content.contains("Late"));
});

// ---------------------------------------------------------------- who is who

both!(a_patient_is_known_by_number_under_another_id, async |practice: &Practice| {
    practice.import(&[practice.json("a.json", &person("p1", "Hart", "M1"))]).await;

    let visits = bundle("transaction", &[person("other", "Hart", "M1"), observation("o1", "urn:uuid:other")]);
    let report = practice.import(&[practice.json("b.json", &visits)]).await;

    assert_eq!(reasons(&report), [""; 0]);
    let patients = practice.patients().await;
    assert_eq!(patients.len(), 1);
    assert_eq!(practice.resources("Observation").await[0].patient_id, Some(patients[0].id));
});

both!(a_put_means_exactly_its_id, async |practice: &Practice| {
    for id in ["p1", "p2"] {
        let mut put = bundle("transaction", &[person(id, "Hart", "M1")]);
        put["entry"][0]["request"] = json!({"method": "PUT", "url": format!("Patient/{id}")});
        practice.json(&format!("{id}.json"), &put);
    }
    practice.import_all().await;
    assert_eq!(practice.patients().await.len(), 2);

    let third = practice.json("third.json", &person("p3", "Hart", "M1"));
    let report = practice.import(&[third]).await;
    assert_eq!(reasons(&report), ["third.json, -: its identifiers are those of several patients"]);
});

both!(another_name_and_birth_date_under_a_number_are_refused, async |practice: &Practice| {
    practice.import(&[practice.json("a.json", &person("p1", "Hart", "M1"))]).await;
    let mut other = person("p9", "Ives", "M1");
    other["birthDate"] = json!("1999-01-01");

    let report = practice.import(&[practice.json("b.json", &other)]).await;

    let reason = "its id or identifier is that of a patient with another name and birth date";
    assert_eq!(reasons(&report), [format!("b.json, -: {reason}")]);
    assert_eq!(practice.patients().await.len(), 1);
});

both!(one_id_for_resources_of_two_patients_is_two_resources, async |practice: &Practice| {
    practice.json("a.json", &bundle("transaction", &[person("p1", "Hart", "M1"), observation("hdl", "urn:uuid:p1")]));
    practice.json("b.json", &bundle("transaction", &[person("p2", "Ives", "M2"), observation("hdl", "urn:uuid:p2")]));

    let first = practice.import_all().await;
    let second = practice.import_all().await;

    assert_eq!((first.total(), second.total()), (created(4), unchanged(4)));
    let (hart, ives) = (practice.patient("Hart").await, practice.patient("Ives").await);
    let owners: Vec<_> = practice.resources("Observation").await.iter().map(|one| one.patient_id).collect();
    assert_eq!(owners, [Some(hart.id), Some(ives.id)]);
});

// ---------------------------------------------------------------- what is refused

both!(a_bundle_is_all_or_nothing_and_its_neighbours_are_unaffected, async |practice: &Practice| {
    let dangling = observation("o1", "urn:uuid:nobody");
    let mut wrong = person("p3", "Secretname", "M3");
    wrong["birthDate"] = json!("Secretdate");
    practice.json("1-good.json", &bundle("transaction", &[person("p1", "Hart", "M1")]));
    practice.json("2-dangling.json", &bundle("transaction", &[person("p2", "Lost", "M2"), dangling]));
    practice.json("3-wrong.json", &bundle("collection", &[observation("o2", "Patient/p1"), wrong]));
    practice.file("4-cut.json", "{\"resourceType\": \"Bundle\", \"type\": \"batch\",\n \"entry\": [{\"resource\": ");
    practice.json(
        "5-delete.json",
        &json!({
            "resourceType": "Bundle", "type": "transaction",
            "entry": [{"request": {"method": "DELETE", "url": "Patient/p1"}}],
        }),
    );
    practice.json("6-none.json", &json!({"id": "x", "entry": []}));
    practice.json("7-good.json", &bundle("transaction", &[person("p7", "Ives", "M7")]));

    let report = practice.import_all().await;

    assert_eq!(
        reasons(&report),
        [
            "2-dangling.json, entry 2 (Observation): subject refers to an entry that is not in the bundle",
            "3-wrong.json, entry 2: Patient.birthDate is not a date",
            "4-cut.json, entry 1: malformed JSON: EOF while parsing a value at line 2 column 24",
            "5-delete.json, entry 1: an import adds and updates; it does not delete or patch",
            "6-none.json, -: it has no resourceType",
        ]
    );
    assert!(!report.to_string().contains("Secret"));
    let names: Vec<_> = practice.patients().await.into_iter().map(|one| one.family_name).collect();
    assert_eq!(names, ["Hart", "Ives"]);
    assert_eq!(practice.resources("Observation").await.len(), 0);
});

both!(each_line_stands_alone, async |practice: &Practice| {
    let good = person("p1", "Hart", "M1");
    let text = format!(
        "{good}\n\n{{\"resourceType\":\"Patient\",,}}\nSecret\n{{\"id\":\"x\"}}\n{}\n",
        person("p2", "Ives", "M2")
    );
    practice.file("Patient.ndjson", text);

    let report = practice.import_all().await;

    assert_eq!(
        reasons(&report),
        [
            "Patient.ndjson, line 3: malformed JSON: key must be a string at column 27",
            "Patient.ndjson, line 4: malformed JSON: expected value at column 1",
            "Patient.ndjson, line 5: it has no resourceType",
        ]
    );
    assert_eq!(practice.patients().await.len(), 2);
});

both!(other_releases_of_fhir_are_named, async |practice: &Practice| {
    let mut doctor = json!({"resourceType": "Practitioner", "id": "d", "identifier": [{"value": "1"}]});
    doctor["identifier"][0]["type"] =
        json!({"coding": [{"system": "http://hl7.org/fhir/identifier-type", "code": "SB"}]});
    practice.json("1.json", &bundle("transaction", &[doctor]));
    practice.json("2.json", &json!({"resourceType": "Condition", "id": "c", "clinicalStatus": "active"}));
    practice.json("3.json", &json!({"resourceType": "ProcedureRequest", "id": "q"}));
    practice.file("4.xml", "<Patient xmlns=\"http://hl7.org/fhir\"/>");

    let report = practice.import_all().await;

    assert_eq!(
        reasons(&report),
        [
            "1.json, entry 1: its code systems are those of FHIR STU3 or older, not R4",
            "2.json, -: Condition.clinicalStatus is FHIR STU3 or older, not R4",
            "3.json, -: its resourceType is none of FHIR R4",
            "4.xml, -: it is XML; only FHIR R4 as JSON is taken",
        ]
    );
});

both!(a_folder_that_is_not_there_is_an_error_of_input, async |practice: &Practice| {
    let options = Options { team: "Unassigned".to_owned(), progress: false };

    let answer = fhir::import(&practice.cx, &[practice.files.0.join("nowhere")], &options).await;

    assert!(matches!(answer, Err(api::Error::BadUserInput { .. })));
});

both!(related_people_of_a_later_file_join_the_contacts, async |practice: &Practice| {
    practice.import(&[practice.json("a.json", &person("p1", "Hart", "M1"))]).await;
    let son = json!({
        "resourceType": "RelatedPerson", "id": "r", "patient": {"reference": "Patient/p1"}, "name": [{"text": "Bo"}],
    });

    practice.import(&[practice.json("b.json", &son)]).await;

    let contacts = patient_contact::Entity::find().all(&practice.cx.db()).await.unwrap();
    assert_eq!(contacts.iter().map(|one| one.name.as_deref()).collect::<Vec<_>>(), [Some("Bo")]);
});
