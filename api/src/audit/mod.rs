//! The record of every write and of every look at patients: who, what, when, whom, what for, and from where.
//!
//! A write's row is in the write's own transaction. A read is recorded before its answer leaves: what could not be
//! recorded is not shown. Reads of many requests share a commit, so that looking costs little. The rows of an
//! organisation are a chain of hashes (`chain.rs`), so that none can be changed, taken away or put in unseen. Nobody can
//! turn it off.
pub mod chain;
pub mod export;
pub mod graphql;
mod head;
pub mod list;
mod record;
pub mod report;
pub mod retention;
mod rules;
pub mod verify;

pub use head::{begin, begin_with, head, log_heads};
pub use record::{Deed, Recorder, append, record_denied, record_export, record_pushed, record_reads};

use entity::{audit_entry::AuditKind, ids::PatientId};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};
use uuid::Uuid;

/// A thing, by its kind in the words of the log.
pub type Thing = (&'static str, Uuid);

/// What one operation has shown so far.
#[derive(Clone, Debug, Default)]
pub struct Reads(Arc<Mutex<Shown>>);

/// What one operation showed.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    patients: BTreeSet<PatientId>,
    /// By words that somebody typed.
    searched: bool,
    /// The record itself was read, asked like this.
    consulted: Option<Value>,
}

impl Shown {
    fn is_nothing(&self) -> bool {
        self.patients.is_empty() && !self.searched && self.consulted.is_none()
    }
}

impl Reads {
    pub fn saw(&self, patient: PatientId) {
        self.shown(|shown| shown.patients.insert(patient));
    }

    /// Patients were looked for by words. That is on record even where nobody was found; the words are not.
    pub fn searched(&self) {
        self.shown(|shown| shown.searched = true);
    }

    /// The record was read: `how` holds ids and names of fields, never patient data.
    pub fn consulted(&self, how: Value) {
        self.shown(|shown| shown.consulted = Some(how));
    }

    pub fn take(&self) -> Shown {
        self.shown(std::mem::take)
    }

    fn shown<T>(&self, change: impl FnOnce(&mut Shown) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What goes on record besides the changes of a transaction.
pub struct Note {
    pub kind: AuditKind,
    pub entity: Option<Thing>,
    pub patients: Vec<PatientId>,
}

/// Something that an actor asked for and may not do, or may not know of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    pub operation: String,
    pub entity: Option<(String, Uuid)>,
}
