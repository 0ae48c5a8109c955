//! Which of two copies of a resource is the newer one.
use super::{facts::Facts, values};
use crate::{Result, Tx};
use entity::{fhir_resource, ids::FhirResourceId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::Deserialize;
use std::{cmp::Ordering, collections::HashMap};

/// Contents that are held at a time.
const CONTENTS: usize = 200;

/// What a resource says of its own age.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Version {
    #[serde(rename = "versionId")]
    number: Option<String>,
    #[serde(rename = "lastUpdated")]
    updated: Option<String>,
}

impl Version {
    pub fn of(facts: &Facts) -> Self {
        Self { number: facts.version.clone(), updated: facts.updated.clone() }
    }

    /// By number, else by time; equal where they do not say.
    pub fn cmp(&self, other: &Self) -> Ordering {
        let number = |one: &Self| one.number.as_ref().and_then(|text| text.parse::<u64>().ok());
        let moment = |one: &Self| one.updated.as_deref().and_then(values::parse_moment);
        let numbers = number(self).zip(number(other)).map(|(one, other)| one.cmp(&other));
        let moments = moment(self).zip(moment(other)).map(|(one, other)| one.cmp(&other));
        numbers.filter(|order| order.is_ne()).or(moments).unwrap_or(Ordering::Equal)
    }
}

/// The versions of stored resources.
pub async fn stored(tx: &Tx, ids: &[FhirResourceId]) -> Result<HashMap<FhirResourceId, Version>> {
    #[derive(Deserialize)]
    struct Resource {
        #[serde(default)]
        meta: Version,
    }
    let mut versions = HashMap::new();
    for ids in ids.chunks(CONTENTS) {
        let contents: Vec<(FhirResourceId, String)> = fhir_resource::Entity::find()
            .select_only()
            .columns([fhir_resource::Column::Id, fhir_resource::Column::Content])
            .filter(fhir_resource::Column::OrganizationId.eq(tx.organization()))
            .filter(fhir_resource::Column::Id.is_in(ids.iter().copied()))
            .into_tuple()
            .all(&**tx)
            .await?;
        versions.extend(contents.into_iter().map(|(id, text)| {
            let resource: Option<Resource> = serde_json::from_str(&text).ok();
            (id, resource.map(|resource| resource.meta).unwrap_or_default())
        }));
    }
    Ok(versions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count_before_times() {
        let version = |number: Option<&str>, updated: Option<&str>| Version {
            number: number.map(str::to_owned),
            updated: updated.map(str::to_owned),
        };
        let (early, late) = (Some("2020-01-01T00:00:00Z"), Some("2020-01-01T00:00:00.5+00:00"));
        assert_eq!(version(Some("9"), late).cmp(&version(Some("10"), early)), Ordering::Less);
        assert_eq!(version(None, late).cmp(&version(Some("10"), early)), Ordering::Greater);
        assert_eq!(version(Some("a"), None).cmp(&version(Some("b"), early)), Ordering::Equal);
    }
}
