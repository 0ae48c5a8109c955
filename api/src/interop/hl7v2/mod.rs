//! HL7 v2 ADT messages: who is in hospital, in an emergency department, home again.
//!
//! Bytes become messages ([`split`]), a message becomes what it says ([`message`], [`adt`]), the patient is found by
//! number ([`identity`]), the message is kept ([`log`]), and the status is computed anew from all that is kept
//! ([`rules`], [`status`]), so that neither order nor repetition matters. Each message is its own transaction.
mod adt;
mod identity;
mod import;
mod log;
mod merge;
mod message;
mod person;
mod record;
mod rules;
#[cfg(test)]
mod rules_tests;
mod split;
mod status;
mod time;
mod trigger;

pub use import::import;

use crate::{Cx, Error, Result, Tx};
use adt::{Adt, Pair};
use chrono_tz::Tz;
use entity::{
    audit_entry::AuditKind,
    ids::PatientId,
    organization,
    patient::{self, PatientStatus},
};
use identity::Identifier;
use message::Message;
use sea_orm::{EntityTrait, QuerySelect, sea_query::LockType};
use split::{Piece, Splitter};
use std::collections::BTreeSet;
use trigger::Trigger;

/// How often a message is tried again when somebody else changed the same patient meanwhile.
const TRIES: usize = 10;

#[derive(Clone, Debug)]
pub struct Options {
    /// Makes a patient of a PID that nobody knows.
    pub create_patients: bool,
    /// The care team of such patients, made when needed.
    pub team: String,
    /// A bar on stderr, when that is a terminal.
    pub progress: bool,
}

/// How a message was answered. Neither is an error of ours; no reason quotes the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Accepted(Accepted),
    Refused { kind: Option<String>, reason: String },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// `ADT A01`
    pub kind: String,
    pub patient: PatientId,
    pub effect: Effect,
    /// The patient's status after it.
    pub status: PatientStatus,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// A patient was made.
    Created,
    /// Something that a board shows is new.
    Updated,
    /// It was known, or it says nothing that changes anything.
    Unchanged,
}

/// Takes one message as a sender sent it. When it returns, the message is stored and every board knows, or nothing is.
pub async fn accept(cx: &Cx, bytes: &[u8], options: &Options) -> Result<Answer> {
    let mut splitter = Splitter::default();
    splitter.push(bytes);
    splitter.finish();
    let reason = match (splitter.next(), splitter.next()) {
        (Some(Piece::Message(message)), None) => return accept_split(cx, &message, options).await,
        (None, _) => "it is empty",
        (Some(Piece::TooLarge), _) => "it is larger than 16 MB",
        (Some(Piece::Message(_) | Piece::WrongCount { .. }), _) => "it is more than one message",
    };
    Ok(Answer::Refused { kind: None, reason: reason.to_owned() })
}

/// The same for a message that the splitter has cut out.
async fn accept_split(cx: &Cx, bytes: &[u8], options: &Options) -> Result<Answer> {
    let refused = |kind, reason| Ok(Answer::Refused { kind, reason });
    let message = match Message::read(bytes) {
        Ok(message) => message,
        Err(reason) => return refused(None, reason.to_owned()),
    };
    let kind = adt::kind(&message);
    let zone = zone(cx).await?;
    let adt = match adt::read(&message, zone, cx.now()) {
        Ok(adt) => adt,
        Err(reason) => return refused(kind, reason),
    };
    let mut tries = 1;
    loop {
        match take(cx, &message, &adt, zone, options).await {
            Err(Error::Conflict(_)) if tries < TRIES => tries += 1,
            Err(error) => return Err(error),
            Ok(Ok(accepted)) => return Ok(Answer::Accepted(accepted)),
            Ok(Err(reason)) => return refused(kind, reason.to_owned()),
        }
    }
}

async fn zone(cx: &Cx) -> Result<Tz> {
    let practice = organization::Entity::find_by_id(cx.organization()).one(&cx.db()).await?;
    let practice = practice.ok_or(Error::NotFound("organization"))?;
    practice.time_zone.parse().map_err(|_| Error::broken("the practice's time zone is an IANA name"))
}

async fn take(
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
        let found = find_or_create(tx, adt, &adt.identifiers, options).await?;
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
    identifiers: &[Identifier],
    options: &Options,
) -> Result<Result<(patient::Model, bool), &'static str>> {
    let (organization, birth_date) = (tx.organization(), adt.person.birth_date);
    let mut found = identity::find(&**tx, organization, identifiers, birth_date).await?;
    if found == Ok(None) && options.create_patients {
        // Two messages about one unknown patient make one patient: the second waits here, and looks again.
        organization::Entity::find_by_id(organization).lock(LockType::NoKeyUpdate).one(&**tx).await?;
        found = identity::find(&**tx, organization, identifiers, birth_date).await?;
    }
    Ok(match found {
        Err(reason) => Err(reason),
        Ok(Some(patient)) => Ok((patient, false)),
        Ok(None) if options.create_patients => Ok((record::create(tx, adt, identifiers, &options.team).await?, true)),
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
    let (stays, is_new) = match find_or_create(tx, adt, &pair.stays, options).await? {
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
