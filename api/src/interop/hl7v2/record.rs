//! The patient's own record: made from PID, or kept up with it.
use super::{
    adt::Adt,
    identity::Identifier,
    log::Stored,
    person::{Person, news},
};
use crate::{Result, Tx, care_teams, events::Change, patients};
use entity::{
    ids::{PatientContactId, PatientId, PatientIdentifierId},
    patient::{self, PatientStatus},
    patient_contact, patient_identifier,
    sensitivity::Labels,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};

/// The numbers and the person of one PID segment.
pub type Named<'m> = (&'m [Identifier], &'m Person);

/// A patient whom nobody knew, on the team for those.
pub async fn create(tx: &mut Tx, adt: &Adt, (identifiers, person): Named<'_>, team: &str) -> Result<patient::Model> {
    let team = care_teams::service::find_or_create(tx, team).await?;
    let number = identifiers.iter().find(|one| one.is_record_number()).or(identifiers.first());
    let (family_name, given_name) = person.name.clone().unwrap_or_default();
    let id = PatientId::generate();
    let patient = patient::Model {
        organization_id: tx.organization(),
        id,
        version: 1,
        mrn: number.map(|number| number.value.clone()),
        family_name,
        given_name,
        search_text: String::new(),
        birth_date: person.birth_date,
        gender: person.gender,
        preferred_language: person.language.clone(),
        interpreter_needed: false,
        status: PatientStatus::Stable,
        status_since: adt.event.at,
        status_source: adt.said_by(),
        status_note: None,
        risk_tier: None,
        care_team_id: Some(team.id),
        coordinator_id: None,
        deceased_at: None,
        merged_into_id: None,
        labels: Labels::NONE,
        pharmacy_name: None,
        pharmacy_phone: None,
        created_at: tx.at,
        updated_at: tx.at,
    };
    let search_text = search_text(&patient, identifiers.iter().map(|one| one.value.as_str()));
    let mut row = patient.into_active_model().reset_all();
    row.search_text = Set(search_text);
    let patient = row.insert(&**tx).await?;
    for identifier in identifiers {
        add_identifier(tx, id, identifier).await?;
    }
    keep_contact(tx, id, person, &[]).await?;
    tx.emit(Change::patient(id, 1, Vec::new(), vec![team.id]));
    Ok(patient)
}

/// Takes over what the practice's own record lacks, and what the same sender corrects.
pub async fn keep_up(tx: &mut Tx, patient: patient::Model, adt: &Adt, stored: &[Stored]) -> Result<patient::Model> {
    let said_before = said_before(adt, stored);
    let said: Vec<&Person> = said_before.iter().map(|one| &one.person).collect();
    let person = &adt.person;
    let mut changed = patient.clone();
    let own = |family: &str, given: &str| (family.to_owned(), given.to_owned());
    let name = Some(own(&patient.family_name, &patient.given_name)).filter(|name| *name != own("", ""));
    if let Some((family, given)) = news(name.as_ref(), latest(&said, |it| it.name.as_ref()), person.name.clone()) {
        (changed.family_name, changed.given_name) = (family, given);
    }
    let birth_date = latest(&said, |it| it.birth_date.as_ref());
    changed.birth_date = news(patient.birth_date.as_ref(), birth_date, person.birth_date).or(patient.birth_date);
    let gender = latest(&said, |it| it.gender.as_ref());
    changed.gender = news(patient.gender.as_ref(), gender, person.gender).or(patient.gender);
    let language = latest(&said, |it| it.language.as_ref());
    changed.preferred_language = news(patient.preferred_language.as_ref(), language, person.language.clone())
        .or_else(|| patient.preferred_language.clone());
    let mut touched = keep_contact(tx, patient.id, person, &said).await?;
    for identifier in &adt.identifiers {
        touched |= add_identifier(tx, patient.id, identifier).await?;
    }
    write(tx, &patient, changed, touched).await
}

/// Writes the record with the words that a search finds, when anything is new.
pub async fn write(
    tx: &mut Tx,
    before: &patient::Model,
    mut changed: patient::Model,
    touched: bool,
) -> Result<patient::Model> {
    let numbers: Vec<String> = identifiers_of(tx, before.id).await?.into_iter().map(|row| row.value).collect();
    if changed != *before || touched {
        changed.search_text = search_text(&changed, numbers.iter().map(String::as_str));
        return patients::service::update(tx, before, changed.into_active_model().reset_all()).await;
    }
    Ok(changed)
}

/// Adds a number to the patient's, unless it is already known there or as somebody else's.
pub async fn add_identifier(tx: &Tx, patient: PatientId, identifier: &Identifier) -> Result<bool> {
    let known = patient_identifier::Entity::find()
        .filter(patient_identifier::Column::OrganizationId.eq(tx.organization()))
        .filter(patient_identifier::Column::Value.eq(&identifier.value))
        .filter(patient_identifier::Column::System.eq(identifier.system()))
        .one(&**tx)
        .await?;
    if known.is_some() {
        return Ok(false);
    }
    let row = patient_identifier::ActiveModel {
        organization_id: Set(tx.organization()),
        id: Set(PatientIdentifierId::generate()),
        patient_id: Set(patient),
        system: Set(identifier.system()),
        value: Set(identifier.value.clone()),
        type_code: Set(identifier.type_code.clone()),
    };
    row.insert(&**tx).await?;
    Ok(true)
}

pub async fn identifiers_of(tx: &Tx, patient: PatientId) -> Result<Vec<patient_identifier::Model>> {
    let rows = patient_identifier::Entity::find()
        .filter(patient_identifier::Column::OrganizationId.eq(tx.organization()))
        .filter(patient_identifier::Column::PatientId.eq(patient))
        .order_by_asc(patient_identifier::Column::Id);
    Ok(rows.all(&**tx).await?)
}

/// The patient's own telephone, e-mail and address. True when something was written.
async fn keep_contact(tx: &Tx, patient: PatientId, person: &Person, said: &[&Person]) -> Result<bool> {
    let contacts = patient_contact::Entity::find()
        .filter(patient_contact::Column::OrganizationId.eq(tx.organization()))
        .filter(patient_contact::Column::PatientId.eq(patient))
        .order_by_asc(patient_contact::Column::Position)
        .all(&**tx)
        .await?;
    let last = contacts.last().map_or(0, |contact| contact.position);
    let own = contacts.into_iter().find(|contact| contact.name.is_none());
    let of = |field: fn(&patient_contact::Model) -> Option<&String>| own.as_ref().and_then(field);
    let phone = news(of(|it| it.phone.as_ref()), latest(said, |it| it.phone.as_ref()), person.phone.clone());
    let email = news(of(|it| it.email.as_ref()), latest(said, |it| it.email.as_ref()), person.email.clone());
    let address = news(of(|it| it.address.as_ref()), latest(said, |it| it.address.as_ref()), person.address.clone());
    if phone.is_none() && email.is_none() && address.is_none() {
        return Ok(false);
    }
    match own {
        Some(own) => {
            let mut row = own.clone().into_active_model();
            row.phone = Set(phone.or(own.phone));
            row.email = Set(email.or(own.email));
            row.address = Set(address.or(own.address));
            row.update(&**tx).await?;
        }
        None => {
            let row = patient_contact::ActiveModel {
                organization_id: Set(tx.organization()),
                id: Set(PatientContactId::generate()),
                patient_id: Set(patient),
                position: Set(last + 1),
                name: Set(None),
                relationship: Set(None),
                phone: Set(phone),
                email: Set(email),
                address: Set(address),
            };
            row.insert(&**tx).await?;
        }
    }
    Ok(true)
}

/// What the sender had said of the person, the latest last; nothing when a later message has corrected it already.
fn said_before<'s>(adt: &Adt, stored: &'s [Stored]) -> Vec<&'s Stored> {
    let of_sender = stored.iter().filter(|one| one.sender == adt.sender && one.control_id != adt.event.control_id);
    let mut said: Vec<&Stored> = of_sender.collect();
    said.sort_by_key(|one| (one.event.at, one.event.trigger, one.control_id.as_str()));
    let corrected = said.last().is_some_and(|last| last.event.at > adt.event.at);
    if corrected { Vec::new() } else { said }
}

fn latest<'p, T>(said: &[&'p Person], field: fn(&'p Person) -> Option<&'p T>) -> Option<&'p T> {
    said.iter().rev().find_map(|person| field(person))
}

fn search_text<'n>(patient: &patient::Model, numbers: impl Iterator<Item = &'n str>) -> String {
    let names = [patient.family_name.as_str(), patient.given_name.as_str()];
    let birth_date = patient.birth_date.map(|date| date.to_string()).unwrap_or_default();
    let mrn = patient.mrn.as_deref().unwrap_or_default();
    let others: Vec<&str> = numbers.filter(|number| *number != mrn).collect();
    patients::rules::search_text(names, [birth_date.as_str(), mrn].into_iter().chain(others))
}
