//! The rule of who sees which patients is written twice: for rows in memory, and for the store. Both answer the same, for
//! thousands of pairs of somebody and a patient.
use api::policy::{self, Capacity, Facts, Scope, Sight, Teams};
use entity::{
    ids::{BreakGlassId, CareTeamId, PatientId, TaskId},
    integration_token::TokenScope,
    patient,
    sensitivity::Labels,
    staff::StaffRole,
    task,
};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};
use std::collections::{BTreeMap, BTreeSet};
use tests::{Kit, Practice, both, store};

const PATIENTS: usize = 48;
const SCOPES: usize = 250;
const ROLES: [StaffRole; 9] = [
    StaffRole::CareCoordinator,
    StaffRole::Nurse,
    StaffRole::MedicalAssistant,
    StaffRole::Clinician,
    StaffRole::SocialWorker,
    StaffRole::Pharmacist,
    StaffRole::FrontDesk,
    StaffRole::Manager,
    StaffRole::Administrator,
];

/// Patients with every set of labels, on a team or none, some of them merged away; and tasks about some, in any team.
async fn people(practice: &Practice, db: &sea_orm::DatabaseConnection, random: &mut StdRng) -> Vec<CareTeamId> {
    let mut teams = Vec::new();
    for name in ["Cedar", "Maple", "Willow"] {
        teams.push(practice.team_id(name).await);
    }
    let mut ids = Vec::new();
    for n in 0..PATIENTS {
        let new = tests::NewPatient::called("Rosa Diaz");
        let id = store::add_patient(db, practice.organization, None, new, api::Clock::System.now()).await;
        let row = patient::Entity::find_by_id((practice.organization, id)).one(db).await.unwrap().unwrap();
        let mut row = row.into_active_model();
        row.labels = Set(Labels(if n % 2 == 0 { 0 } else { (n / 2 % 9) as i32 }));
        row.care_team_id = Set(teams.choose(random).copied().filter(|_| random.random_bool(0.85)));
        row.merged_into_id = Set(ids.first().copied().filter(|_| n % 11 == 10));
        row.update(db).await.unwrap();
        ids.push(id);
    }
    for team in &teams {
        store::add_tasks(db, practice.organization, *team, task::TaskStatus::Ready, 12, api::Clock::System.now()).await;
    }
    for task in store::tasks(db, practice.organization).await {
        let mut row = task.into_active_model();
        row.patient_id = Set(ids.choose(random).copied().filter(|_| random.random_bool(0.8)));
        row.update(db).await.unwrap();
    }
    teams
}

fn some<T: Copy + Ord>(of: &[T], share: f64, random: &mut StdRng) -> BTreeSet<T> {
    of.iter().copied().filter(|_| random.random_bool(share)).collect()
}

fn somebody(practice: &Practice, teams: &[CareTeamId], patients: &[PatientId], random: &mut StdRng) -> Scope {
    let role = *ROLES.choose(random).unwrap();
    let (capacity, teams) = match random.random_range(0..12) {
        0 => (Capacity::Display, Teams::Of(some(teams, 0.3, random))),
        1 => {
            let confidential = random.random_bool(0.5).then_some(TokenScope::ConfidentialRead);
            let scopes = [Some(TokenScope::Read), confidential].into_iter().flatten().collect();
            (Capacity::Integration { scopes }, Teams::All)
        }
        2 => (Capacity::System, Teams::All),
        _ => (Capacity::Staff { role, credential: None }, policy::teams_of(role, some(teams, 0.4, random))),
    };
    let mut share = |likely: f64| if random.random_bool(likely) { 0.15 } else { 0.0 };
    let (coordinates, blocked, emergency) = (share(0.6), share(0.4), share(0.4));
    let sight = Sight {
        clearances: Labels(random.random_range(0..8)),
        privacy_officer: random.random_bool(0.1),
        on_wall: random.random_bool(0.1),
        coordinates: some(patients, coordinates, random),
        blocked: some(patients, blocked, random),
        emergency: some(patients, emergency, random).into_iter().map(|id| (id, BreakGlassId::generate())).collect(),
    };
    let scope = Scope { organization: practice.organization, capacity, teams, sight };
    match scope.teams {
        Teams::Of(ref own) if random.random_bool(0.2) => own.first().map_or(scope.clone(), |team| scope.within(*team)),
        _ => scope,
    }
}

both!(the_rule_in_memory_and_the_rule_in_the_store_are_one, async |kit: &Kit| {
    let mut random = StdRng::seed_from_u64(41);
    let teams = people(kit, &kit.db, &mut random).await;
    let elm = kit.practice("Elm Clinic").await;
    people(&elm, &kit.db, &mut random).await;
    let patients = patient::Entity::find().all(&kit.db).await.unwrap();
    let tasks = task::Entity::find().all(&kit.db).await.unwrap();
    let mut working: BTreeMap<PatientId, BTreeSet<CareTeamId>> = BTreeMap::new();
    for task in &tasks {
        if let Some(patient) = task.patient_id {
            working.entry(patient).or_default().insert(task.care_team_id);
        }
    }
    let facts: Vec<Facts> = patients
        .iter()
        .map(|row| Facts {
            organization: row.organization_id,
            id: row.id,
            care_team: row.care_team_id,
            working: working.get(&row.id).cloned().unwrap_or_default(),
            labels: row.labels,
            merged: row.merged_into_id.is_some(),
        })
        .collect();
    let labels: BTreeMap<PatientId, Labels> = patients.iter().map(|row| (row.id, row.labels)).collect();
    let ids: Vec<PatientId> = patients.iter().map(|row| row.id).collect();

    let (mut seen, mut hidden) = (0, 0);
    for _ in 0..SCOPES {
        let scope = somebody(kit, &teams, &ids, &mut random);

        let stored = policy::visible_patients(&scope).all(&kit.db).await.unwrap();
        let stored: BTreeSet<PatientId> = stored.into_iter().map(|row| row.id).collect();
        let ruled: BTreeSet<PatientId> =
            facts.iter().filter(|facts| policy::sees(&scope, facts)).map(|facts| facts.id).collect();
        assert_eq!(stored, ruled, "{scope:?}");

        let shown = policy::visible_tasks(&scope).all(&kit.db).await.unwrap();
        let shown: BTreeSet<TaskId> = shown.into_iter().map(|row| row.id).collect();
        let sees = |task: &&task::Model| {
            let about = task.patient_id;
            let withheld = about.is_some_and(|about| policy::is_withheld(&scope, about, labels[&about]));
            let in_emergency = about.is_some_and(|about| scope.sight.emergency.contains_key(&about));
            task.organization_id == kit.organization
                && !withheld
                && (scope.teams.contains(task.care_team_id) || in_emergency)
        };
        let expected: BTreeSet<TaskId> = tasks.iter().filter(sees).map(|task| task.id).collect();
        assert_eq!(shown, expected, "{scope:?}");

        seen += ruled.len();
        hidden += facts.len() - ruled.len();
    }
    assert!(seen > 1_000 && hidden > 1_000, "{seen} seen, {hidden} hidden");
});
