//! One message in one transaction: whom it is about, what it changes, what is kept.
use super::{
    Accepted, Effect, Options,
    adt::{Adt, Pair},
    identity, log, merge,
    message::Message,
    record, status,
    trigger::Trigger,
};
use crate::{Cx, Error, Result, Tx};
use chrono_tz::Tz;
use entity::{audit_entry::AuditKind, organization, patient};
use sea_orm::{EntityTrait, QuerySelect, sea_query::LockType};
use std::collections::BTreeSet;

/// The inner result is the reason why the message cannot be taken: then nothing is written.
pub async fn take(
    cx: &Cx,
    message: &Message,
    adt: &Adt,
    zone: Tz,
    options: &Options,
) -> Result<Result<Accepted, &'static str>> {
    let accepted = |patient: &patient::Model, effect| {
        let kind = format!("ADT {}", adt.event.code);
        Ok(Ok(Accepted { kind, patient: patient.id, effect, status: patient.status }))
    };
    if let Some(known) = log::find(&cx.db(), cx.organization(), adt).await? {
        if known.content != message.text() {
            return Ok(Err("MSH-10 was used for another message of this sender"));
        }
        let patient = patient::Entity::find_by_id((cx.organization(), known.patient_id)).one(&cx.db()).await?;
        return accepted(&patient.ok_or(Error::broken("a message has its patient"))?, Effect::Unchanged);
    }

    let mut tx = cx.begin("import.hl7v2").await?;
    let told_to = match who(&mut tx, adt, options).await? {
        Ok(told_to) => told_to,
        Err(reason) => return Ok(Err(reason)),
    };

    let mut people = told_to.patients;
    let first = people.first().map(|patient| patient.id).ok_or(Error::broken("a message is about somebody"))?;
    let kept = log::keep(&tx, first, adt, message).await?;
    for patient in &mut people {
        let stored = log::about(&tx, patient.id, zone).await?;
        if adt.event.trigger.is_about_the_person() && !told_to.is_new {
            *patient = record::keep_up(&mut tx, patient.clone(), adt, &stored).await?;
        }
        *patient = status::refresh(&mut tx, patient.clone(), &stored, &adt.said_by()).await?;
    }
    let (is_new, changed) = (told_to.is_new, !tx.is_empty());
    tx.note(AuditKind::Write, Some(("adt-message", kept.0)), people.iter().map(|patient| patient.id).collect());
    tx.commit().await?;
    let effect = match (is_new, changed) {
        (true, _) => Effect::Created,
        (false, true) => Effect::Updated,
        (false, false) => Effect::Unchanged,
    };
    let patient = people.first().ok_or(Error::broken("a message is about somebody"))?;
    accepted(patient, effect)
}

/// Whom a message is about.
struct ToldTo {
    /// More than one only where a message merges several pairs of records.
    patients: Vec<patient::Model>,
    /// Made by this message.
    is_new: bool,
}

async fn who(tx: &mut Tx, adt: &Adt, options: &Options) -> Result<Result<ToldTo, &'static str>> {
    if adt.event.trigger != Trigger::Merge {
        let found = find_or_create(tx, adt, (&adt.identifiers, &adt.person), options).await?;
        return Ok(found.map(|(patient, is_new)| ToldTo { patients: vec![patient], is_new }));
    }
    let (mut ids, mut is_new) = (BTreeSet::new(), false);
    for pair in &adt.merges {
        match take_merge(tx, adt, pair, options).await? {
            Err(reason) => return Ok(Err(reason)),
            Ok((patient, made)) => {
                ids.insert(patient.id);
                is_new |= made;
            }
        }
    }
    // A later pair may have taken over the survivor of an earlier one.
    let patients = identity::survivors(&**tx, tx.organization(), ids).await?;
    Ok(Ok(ToldTo { patients, is_new }))
}

/// The patient, and whether they were made just now.
async fn find_or_create(
    tx: &mut Tx,
    adt: &Adt,
    (identifiers, person): record::Named<'_>,
    options: &Options,
) -> Result<Result<(patient::Model, bool), &'static str>> {
    let (organization, birth_date) = (tx.organization(), person.birth_date);
    let mut found = identity::find(&**tx, organization, identifiers, birth_date).await?;
    if found == Ok(None) && options.create_patients {
        // Two messages about one unknown patient make one patient: the second waits here, and looks again.
        organization::Entity::find_by_id(organization).lock(LockType::NoKeyUpdate).one(&**tx).await?;
        found = identity::find(&**tx, organization, identifiers, birth_date).await?;
    }
    Ok(match found {
        Err(reason) => Err(reason),
        Ok(Some(patient)) => Ok((patient, false)),
        Ok(None) if options.create_patients => {
            Ok((record::create(tx, adt, (identifiers, person), &options.team).await?, true))
        }
        Ok(None) => Err("PID-3 names no patient of this practice"),
    })
}

async fn take_merge(
    tx: &mut Tx,
    adt: &Adt,
    pair: &Pair,
    options: &Options,
) -> Result<Result<(patient::Model, bool), &'static str>> {
    let goes_to = match identity::find(&**tx, tx.organization(), &pair.goes, None).await? {
        Ok(found) => found,
        Err(reason) => return Ok(Err(reason)),
    };
    let (stays, is_new) = match find_or_create(tx, adt, (&pair.stays, &pair.person), options).await? {
        Ok(found) => found,
        Err(reason) => return Ok(Err(reason)),
    };
    let merged = match goes_to {
        // Told before, or two numbers of one record.
        Some(gone) if gone.id == stays.id => stays,
        Some(gone) => merge::merge(tx, stays, gone).await?,
        None => merge::adopt_numbers(tx, stays, &pair.goes).await?,
    };
    Ok(Ok((merged, is_new)))
}
