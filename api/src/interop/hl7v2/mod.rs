//! HL7 v2 ADT messages: who is in hospital, in an emergency department, home again.
//!
//! Bytes become messages ([`split`]), a message becomes what it says ([`message`], [`adt`]), the patient is found by
//! number ([`identity`]), the message is kept ([`log`]), and the status is computed anew from all that is kept
//! ([`rules`], [`place`], [`status`]), so that neither order nor repetition matters. Each message is its own transaction.
mod adt;
mod identity;
mod import;
mod log;
mod merge;
mod message;
mod person;
mod place;
mod record;
mod rules;
#[cfg(test)]
mod rules_tests;
mod split;
mod status;
mod sweep;
mod take;
mod text;
mod time;
mod trigger;

pub use import::import;
pub use sweep::end_clinic_visits;

use crate::{Cx, Error, Result};
use chrono_tz::Tz;
use entity::{ids::PatientId, organization, patient::PatientStatus};
use message::Message;
use sea_orm::EntityTrait;
use split::{Piece, Splitter};

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
        match take::take(cx, &message, &adt, zone, options).await {
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
