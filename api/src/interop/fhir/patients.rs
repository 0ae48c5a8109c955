//! Patients: which of them we know, and their rows.
use super::{
    SOURCE,
    batch::Entry,
    identity,
    judge::{Judged, Verdict},
    known::Known,
    mapped::Mapped,
    patient_rows,
    person::Person,
    states::State,
    teams::Teams,
};
use crate::{
    Result, Tx,
    events::Change,
    patients::{protection, service},
};
use entity::{
    ids::{CareTeamId, PatientId},
    patient::{self, PatientStatus},
    patient_identifier,
    sensitivity::Labels,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use std::collections::{BTreeSet, HashMap, HashSet};

const KEYS: usize = 2_000;

/// Which patient an entry is.
#[derive(Clone, Debug)]
pub struct Plan {
    pub id: PatientId,
    /// None for one that is new, and for one whose resource is as stored.
    pub stored: Option<patient::Model>,
    pub creates: bool,
}

/// By the entry's place in the batch.
pub type Plans = HashMap<usize, Plan>;

/// Finds out who each patient of the batch is, and refuses who could be two.
pub async fn plan(tx: &Tx, entries: &[Entry], known: &Known, judged: &mut [Judged]) -> Result<Plans> {
    let people: Vec<(usize, &Entry, &Person)> = entries
        .iter()
        .enumerate()
        .filter(|(index, _)| judged[*index].verdict == Verdict::Take)
        .filter_map(|(index, entry)| match &entry.mapped {
            Mapped::Patient(person) => Some((index, entry, &**person)),
            _ => None,
        })
        .collect();
    let mut by_number = by_number(tx, &people, known).await?;
    let mut wanted: Vec<PatientId> = by_number.values().flatten().copied().collect();
    for (_, entry, _) in &people {
        let stored = known.by_key("Patient", &entry.key);
        wanted.extend(stored.filter(|one| one.digest != entry.facts.digest).and_then(|one| one.patient));
    }
    let models = models(tx, wanted).await?;

    let mut plans = Plans::new();
    let mut by_key: HashMap<String, PatientId> = HashMap::new();
    for (index, entry, person) in people {
        let key = entry.key.clone();
        let numbers: Vec<String> = identity::telling(&entry.facts.identifiers).iter().map(|one| one.key()).collect();
        let by_id = known.by_key("Patient", &key).and_then(|one| one.patient).or(by_key.get(&key).copied());
        let found: BTreeSet<PatientId> = match by_id {
            Some(id) => BTreeSet::from([id]),
            None if entry.put => BTreeSet::new(),
            None => numbers
                .iter()
                .filter_map(|number| by_number.get(number))
                .flatten()
                .map(|id| current(&models, *id))
                .collect(),
        };
        if found.len() > 1 {
            judged[index].verdict = Verdict::Refuse("its identifiers are those of several patients".to_owned());
            continue;
        }
        let id = found.first().copied();
        let stored = id.and_then(|id| models.get(&id)).cloned();
        if stored.as_ref().is_some_and(|stored| identity::is_somebody_else(stored, person)) {
            let reason = "its id or identifier is that of a patient with another name and birth date";
            judged[index].verdict = Verdict::Refuse(reason.to_owned());
            continue;
        }
        let fresh = |id: PatientId| plans.values().any(|plan: &Plan| plan.id == id && plan.creates);
        let creates = id.is_none_or(fresh);
        let id = id.unwrap_or_else(PatientId::generate);
        by_key.insert(key, id);
        for number in numbers {
            by_number.entry(number).or_default().insert(id);
        }
        plans.insert(index, Plan { id, stored, creates });
    }
    Ok(plans)
}

/// The patients that have the numbers of those whose id says nothing.
async fn by_number(
    tx: &Tx,
    people: &[(usize, &Entry, &Person)],
    known: &Known,
) -> Result<HashMap<String, BTreeSet<PatientId>>> {
    let mut values: BTreeSet<&str> = BTreeSet::new();
    for (_, entry, _) in people {
        if !entry.put && known.by_key("Patient", &entry.key).is_none() {
            values.extend(identity::telling(&entry.facts.identifiers).iter().map(|one| one.value.as_str()));
        }
    }
    let mut found: HashMap<String, BTreeSet<PatientId>> = HashMap::new();
    let values: Vec<&str> = values.into_iter().collect();
    for values in values.chunks(KEYS) {
        let rows = patient_identifier::Entity::find()
            .filter(patient_identifier::Column::OrganizationId.eq(tx.organization()))
            .filter(patient_identifier::Column::Value.is_in(values.iter().copied()))
            .all(&**tx)
            .await?;
        for row in rows {
            found.entry(format!("{}|{}", row.system, row.value)).or_default().insert(row.patient_id);
        }
    }
    Ok(found)
}

/// The patients, and those whose record took theirs over.
async fn models(tx: &Tx, mut wanted: Vec<PatientId>) -> Result<HashMap<PatientId, patient::Model>> {
    let mut models = HashMap::new();
    while !wanted.is_empty() {
        wanted.sort();
        wanted.dedup();
        let mut next = Vec::new();
        for ids in wanted.chunks(KEYS) {
            let rows = patient::Entity::find()
                .filter(patient::Column::OrganizationId.eq(tx.organization()))
                .filter(patient::Column::Id.is_in(ids.iter().copied()))
                .all(&**tx)
                .await?;
            next.extend(rows.iter().filter_map(|row| row.merged_into_id));
            models.extend(rows.into_iter().map(|row| (row.id, row)));
        }
        wanted = next.into_iter().filter(|id| !models.contains_key(id)).collect();
    }
    Ok(models)
}

fn current(models: &HashMap<PatientId, patient::Model>, mut id: PatientId) -> PatientId {
    let mut seen = HashSet::new();
    while let Some(into) = models.get(&id).and_then(|model| model.merged_into_id)
        && seen.insert(id)
    {
        id = into;
    }
    id
}

/// Where the patients of this batch live: what tasks and later steps ask for.
#[derive(Default)]
pub struct Homes {
    pub created: HashMap<PatientId, CareTeamId>,
    pub updated: Vec<PatientId>,
}

/// Writes who is new and who changed, and announces them.
pub async fn write(
    tx: &mut Tx,
    entries: &[Entry],
    states: &[State],
    plans: &Plans,
    teams: &mut Teams,
) -> Result<Homes> {
    let mut homes = Homes::default();
    let mut rows = patient_rows::Rows::default();
    for (index, entry) in entries.iter().enumerate() {
        let (Mapped::Patient(person), Some(plan)) = (&entry.mapped, plans.get(&index)) else { continue };
        if !states[index].is_news() {
            continue;
        }
        match &plan.stored {
            None if plan.creates && !homes.created.contains_key(&plan.id) => {
                let team = teams.of(tx, plan.id).await?;
                rows.create(tx, plan.id, person, &entry.facts, team);
                tx.emit(Change::patient(plan.id, 1, Vec::new(), vec![team]));
                homes.created.insert(plan.id, team);
            }
            // A second record of somebody who came in with this very batch adds its numbers.
            None => rows.numbers(tx, plan.id, &entry.facts),
            Some(stored) => {
                update(tx, stored, person, entry).await?;
                rows.numbers(tx, plan.id, &entry.facts);
                homes.updated.push(plan.id);
            }
        }
    }
    rows.insert(tx).await?;
    Ok(homes)
}

/// What the file says replaces what a file said. What people set stays: team, coordinator, tier, and a status that
/// did not come from here.
async fn update(tx: &mut Tx, stored: &patient::Model, person: &Person, entry: &Entry) -> Result<()> {
    patient_rows::forget_replaced_numbers(tx, stored.id, &entry.facts).await?;
    let status = status(person);
    let mut current = stored.clone();
    if stored.status_source == SOURCE && stored.status != status {
        let since = patient_rows::status_since(person, tx.at);
        let change = service::StatusChange { status, since, source: SOURCE.to_owned(), note: None };
        current = service::record_status(tx, stored, change).await?;
    }
    // A file marks a patient; only people take a mark away.
    if (person.labels & !current.labels) != Labels::NONE {
        current = protection::mark(tx, &current, current.labels | person.labels, SOURCE).await?;
    }
    let changed = patient_rows::demographics(person, &entry.facts);
    service::update(tx, &current, changed).await?;
    Ok(())
}

pub fn status(person: &Person) -> PatientStatus {
    match (&person.deceased, person.active) {
        (Some(_), _) => PatientStatus::Deceased,
        (None, false) => PatientStatus::Inactive,
        (None, true) => PatientStatus::Stable,
    }
}
