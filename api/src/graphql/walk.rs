//! How a socket and a subscription work together.
//!
//! The socket walks a subscription, not the executor: it opens it once, to check rights and to start the walk, and then
//! asks for one item at a time to be put into the words of the document.
use crate::{
    events::{Cursor, Event, Feed},
    presence::Look,
};
use entity::ids::{CareTeamId, StaffId};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

/// What a socket asks a subscription for.
#[derive(Clone)]
pub enum Ask {
    /// Check rights, leave the walk in the slot, and answer the first item.
    Open(Slot),
    /// Put one item of a team's feed into words.
    Item(Item),
    /// Put into words what waits for a privacy officer.
    Alert,
    /// Put into words who else has the patient open.
    Others(BTreeSet<StaffId>),
}

/// Where a subscription leaves what the socket then walks.
#[derive(Clone, Default)]
pub struct Slot(Arc<Mutex<Option<Opened>>>);

impl Slot {
    pub fn fill(&self, opened: Opened) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(opened);
    }

    pub fn take(&self) -> Option<Opened> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

pub enum Opened {
    Team { feed: Feed, team: CareTeamId },
    Patient(Look),
    Alerts(Feed),
}

/// One item, before it is loaded.
#[derive(Clone)]
pub enum Item {
    Event { team: CareTeamId, event: Arc<Event>, cursor: Cursor },
    Heartbeat { cursor: Cursor },
}
