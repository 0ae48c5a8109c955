//! What the store already has of the things that a batch holds or refers to, asked in few queries.
use super::{batch::Entry, local::Local, reference::Reference};
use crate::{Result, Tx};
use entity::{
    fhir_key, fhir_resource,
    ids::{FhirResourceId, PatientId},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Keys that one query asks for.
const KEYS: usize = 2_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    pub id: FhirResourceId,
    pub source_key: String,
    pub digest: Vec<u8>,
    pub patient: Option<PatientId>,
}

#[derive(Default)]
pub struct Known {
    by_key: HashMap<String, HashMap<String, Stored>>,
    by_identifier: HashMap<String, HashMap<String, Vec<Stored>>>,
}

impl Known {
    pub async fn load(tx: &Tx, entries: &[Entry], local: &Local) -> Result<Self> {
        let mut keys: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        let mut identifiers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for entry in entries {
            keys.entry(&entry.facts.kind).or_default().insert(entry.key.clone());
        }
        for link in entries.iter().flat_map(|entry| &entry.facts.links) {
            match Reference::parse(&link.text) {
                Reference::Literal { kind: "Patient", id } if local.find(&link.text).is_empty() => {
                    keys.entry("Patient").or_default().insert(id.to_owned());
                }
                Reference::Conditional { kind, identifier } if local.find(&link.text).is_empty() => {
                    identifiers.entry(kind.to_owned()).or_default().insert(identifier);
                }
                _ => {}
            }
        }
        let mut known = Self::default();
        for (kind, keys) in keys {
            known.add(kind, resources(tx, kind, keys.into_iter().collect()).await?);
        }
        for (kind, wanted) in identifiers {
            let found = by_identifier(tx, &kind, wanted.into_iter().collect()).await?;
            known.by_identifier.insert(kind, found);
        }
        Ok(known)
    }

    pub fn add(&mut self, kind: &str, found: Vec<Stored>) {
        let all = self.by_key.entry(kind.to_owned()).or_default();
        all.extend(found.into_iter().map(|one| (one.source_key.clone(), one)));
    }

    pub fn by_key(&self, kind: &str, key: &str) -> Option<&Stored> {
        self.by_key.get(kind)?.get(key)
    }

    pub fn by_identifier(&self, kind: &str, identifier: &str) -> &[Stored] {
        self.by_identifier.get(kind).and_then(|found| found.get(identifier)).map_or(&[], Vec::as_slice)
    }
}

pub async fn resources(tx: &Tx, kind: &str, keys: Vec<String>) -> Result<Vec<Stored>> {
    let mut found = Vec::new();
    for keys in keys.chunks(KEYS) {
        let query = stored().filter(fhir_resource::Column::SourceKey.is_in(keys));
        found.extend(query_all(tx, kind, query).await?);
    }
    Ok(found)
}

async fn by_identifier(tx: &Tx, kind: &str, wanted: Vec<String>) -> Result<HashMap<String, Vec<Stored>>> {
    let mut keys: Vec<(String, FhirResourceId)> = Vec::new();
    for wanted in wanted.chunks(KEYS) {
        let rows = fhir_key::Entity::find()
            .filter(fhir_key::Column::OrganizationId.eq(tx.organization()))
            .filter(fhir_key::Column::ResourceType.eq(kind))
            .filter(fhir_key::Column::Key.is_in(wanted))
            .all(&**tx)
            .await?;
        keys.extend(rows.into_iter().map(|row| (row.key, row.resource_id)));
    }
    let mut rows: HashMap<FhirResourceId, Stored> = HashMap::new();
    for ids in keys.chunks(KEYS) {
        let query = stored().filter(fhir_resource::Column::Id.is_in(ids.iter().map(|(_, id)| *id)));
        rows.extend(query_all(tx, kind, query).await?.into_iter().map(|one| (one.id, one)));
    }
    let mut found: HashMap<String, Vec<Stored>> = HashMap::new();
    for (key, id) in keys {
        found.entry(key).or_default().extend(rows.get(&id).cloned());
    }
    for several in found.values_mut() {
        several.sort_by(|one, other| one.source_key.cmp(&other.source_key));
    }
    Ok(found)
}

fn stored() -> sea_orm::Select<fhir_resource::Entity> {
    use fhir_resource::Column;
    fhir_resource::Entity::find().select_only().columns([
        Column::Id,
        Column::SourceKey,
        Column::Digest,
        Column::PatientId,
    ])
}

async fn query_all(tx: &Tx, kind: &str, query: sea_orm::Select<fhir_resource::Entity>) -> Result<Vec<Stored>> {
    let rows: Vec<(FhirResourceId, String, Vec<u8>, Option<PatientId>)> = query
        .filter(fhir_resource::Column::OrganizationId.eq(tx.organization()))
        .filter(fhir_resource::Column::ResourceType.eq(kind))
        .into_tuple()
        .all(&**tx)
        .await?;
    let stored = |(id, source_key, digest, patient)| Stored { id, source_key, digest, patient };
    Ok(rows.into_iter().map(stored).collect())
}
