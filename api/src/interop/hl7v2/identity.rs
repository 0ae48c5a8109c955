//! Whom a message is about: by number, never by name.
use super::message::Field;
use crate::Result;
use chrono::NaiveDate;
use entity::{
    ids::{OrganizationId, PatientId},
    patient, patient_identifier,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use std::collections::BTreeSet;

/// A chain of merges is followed this far. Merging flattens chains, so more is a mistake.
const CHAIN: usize = 20;

/// One repetition of PID-3 or MRG-1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identifier {
    pub value: String,
    /// Every name of the assigning authority (CX.4), the one to store first. Empty where none was given.
    pub authorities: Vec<String>,
    /// CX.5, table 0203.
    pub type_code: Option<String>,
}

impl Identifier {
    pub fn of(field: &Field<'_>) -> Option<Self> {
        let value = field.component(1)?;
        let (namespace, universal) = (field.component(4), field.subcomponent(4, 2));
        let type_code = field.component(5);
        // Some senders say the type where the authority belongs.
        if type_code.is_none() && matches!(namespace.as_deref(), Some("MR" | "MRN")) {
            return Some(Self { value, authorities: Vec::new(), type_code: Some("MR".to_owned()) });
        }
        let oid = field.subcomponent(4, 3).is_some_and(|kind| kind == "ISO");
        let uri = universal.as_ref().filter(|_| oid).map(|oid| format!("urn:oid:{oid}"));
        Some(Self { value, authorities: [uri, namespace, universal].into_iter().flatten().collect(), type_code })
    }

    pub fn system(&self) -> String {
        self.authorities.first().cloned().unwrap_or_default()
    }

    pub fn is_record_number(&self) -> bool {
        self.type_code.as_deref() == Some("MR")
    }

    fn names(&self, row: &patient_identifier::Model) -> bool {
        let same_system = match row.system.as_str() {
            "" => self.authorities.is_empty(),
            system => self.authorities.iter().any(|authority| authority == system),
        };
        row.value == self.value && same_system
    }

    /// Another hospital's number that happens to read the same.
    fn is_foreign_to(&self, row: &patient_identifier::Model) -> bool {
        let is_authority = !row.system.is_empty() && !row.system.contains([':', '/']);
        row.value == self.value && is_authority && !self.authorities.is_empty() && !self.names(row)
    }
}

/// The one patient whom the identifiers name, locked; None for nobody; a reason where it is not sure who.
///
/// Number and authority name a patient, record numbers (MR) before others. Where no authority helps, a record number
/// alone does, unless it is another authority's or the date of birth says that it is somebody else.
pub async fn find(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    identifiers: &[Identifier],
    birth_date: Option<NaiveDate>,
) -> Result<Result<Option<patient::Model>, &'static str>> {
    let rows = patient_identifier::Entity::find()
        .filter(patient_identifier::Column::OrganizationId.eq(organization))
        .filter(patient_identifier::Column::Value.is_in(identifiers.iter().map(|one| &one.value)))
        .all(db)
        .await?;
    let named = |wanted: &dyn Fn(&Identifier) -> bool| -> BTreeSet<PatientId> {
        let matches = |row: &&patient_identifier::Model| identifiers.iter().any(|one| wanted(one) && one.names(row));
        rows.iter().filter(matches).map(|row| row.patient_id).collect()
    };
    for candidates in [named(&Identifier::is_record_number), named(&|one| !one.is_record_number())] {
        let mut people = survivors(db, organization, candidates).await?;
        match people.len() {
            0 => {}
            1 => return Ok(Ok(people.pop())),
            _ => return Ok(Err("PID-3 or MRG-1 names more than one patient")),
        }
    }

    let loose = identifiers.iter().filter(|one| one.type_code.is_none() || one.is_record_number());
    let mut candidates = BTreeSet::new();
    for one in loose {
        let by_number: Vec<PatientId> = patient::Entity::find()
            .select_only()
            .column(patient::Column::Id)
            .filter(patient::Column::OrganizationId.eq(organization))
            .filter(patient::Column::Mrn.eq(&one.value))
            .into_tuple()
            .all(db)
            .await?;
        let record_number = |row: &&patient_identifier::Model| {
            row.value == one.value && row.type_code.as_deref().is_none_or(|code| code == "MR")
        };
        let foreign = |id: &PatientId| rows.iter().any(|row| row.patient_id == *id && one.is_foreign_to(row));
        let found = rows.iter().filter(record_number).map(|row| row.patient_id).chain(by_number);
        candidates.extend(found.filter(|id| !foreign(id)));
    }
    let mut people = survivors(db, organization, candidates).await?;
    if people.len() > 1 {
        return Ok(Err("PID-3 or MRG-1 names more than one patient"));
    }
    let found = people.pop();
    let differs =
        |patient: &patient::Model| matches!((patient.birth_date, birth_date), (Some(one), Some(other)) if one != other);
    if found.as_ref().is_some_and(differs) {
        return Ok(Err("PID-3 is the number of a patient with another date of birth (PID-7)"));
    }
    Ok(Ok(found))
}

/// The records that these are now part of, each once, locked until the transaction ends.
pub async fn survivors(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    ids: BTreeSet<PatientId>,
) -> Result<Vec<patient::Model>> {
    let mut found: Vec<patient::Model> = Vec::new();
    for id in ids {
        let mut next = Some(id);
        for _ in 0..CHAIN {
            let Some(id) = next else { break };
            let Some(patient) = patient::Entity::find_by_id((organization, id)).lock_exclusive().one(db).await? else {
                break;
            };
            next = patient.merged_into_id;
            if next.is_none() && found.iter().all(|known| known.id != patient.id) {
                found.push(patient);
            }
        }
    }
    Ok(found)
}
