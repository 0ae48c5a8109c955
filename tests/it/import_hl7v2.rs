//! HL7 v2 ADT messages: from bytes to the status on the boards.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
use api::{
    Actor, App, Cx, Result, care_teams,
    events::log,
    interop::{
        hl7v2::{self, Accepted, Answer, Effect, Options},
        report::Report,
    },
    patients, people,
    policy::{Capacity, Scope, Sight, Teams},
    tasks,
};
use chrono::{DateTime, Utc};
use entity::{
    adt_message, event,
    ids::PatientId,
    patient::{self, AdministrativeGender, PatientStatus},
    patient_status_change,
    staff::StaffRole,
    task::TaskPriority,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    path::{Path, PathBuf},
    sync::Arc,
};
use tests::{Kit, both};

struct Practice {
    app: Arc<App>,
    cx: Cx,
}

/// What the messages below have in common: the sender, and a time on 10 January 2026.
fn adt(control_id: &str, trigger: &str, at: &str, segments: &str) -> Vec<u8> {
    format!(
        "MSH|^~\\&|ADT|MERCY|HUDDLE|HOME|202601102300||ADT^{trigger}|{control_id}|P|2.5\rEVN|{trigger}|20260110{at}\r{segments}\r"
    )
    .into_bytes()
}

fn pid(number: &str) -> String {
    format!("PID|1||{number}^^^MERCY^MR||Sample^Sam||19500102|M")
}

fn stay(number: &str, class: &str, visit: &str) -> String {
    format!("{}\rPV1|1|{class}|W1^101^A^MERCY||||||||||||||||{visit}", pid(number))
}

fn hour(at: &str) -> DateTime<Utc> {
    format!("2026-01-10T{at}:00-05:00").parse().unwrap()
}

impl Practice {
    fn of(kit: &Kit) -> Self {
        Self { cx: kit.cx(), app: kit.app.clone() }
    }

    async fn another(&self, name: &str) -> Cx {
        let name = format!("{name}-{}", uuid::Uuid::new_v4());
        let practice = people::service::create_organization(&self.app, &name, "America/New_York", false).await.unwrap();
        Cx::system(self.app.clone(), practice.id)
    }

    async fn tell(&self, message: &[u8]) -> Result<Accepted, String> {
        answer(&self.cx, message, false).await
    }

    /// Makes the patient with a message that says nothing else.
    async fn knows(&self, number: &str) -> PatientId {
        let message = adt(&format!("new-{number}"), "A28", "0100", &pid(number));
        answer(&self.cx, &message, true).await.unwrap().patient
    }

    async fn patient(&self, id: PatientId) -> patient::Model {
        patient::Entity::find_by_id((self.cx.organization(), id)).one(&self.cx.db()).await.unwrap().unwrap()
    }

    async fn status(&self, id: PatientId) -> (PatientStatus, DateTime<Utc>) {
        let patient = self.patient(id).await;
        (patient.status, patient.status_since)
    }

    /// A nurse on the team of unassigned patients.
    async fn nurse(&self) -> Cx {
        let mut tx = self.cx.begin("test").await.unwrap();
        let team = care_teams::service::find_or_create(&mut tx, "Unassigned").await.unwrap();
        let new = people::service::NewStaff {
            email: format!("{}@practice.example", uuid::Uuid::new_v4().simple()),
            display_name: "Nora Nurse".to_owned(),
            role: StaffRole::Nurse,
            credential: Some("RN".to_owned()),
            password: "correct horse battery".to_owned(),
        };
        let nurse = people::service::create_staff(&mut tx, new).await.unwrap();
        tx.commit().await.unwrap();
        care_teams::service::add_member(&self.cx, team.id, nurse.id, None).await.unwrap();
        let capacity = Capacity::Staff { role: StaffRole::Nurse, credential: Some("RN".to_owned()) };
        let (organization, teams) = (self.cx.organization(), Teams::Of(BTreeSet::from([team.id])));
        let scope = Scope { organization, capacity, teams, sight: Sight::default() };
        Cx::new(self.app.clone(), Actor { scope, staff: Some(nurse.id), ..Actor::system(organization) })
    }
}

async fn answer(cx: &Cx, message: &[u8], create_patients: bool) -> Result<Accepted, String> {
    let options = Options { create_patients, team: "Unassigned".to_owned(), progress: false };
    match hl7v2::accept(cx, message, &options).await.unwrap() {
        Answer::Accepted(accepted) => Ok(accepted),
        Answer::Refused { reason, .. } => Err(reason),
    }
}

both!(an_admission_shows_at_once_and_once, async |kit: &Kit| {
    let practice = Practice::of(kit);
    let id = practice.knows("1").await;
    let head = log::head(practice.app.db.common(), practice.cx.organization()).await.unwrap().seq;
    let message = adt("m1", "A01", "0800", &stay("1", "I", "V1"));

    let first = practice.tell(&message).await.unwrap();
    let again = practice.tell(&message).await.unwrap();

    let patient = practice.patient(id).await;
    assert_eq!((first.effect, first.status), (Effect::Updated, PatientStatus::Inpatient));
    assert_eq!((again.effect, again.status), (Effect::Unchanged, PatientStatus::Inpatient));
    assert_eq!((patient.status, patient.status_since), (PatientStatus::Inpatient, hour("08:00")));
    assert_eq!(patient.status_source, "ADT A01 from MERCY");
    let after = log::head(practice.app.db.common(), practice.cx.organization()).await.unwrap().seq;
    assert_eq!(after, head + 1);
});

both!(what_cannot_be_taken_is_refused_with_its_reason, async |kit: &Kit| {
    let practice = Practice::of(kit);
    practice.knows("1").await;
    practice.tell(&adt("m1", "A01", "0800", &stay("1", "I", "V1"))).await.unwrap();
    let other_birth = pid("1").replace("19500102", "19510102").replace("^^^MERCY", "");

    for (message, reason) in [
        (adt("m1", "A01", "0900", &stay("1", "I", "V1")), "MSH-10 was used for another message of this sender"),
        (adt("", "A01", "0900", &stay("1", "I", "V1")), "MSH-10 has no control id"),
        (adt("m2", "A01", "0900", &stay("2", "I", "V1")), "PID-3 names no patient of this practice"),
        (adt("m2", "A01", "0900", "PV1|1|I"), "it has no PID segment"),
        (adt("m2", "A01", "0900", "PID|1||^^^MERCY^MR"), "PID-3 has no identifier"),
        (adt("m2", "A45", "0900", &pid("1")), "ADT A45 is not used by Huddle"),
        (adt("m2", "A40", "0900", &pid("1")), "it has no MRG segment"),
        (adt("m2", "A08", "0900", &other_birth), "PID-3 is the number of a patient with another date of birth (PID-7)"),
        (b"MSH|^~\\&|LAB|MERCY|||2026||ORU^R01|1".to_vec(), "ORU messages are not used by Huddle, only ADT"),
        (
            b"MSH|^~\\&|ADT|MERCY|||2099||ADT^A01|1\rPID|1||1".to_vec(),
            "none of EVN-6, EVN-2 and MSH-7 is a time as HL7 writes it (YYYYMMDDHHMM)",
        ),
        (b"MSH|^~\\&|ADT|MERCY|||20990101||ADT^A01|1\rPID|1||1".to_vec(), "EVN-6, EVN-2 or MSH-7 is in the future"),
        (b"EVN|A01|20260101\rPID|1||1".to_vec(), "it does not begin with an MSH segment"),
        (b"MSH|^~".to_vec(), "MSH-9 names no message type"),
    ] {
        assert_eq!(practice.tell(&message).await, Err(reason.to_owned()));
    }
});

both!(a_number_of_two_patients_names_none, async |kit: &Kit| {
    let practice = Practice::of(kit);
    practice.knows("1").await;
    practice.knows("2").await;
    let both = "PID|1||1^^^MERCY^MR~2^^^MERCY^MR||Sample^Sam";

    let answer = practice.tell(&adt("m1", "A01", "0800", both)).await;

    assert_eq!(answer, Err("PID-3 or MRG-1 names more than one patient".to_owned()));
});

both!(another_hospitals_number_is_another_patient, async |kit: &Kit| {
    let practice = Practice::of(kit);
    practice.knows("1").await;
    let elsewhere = pid("1").replace("MERCY", "GRACE");

    let answer = practice.tell(&adt("m1", "A01", "0800", &elsewhere)).await;

    assert_eq!(answer, Err("PID-3 names no patient of this practice".to_owned()));
});

both!(a_patient_is_made_of_pid_when_that_is_wanted, async |kit: &Kit| {
    let practice = Practice::of(kit);
    let segments = "PID|1||7^^^MERCY^MR~999^^^USA^SS||Müller^Jürgen||19650302|F|||1 High St^^Springfield||555-0100||SPA\rPV1|1|E||||||||||||||||||V1";

    let made = answer(&practice.cx, &adt("m1", "A04", "0800", segments), true).await.unwrap();

    let patient = practice.patient(made.patient).await;
    assert_eq!((made.effect, made.status), (Effect::Created, PatientStatus::InEd));
    assert_eq!((patient.family_name.as_str(), patient.given_name.as_str()), ("Müller", "Jürgen"));
    assert_eq!(patient.search_text, " muller jurgen 1965 03 02 7 999");
    assert_eq!((patient.mrn.as_deref(), patient.gender), (Some("7"), Some(AdministrativeGender::Female)));
    assert_eq!(patient.preferred_language.as_deref(), Some("es"));
    let contacts = patients::service::contacts(&practice.cx, made.patient).await.unwrap();
    assert_eq!(contacts[0].phone.as_deref(), Some("555-0100"));
    assert_eq!(contacts[0].address.as_deref(), Some("1 High St, Springfield"));
});

both!(an_update_corrects_its_own_words_and_fills_gaps_only, async |kit: &Kit| {
    let practice = Practice::of(kit);
    let id = practice.knows("1").await;
    let told = |name: &str, phone: &str, from: &str| {
        let pid = format!("PID|1||1^^^MERCY^MR||{name}||19500102|\"\"|||||{phone}||ENG");
        String::from_utf8(adt(&format!("{name}{from}"), "A08", "0900", &pid)).unwrap().replace("|ADT|", from)
    };

    practice.tell(told("Other^Name", "555-0199", "|LAB|").as_bytes()).await.unwrap();
    let after_other = practice.patient(id).await;
    practice.tell(told("Sample^Samuel", "", "|ADT|").as_bytes()).await.unwrap();
    let after_own = practice.patient(id).await;

    assert_eq!((after_other.given_name.as_str(), after_other.status), ("Sam", PatientStatus::Stable));
    assert_eq!(after_other.preferred_language.as_deref(), Some("en"));
    assert_eq!((after_own.given_name.as_str(), after_own.gender), ("Samuel", Some(AdministrativeGender::Male)));
    assert!(after_own.search_text.contains(" samuel "));
    let contacts = patients::service::contacts(&practice.cx, id).await.unwrap();
    assert_eq!(contacts[0].phone.as_deref(), Some("555-0199"));
});

both!(every_order_of_arrival_ends_in_the_same_status, async |kit: &Kit| {
    let practice = Practice::of(kit);
    let messages = [("A04", "E", "0800"), ("A06", "I", "0900"), ("A03", "I", "1000"), ("A13", "I", "1100")];
    let mut number = 0;
    for first in 0..4 {
        for second in (0..4).filter(|it| *it != first) {
            for third in (0..4).filter(|it| ![first, second].contains(it)) {
                let fourth = 6 - first - second - third;
                number += 1;
                let name = number.to_string();
                let id = practice.knows(&name).await;
                for (index, at) in [first, second, third, fourth].into_iter().enumerate() {
                    let (trigger, class, at) = messages[at];
                    let message = adt(&format!("{name}-{index}"), trigger, at, &stay(&name, class, "V1"));
                    practice.tell(&message).await.unwrap();
                }
                assert_eq!(practice.status(id).await, (PatientStatus::Inpatient, hour("09:00")));
            }
        }
    }
});

both!(messages_that_come_at_once_make_one_patient_and_one_status, async |kit: &Kit| {
    let practice = Practice::of(kit);
    let messages = [("A04", "E", "0800"), ("A06", "I", "0900"), ("A03", "I", "1000"), ("A13", "I", "1100")];
    let told = (0..10).flat_map(|number| messages.map(|message| (number.to_string(), message)));
    let told = told.map(|(number, (trigger, class, at))| {
        let message = adt(&format!("{number}-{trigger}"), trigger, at, &stay(&number, class, "V1"));
        let cx = practice.cx.clone();
        async move { answer(&cx, &message, true).await.unwrap().patient }
    });

    let patients: BTreeSet<PatientId> = futures_util::future::join_all(told).await.into_iter().collect();

    assert_eq!(patients.len(), 10);
    for id in patients {
        assert_eq!(practice.status(id).await, (PatientStatus::Inpatient, hour("09:00")));
    }
});

both!(a_clinic_visit_that_nobody_ends_is_over_in_time, async |kit: &Kit| {
    let practice = Practice::of(kit);
    practice.app.clock.set("2026-01-10T15:00:00Z".parse().unwrap());
    let id = practice.knows("1").await;
    practice.tell(&adt("m1", "A04", "0900", &stay("1", "O", "V1"))).await.unwrap();
    let here = practice.status(id).await.0;

    let early = hl7v2::end_clinic_visits(&practice.cx).await.unwrap();
    practice.app.clock.set("2026-01-11T03:00:00Z".parse().unwrap());
    let ended = hl7v2::end_clinic_visits(&practice.cx).await.unwrap();
    let again = hl7v2::end_clinic_visits(&practice.cx).await.unwrap();

    assert_eq!(here, PatientStatus::InClinic);
    assert_eq!((early, ended, again), (0, 1, 0));
    assert_eq!(practice.status(id).await, (PatientStatus::Stable, hour("21:00")));
});

both!(a_cancelled_admission_leads_back_to_what_a_person_said, async |kit: &Kit| {
    let practice = Practice::of(kit);
    let id = practice.knows("1").await;
    practice.app.clock.set("2026-01-10T12:00:00Z".parse().unwrap());
    let nurse = practice.nurse().await;
    patients::service::set_status(&nurse, id, PatientStatus::Watch, None, None).await.unwrap();
    let since = practice.status(id).await.1;

    practice.tell(&adt("m1", "A01", "0800", &stay("1", "I", "V1"))).await.unwrap();
    let admitted = practice.status(id).await;
    practice.tell(&adt("m2", "A11", "0900", &stay("1", "I", "V1"))).await.unwrap();
    let cancelled = practice.status(id).await;

    assert_eq!(admitted, (PatientStatus::Inpatient, hour("08:00")));
    assert_eq!(cancelled, (PatientStatus::Watch, since));
    let history = patient_status_change::Entity::find()
        .filter(patient_status_change::Column::PatientId.eq(id))
        .order_by_asc(patient_status_change::Column::Id)
        .all(&practice.cx.db())
        .await
        .unwrap();
    let sources: Vec<&str> = history.iter().map(|row| row.source.as_str()).collect();
    assert_eq!(sources, ["staff", "ADT A01 from MERCY", "ADT A11 from MERCY"]);
});

both!(what_a_person_said_later_stays, async |kit: &Kit| {
    let practice = Practice::of(kit);
    let id = practice.knows("1").await;
    practice.app.clock.set("2026-01-10T20:00:00Z".parse().unwrap());
    let nurse = practice.nurse().await;
    patients::service::set_status(&nurse, id, PatientStatus::Watch, None, None).await.unwrap();

    let late = practice.tell(&adt("m1", "A01", "0800", &stay("1", "I", "V1"))).await.unwrap();
    let newer = practice.tell(&adt("m2", "A03", "1600", &stay("1", "I", "V1"))).await.unwrap();

    assert_eq!((late.effect, late.status), (Effect::Unchanged, PatientStatus::Watch));
    assert_eq!((newer.effect, newer.status), (Effect::Updated, PatientStatus::Transition));
});

both!(a_merge_moves_work_with_its_claims, async |kit: &Kit| {
    let practice = Practice::of(kit);
    let (stays, goes, first) = (practice.knows("1").await, practice.knows("2").await, practice.knows("3").await);
    let nurse = practice.nurse().await;
    let team = practice.patient(goes).await.care_team_id.unwrap();
    let new = tasks::service::NewTask {
        care_team: team,
        patient: Some(first),
        kind: "OUTREACH_CALL".to_owned(),
        title: "Call".to_owned(),
        instructions: None,
        priority: TaskPriority::Routine,
        due_at: None,
    };
    let task = tasks::service::create(&nurse, new).await.unwrap();
    tasks::service::claim(&nurse, task.id).await.unwrap();
    patients::service::assign_coordinator(&nurse, goes, nurse.actor.staff.unwrap(), None).await.unwrap();
    practice.tell(&adt("m1", "A01", "0800", &stay("2", "I", "V1"))).await.unwrap();

    let chain = adt("m2", "A40", "0900", &format!("{}\rMRG|3^^^MERCY^MR", pid("2")));
    practice.tell(&chain).await.unwrap();
    let merge = adt("m3", "A40", "1000", &format!("{}\rMRG|2^^^MERCY^MR", pid("1")));
    let merged = practice.tell(&merge).await.unwrap();
    let again = practice.tell(&merge).await.unwrap();
    let told_again =
        practice.tell(&adt("m4", "A40", "1100", &format!("{}\rMRG|2^^^MERCY^MR", pid("1")))).await.unwrap();

    let claimed = tasks::service::find(&nurse, task.id).await.unwrap();
    assert_eq!((merged.effect, merged.patient, merged.status), (Effect::Updated, stays, PatientStatus::Inpatient));
    assert_eq!((again.effect, told_again.effect), (Effect::Unchanged, Effect::Unchanged));
    assert_eq!((claimed.patient_id, claimed.claimed_by), (Some(stays), nurse.actor.staff));
    assert_eq!(practice.patient(stays).await.coordinator_id, nurse.actor.staff);
    for gone in [goes, first] {
        assert_eq!(practice.patient(gone).await.merged_into_id, Some(stays));
        assert!(patients::service::find(&practice.cx, gone).await.is_err());
    }
    let told = event::Entity::find()
        .filter(event::Column::EntityId.eq(goes.0))
        .order_by_desc(event::Column::Seq)
        .one(&practice.cx.db())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(told.teams_after, serde_json::json!([]));
    assert_ne!(told.teams_before, serde_json::json!([]));
    let late = practice.tell(&adt("m5", "A03", "1200", &stay("3", "I", "V1"))).await.unwrap();
    assert_eq!((late.patient, late.status), (stays, PatientStatus::Transition));
});

both!(a_merge_of_an_unknown_number_gives_it_to_the_survivor, async |kit: &Kit| {
    let practice = Practice::of(kit);
    let id = practice.knows("1").await;

    practice.tell(&adt("m1", "A40", "0900", &format!("{}\rMRG|8^^^MERCY^MR", pid("1")))).await.unwrap();
    let unknown = practice.tell(&adt("m2", "A40", "0900", &format!("{}\rMRG|1^^^MERCY^MR", pid("9")))).await;
    let by_new_number = practice.tell(&adt("m3", "A01", "1000", &stay("8", "I", "V1"))).await.unwrap();

    assert_eq!(unknown, Err("PID-3 names no patient of this practice".to_owned()));
    assert_eq!(by_new_number.patient, id);
});

// ---------------------------------------------------------------- the files of other projects

fn files() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/hl7v2");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: there are no HL7 v2 files beside the repository");
    None
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { walk(&path, found) } else { found.push(path) }
    }
}

// Each file in an organisation of its own, so that numbers of one project are not those of another.
both!(every_message_of_the_files_has_its_effect_or_its_reason, async |kit: &Kit| {
    let Some(folder) = files() else { return };
    let practice = Practice::of(kit);
    let mut paths = Vec::new();
    walk(&folder, &mut paths);
    paths.sort();
    let options = Options { create_patients: true, team: "Unassigned".to_owned(), progress: false };
    let head = "Each file in a practice of its own that makes patients of unknown numbers, on 23 November 2026; times in UTC.\n";
    let (mut table, mut others) = (head.to_owned(), BTreeMap::<String, u32>::new());
    for path in paths.iter().filter(|path| path.extension().is_some_and(|extension| extension != "json")) {
        let name = path.strip_prefix(&folder).unwrap().display().to_string();
        let cx = practice.another(&name).await;
        let report = hl7v2::import(&cx, std::slice::from_ref(path), &options).await.unwrap();
        for kept in kept(&cx).await {
            writeln!(table, "{name} | {kept}").unwrap();
        }
        for refusal in &report.refused {
            let entry = refusal.entry.clone().unwrap_or_else(|| "file".to_owned());
            if entry.contains("(ADT") || !entry.contains('(') {
                writeln!(table, "{name} | {entry} | refused: {}", refusal.reason).unwrap();
            } else {
                *others.entry(refusal.reason.clone()).or_default() += 1;
            }
        }
    }
    for (reason, count) in others {
        writeln!(table, "{count} times | refused: {reason}").unwrap();
    }

    let snapshot = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/hl7v2/adt_table.txt");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&snapshot, &table).unwrap();
    }
    assert_eq!(table, std::fs::read_to_string(snapshot).unwrap());
});

/// What an organisation keeps, and where it left its patient.
async fn kept(cx: &Cx) -> Vec<String> {
    let messages = adt_message::Entity::find()
        .filter(adt_message::Column::OrganizationId.eq(cx.organization()))
        .order_by_asc(adt_message::Column::Id)
        .all(&cx.db())
        .await
        .unwrap();
    let mut lines = Vec::new();
    for message in messages {
        let id = (cx.organization(), message.patient_id);
        let patient = patient::Entity::find_by_id(id).one(&cx.db()).await.unwrap().unwrap();
        let class = message.patient_class.filter(|class| class.len() == 1).unwrap_or_else(|| "-".to_owned());
        let since = patient.status_since.format("%Y-%m-%d %H:%M");
        let status = patients::rules::status_words(patient.status);
        let why = why(&message.trigger);
        lines.push(format!("{} | class {class} | {status} since {since} | {why}", message.trigger));
    }
    lines
}

/// Why a message has the effect that it has. Told of everybody in these files: PID-29 and PID-30.
fn why(trigger: &str) -> &'static str {
    match trigger {
        "A01" | "A04" => "begins a visit: PV1-2 says where, PV1-45 that it is over, PID-30 that the patient died",
        "A02" => "moves within a visit: no status",
        "A03" => "ends a visit: PV1-2 and PV1-36 say into what",
        "A05" => "a plan: no status",
        "A06" | "A07" => "goes on with the visit elsewhere",
        "A08" | "A28" | "A31" => "who the patient is: no status but death",
        "A11" | "A12" | "A13" => "takes back what was never told here",
        "A18" | "A30" | "A34" | "A36" | "A39" | "A40" => "two records are one: no status of its own",
        _ => "?",
    }
}

both!(all_files_at_once_twice_are_the_same_as_once, async |kit: &Kit| {
    let Some(folder) = files() else { return };
    let practice = Practice::of(kit);
    let options = Options { create_patients: true, team: "Unassigned".to_owned(), progress: false };

    let first = hl7v2::import(&practice.cx, std::slice::from_ref(&folder), &options).await.unwrap();
    let second = hl7v2::import(&practice.cx, std::slice::from_ref(&folder), &options).await.unwrap();

    let (once, again) = (first.total(), second.total());
    assert_eq!((again.created, again.updated), (0, 0));
    assert_eq!(again.unchanged, once.created + once.updated + once.unchanged);
    // Not the reasons: a control id that is in use is found out before the patient is looked for.
    let where_refused = |report: &Report| report.refused.iter().map(|it| (it.file.clone(), it.entry.clone())).collect();
    let (once, again): (Vec<_>, Vec<_>) = (where_refused(&first), where_refused(&second));
    assert_eq!(once, again);
});
