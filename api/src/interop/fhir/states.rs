//! What each resource of a batch is against the store: new, changed, the same, or older.
use super::{
    batch::Entry,
    facts,
    judge::{Judged, Verdict},
    known::{self, Known},
    patients::Plans,
    resources,
    versions::{self, Version},
};
use crate::{Result, Tx};
use entity::{
    fhir_key,
    ids::{FhirResourceId, PatientId},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use std::collections::{BTreeMap, HashMap, HashSet};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Refused, or waiting.
    Out,
    New(FhirResourceId),
    Changed(FhirResourceId),
    Same,
    /// What is stored is newer.
    Older,
}

impl State {
    pub fn is_news(self) -> bool {
        matches!(self, Self::New(_) | Self::Changed(_))
    }
}

/// Two senders may call two things by one id, as `Observation/hdl` of two patients. What another patient's resource is
/// called already gets a key with its own patient in it, unless it says that it is a newer version of that very one.
pub async fn part_patients(
    tx: &Tx,
    entries: &mut [Entry],
    known: &mut Known,
    found: (&[Judged], &Plans),
) -> Result<()> {
    let mut holders: HashMap<(String, String), PatientId> = HashMap::new();
    let mut strangers: Vec<(usize, PatientId, Option<FhirResourceId>)> = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let Some(owner) = resources::owner(&found.0[index], found.1) else { continue };
        if entry.put || entry.facts.kind == "Patient" || found.0[index].verdict != Verdict::Take {
            continue;
        }
        let stored = known.by_key(&entry.facts.kind, &entry.key);
        let key = (entry.facts.kind.clone(), entry.key.clone());
        let holder = *holders.entry(key).or_insert(stored.and_then(|one| one.patient).unwrap_or(owner));
        if holder != owner {
            strangers.push((index, owner, stored.map(|one| one.id)));
        }
    }
    let ids: Vec<FhirResourceId> = strangers.iter().filter_map(|(_, _, id)| *id).collect();
    let versions = versions::stored(tx, &ids).await?;
    let mut wanted: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (index, owner, id) in strangers {
        let entry = &mut entries[index];
        let stored = id.and_then(|id| versions.get(&id));
        if stored.is_some_and(|stored| Version::of(&entry.facts).cmp(stored).is_gt()) {
            continue;
        }
        entry.key = format!("{}@{}", entry.key, owner.0.simple());
        wanted.entry(entry.facts.kind.clone()).or_default().push(entry.key.clone());
    }
    for (kind, keys) in wanted {
        known.add(&kind, known::resources(tx, &kind, keys).await?);
    }
    Ok(())
}

/// What each entry is against the store, and against the other entries of its batch.
pub async fn states(tx: &Tx, entries: &[Entry], known: &Known, judged: &[Judged]) -> Result<Vec<State>> {
    let mut states = vec![State::Out; entries.len()];
    let mut winners: HashMap<(&str, &str), usize> = HashMap::new();
    for (index, entry) in entries.iter().enumerate() {
        if judged[index].verdict != Verdict::Take {
            continue;
        }
        let facts = &entry.facts;
        states[index] = match known.by_key(&facts.kind, &entry.key) {
            None => State::New(FhirResourceId::generate()),
            Some(stored) if stored.digest == facts.digest => State::Same,
            Some(stored) => State::Changed(stored.id),
        };
        let Some(earlier) = winners.insert((&facts.kind, &entry.key), index) else { continue };
        // The same thing twice in one batch: the newer copy counts, the later one where neither says.
        let first = &entries[earlier].facts;
        if first.digest == facts.digest || !states[index].is_news() {
            states[index] = State::Same;
            winners.insert((&facts.kind, &entry.key), earlier);
        } else if Version::of(facts).cmp(&Version::of(first)).is_lt() {
            states[index] = State::Older;
            winners.insert((&facts.kind, &entry.key), earlier);
        } else {
            states[earlier] = State::Older;
        }
    }
    keep_newer(tx, entries, &mut states).await?;
    Ok(states)
}

/// Takes back changes that would put an older copy in place of a newer one.
async fn keep_newer(tx: &Tx, entries: &[Entry], states: &mut [State]) -> Result<()> {
    let changed = states.iter().enumerate().filter_map(|(index, state)| match state {
        State::Changed(id) => Some((index, *id)),
        State::Out | State::New(_) | State::Same | State::Older => None,
    });
    let changed: Vec<(usize, FhirResourceId)> = changed.collect();
    for chunk in changed.chunks(1_000) {
        let ids: Vec<FhirResourceId> = chunk.iter().map(|(_, id)| *id).collect();
        let versions = versions::stored(tx, &ids).await?;
        let replaced = fhir_key::Entity::find()
            .filter(fhir_key::Column::OrganizationId.eq(tx.organization()))
            .filter(fhir_key::Column::ResourceId.is_in(ids))
            .filter(fhir_key::Column::Key.starts_with("was:"))
            .all(&**tx)
            .await?;
        let replaced: HashSet<_> = replaced.into_iter().map(|row| (row.resource_id, row.key)).collect();
        for (index, id) in chunk {
            let facts = &entries[*index].facts;
            let stored = versions.get(id).cloned().unwrap_or_default();
            let order = Version::of(facts).cmp(&stored);
            if order.is_lt() {
                states[*index] = State::Older;
            } else if order.is_eq() && replaced.contains(&(*id, was(&facts.digest))) {
                states[*index] = State::Same;
            }
        }
    }
    Ok(())
}

/// How a digest that a resource had before is remembered.
pub fn was(digest: &[u8]) -> String {
    format!("was:{}", facts::hex(digest))
}
