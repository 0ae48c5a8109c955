//! Who has which patient open right now, so that two people do not ring the same patient at once. It is no record: it
//! lives in memory, and between nodes in Redis with an expiry; never in the log, and never as more than ids.
pub mod graphql;
mod shared;

use crate::{Clock, Cx, Error, Result, events::Doorbell, patients};
use entity::ids::{OrganizationId, PatientId, StaffId};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};
use tokio::sync::watch;
use tokio_util::task::AbortOnDropHandle;

type Place = (OrganizationId, PatientId);

#[derive(Clone)]
pub struct Presence(Arc<Inner>);

struct Inner {
    doorbell: Doorbell,
    clock: Clock,
    patients: Mutex<HashMap<Place, Open>>,
}

/// A patient whom somebody of this process has open.
struct Open {
    /// How many screens of whom.
    here: BTreeMap<StaffId, usize>,
    everywhere: watch::Sender<BTreeSet<StaffId>>,
    _sharing: Option<AbortOnDropHandle<()>>,
}

/// One screen that has a patient open, for as long as it is held.
pub struct Look {
    presence: Weak<Inner>,
    place: Place,
    staff: StaffId,
    everywhere: watch::Receiver<BTreeSet<StaffId>>,
}

/// Opens a patient whom the viewer may see.
pub async fn look(cx: &Cx, patient: PatientId) -> Result<Look> {
    let patient = patients::service::find(cx, patient).await?.id;
    let staff = cx.actor.staff.ok_or(Error::Forbidden("be seen beside a patient"))?;
    Ok(cx.app.presence.enter((cx.organization(), patient), staff))
}

impl Presence {
    pub fn new(doorbell: Doorbell, clock: Clock) -> Self {
        Self(Arc::new(Inner { doorbell, clock, patients: Mutex::default() }))
    }

    fn enter(&self, place: Place, staff: StaffId) -> Look {
        let mut patients = self.0.patients();
        let open = patients.entry(place).or_insert_with(|| Open {
            here: BTreeMap::new(),
            everywhere: watch::channel(BTreeSet::new()).0,
            _sharing: self
                .0
                .doorbell
                .redis()
                .map(|_| AbortOnDropHandle::new(tokio::spawn(shared::keep(Arc::downgrade(&self.0), place)))),
        });
        *open.here.entry(staff).or_default() += 1;
        open.everywhere.send_if_modified(|all| all.insert(staff));
        Look { presence: Arc::downgrade(&self.0), place, staff, everywhere: open.everywhere.subscribe() }
    }
}

impl Inner {
    fn patients(&self) -> MutexGuard<'_, HashMap<Place, Open>> {
        self.patients.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// None where nobody here has the patient open any more.
    fn here(&self, place: Place) -> Option<BTreeSet<StaffId>> {
        self.patients().get(&place).map(|open| open.here.keys().copied().collect())
    }

    fn show(&self, place: Place, mut others: BTreeSet<StaffId>) {
        if let Some(open) = self.patients().get(&place) {
            others.extend(open.here.keys());
            open.everywhere.send_if_modified(|all| std::mem::replace(all, others) != *all);
        }
    }
}

impl Look {
    pub fn patient(&self) -> PatientId {
        self.place.1
    }

    /// Everybody else who has the patient open.
    pub fn others(&mut self) -> BTreeSet<StaffId> {
        let mut all = self.everywhere.borrow_and_update().clone();
        all.remove(&self.staff);
        all
    }

    /// Until somebody came or went. Pending for ever once the process stops.
    pub async fn changed(&mut self) {
        if self.everywhere.changed().await.is_err() {
            std::future::pending().await
        }
    }
}

impl Drop for Look {
    fn drop(&mut self) {
        let Some(inner) = self.presence.upgrade() else { return };
        let mut patients = inner.patients();
        let Some(open) = patients.get_mut(&self.place) else { return };
        if let Some(screens) = open.here.get_mut(&self.staff) {
            *screens -= 1;
            if *screens == 0 {
                open.here.remove(&self.staff);
                open.everywhere.send_if_modified(|all| all.remove(&self.staff));
                if let Some(link) = inner.doorbell.redis().and_then(|redis| redis.link()) {
                    tokio::spawn(shared::leave(link, self.place, self.staff));
                }
            }
        }
        if open.here.is_empty() {
            patients.remove(&self.place);
        }
    }
}
