//! The rows of a patient: the record itself, numbers, contacts, and the first status.
use super::{SOURCE, contact, contact::Contact, facts::Facts, patients, person, person::Person};
use crate::{Result, Tx, patients::rules};
use chrono::{DateTime, Utc};
use entity::{
    fhir_resource,
    ids::{CareTeamId, PatientContactId, PatientId, PatientIdentifierId, StatusChangeId},
    patient, patient_contact, patient_identifier, patient_status_change,
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
    sea_query::OnConflict,
};
use serde_json::Value;
use std::collections::BTreeMap;

const ROWS: usize = 500;

/// Gathers rows for statements of many.
#[derive(Default)]
pub struct Rows {
    patients: Vec<patient::ActiveModel>,
    numbers: Vec<patient_identifier::ActiveModel>,
    contacts: Vec<patient_contact::ActiveModel>,
    statuses: Vec<patient_status_change::ActiveModel>,
}

impl Rows {
    pub fn create(&mut self, tx: &Tx, id: PatientId, person: &Person, facts: &Facts, team: CareTeamId) {
        let (status, since) = (patients::status(person), status_since(person, tx.at));
        self.patients.push(patient::ActiveModel {
            organization_id: Set(tx.organization()),
            id: Set(id),
            version: Set(1),
            status: Set(status),
            status_since: Set(since),
            status_source: Set(SOURCE.to_owned()),
            status_note: Set(None),
            risk_tier: Set(None),
            care_team_id: Set(Some(team)),
            coordinator_id: Set(None),
            deceased_at: Set(person.deceased.map(|_| since)),
            merged_into_id: Set(None),
            labels: Set(person.labels),
            pharmacy_name: Set(None),
            pharmacy_phone: Set(None),
            created_at: Set(tx.at),
            updated_at: Set(tx.at),
            ..demographics(person, facts)
        });
        self.statuses.push(patient_status_change::ActiveModel {
            organization_id: Set(tx.organization()),
            id: Set(StatusChangeId::generate()),
            patient_id: Set(id),
            status: Set(status),
            since: Set(since),
            recorded_at: Set(tx.at),
            source: Set(SOURCE.to_owned()),
            note: Set(None),
            actor_id: Set(None),
        });
        self.numbers(tx, id, facts);
        self.contacts(tx, id, person.contacts.clone());
    }

    pub fn numbers(&mut self, tx: &Tx, id: PatientId, facts: &Facts) {
        for number in &facts.identifiers {
            self.numbers.push(patient_identifier::ActiveModel {
                organization_id: Set(tx.organization()),
                id: Set(PatientIdentifierId::generate()),
                patient_id: Set(id),
                system: Set(number.system.clone()),
                value: Set(number.value.clone()),
                type_code: Set(number.type_code.clone()),
            });
        }
    }

    fn contacts(&mut self, tx: &Tx, id: PatientId, contacts: Vec<Contact>) {
        for (position, contact) in (0..).zip(contacts) {
            self.contacts.push(patient_contact::ActiveModel {
                organization_id: Set(tx.organization()),
                id: Set(PatientContactId::generate()),
                patient_id: Set(id),
                position: Set(position),
                name: Set(contact.name),
                relationship: Set(contact.relationship),
                phone: Set(contact.phone),
                email: Set(contact.email),
                address: Set(contact.address),
            });
        }
    }

    pub async fn insert(self, tx: &Tx) -> Result<()> {
        for chunk in self.patients.chunks(ROWS) {
            patient::Entity::insert_many(chunk.to_vec()).exec_without_returning(&**tx).await?;
        }
        use patient_identifier::Column;
        let known = [Column::OrganizationId, Column::PatientId, Column::System, Column::Value];
        let known = OnConflict::columns(known).do_nothing().to_owned();
        for chunk in self.numbers.chunks(ROWS) {
            let insert = patient_identifier::Entity::insert_many(chunk.to_vec()).on_conflict(known.clone());
            insert.exec_without_returning(&**tx).await?;
        }
        for chunk in self.contacts.chunks(ROWS) {
            patient_contact::Entity::insert_many(chunk.to_vec()).exec_without_returning(&**tx).await?;
        }
        for chunk in self.statuses.chunks(ROWS) {
            patient_status_change::Entity::insert_many(chunk.to_vec()).exec_without_returning(&**tx).await?;
        }
        Ok(())
    }
}

/// Since when the first status is true: a death has its own time.
pub fn status_since(person: &Person, now: DateTime<Utc>) -> DateTime<Utc> {
    person.deceased.and_then(|deceased| deceased.at).unwrap_or(now)
}

/// The columns that a file says. The others are left as they are.
pub fn demographics(person: &Person, facts: &Facts) -> patient::ActiveModel {
    let birth_date = person.birth_date.map(|date| date.to_string());
    let numbers = facts.identifiers.iter().map(|one| one.value.as_str()).chain(birth_date.as_deref());
    patient::ActiveModel {
        mrn: Set(person.mrn.clone()),
        family_name: Set(person.family.clone()),
        given_name: Set(person.given.clone()),
        search_text: Set(rules::search_text(person.names.iter().map(String::as_str), numbers)),
        birth_date: Set(person.birth_date),
        gender: Set(person.gender),
        preferred_language: Set(person.language.clone()),
        interpreter_needed: Set(person.interpreter_needed),
        organization_id: NotSet,
        id: NotSet,
        version: NotSet,
        status: NotSet,
        status_since: NotSet,
        status_source: NotSet,
        status_note: NotSet,
        risk_tier: NotSet,
        care_team_id: NotSet,
        coordinator_id: NotSet,
        deceased_at: NotSet,
        merged_into_id: NotSet,
        labels: NotSet,
        pharmacy_name: NotSet,
        pharmacy_phone: NotSet,
        created_at: NotSet,
        updated_at: NotSet,
    }
}

/// A number that its system gave anew goes; those of systems that the file does not name stay.
pub async fn forget_replaced_numbers(tx: &Tx, id: PatientId, facts: &Facts) -> Result<()> {
    use patient_identifier::Column;
    let mut systems: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for number in &facts.identifiers {
        systems.entry(&number.system).or_default().push(&number.value);
    }
    for (system, values) in systems {
        patient_identifier::Entity::delete_many()
            .filter(Column::OrganizationId.eq(tx.organization()))
            .filter(Column::PatientId.eq(id))
            .filter(Column::System.eq(system))
            .filter(Column::Value.is_not_in(values))
            .exec(&**tx)
            .await?;
    }
    Ok(())
}

/// Writes patients' contacts anew from their own and their related people's resources.
pub async fn rebuild_contacts(tx: &Tx, mut patients: Vec<PatientId>) -> Result<()> {
    patients.sort();
    patients.dedup();
    for chunk in patients.chunks(ROWS) {
        let resources = fhir_resource::Entity::find()
            .filter(fhir_resource::Column::OrganizationId.eq(tx.organization()))
            .filter(fhir_resource::Column::PatientId.is_in(chunk.iter().copied()))
            .filter(fhir_resource::Column::ResourceType.is_in(["Patient", "RelatedPerson"]))
            .order_by_asc(fhir_resource::Column::ResourceType)
            .order_by_asc(fhir_resource::Column::SourceKey)
            .all(&**tx)
            .await?;
        let mut contacts: BTreeMap<PatientId, Vec<Contact>> = BTreeMap::new();
        for resource in resources {
            let Some(patient) = resource.patient_id else { continue };
            let Ok(value) = serde_json::from_str::<Value>(&resource.content) else { continue };
            let read = match resource.resource_type.as_str() {
                "Patient" => person::read(&value, &[]).map(|person| person.contacts),
                _ => contact::related(&value).map(|contact| vec![contact]),
            };
            let all = contacts.entry(patient).or_default();
            all.extend(read.unwrap_or_default().into_iter().filter(|one| !all.contains(one)).collect::<Vec<_>>());
        }
        patient_contact::Entity::delete_many()
            .filter(patient_contact::Column::OrganizationId.eq(tx.organization()))
            .filter(patient_contact::Column::PatientId.is_in(chunk.iter().copied()))
            .exec(&**tx)
            .await?;
        let mut rows = Rows::default();
        for (patient, contacts) in contacts {
            rows.contacts(tx, patient, contacts);
        }
        rows.insert(tx).await?;
    }
    Ok(())
}
