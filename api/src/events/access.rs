//! Tells open sockets that somebody's access may have changed, so that those without a feed notice as well.
use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};
use tokio::sync::Notify;
use uuid::Uuid;

/// Changes that are remembered for who is just being let in.
const RECENT: usize = 1_024;

#[derive(Default)]
pub struct Access(Mutex<State>);

#[derive(Default)]
struct State {
    /// How many changes there were.
    count: u64,
    recent: VecDeque<Uuid>,
    waiting: HashMap<Uuid, Vec<Weak<Notify>>>,
}

/// A moment in the stream of changes: taken before somebody is let in, so that no change is missed in between.
#[derive(Clone, Copy)]
pub struct Mark(u64);

/// Held by a socket for as long as it is open.
pub struct Watch {
    access: Arc<Access>,
    ids: Vec<Uuid>,
    notify: Arc<Notify>,
}

impl Access {
    pub fn mark(&self) -> Mark {
        Mark(self.state().count)
    }

    /// Watches a session and its person from the mark on.
    pub fn watch(self: &Arc<Self>, since: Mark, ids: Vec<Uuid>) -> Watch {
        let notify = Arc::<Notify>::default();
        let mut state = self.state();
        let missed = usize::try_from(state.count - since.0).unwrap_or(usize::MAX);
        let concerned = state.recent.iter().rev().take(missed).any(|id| ids.contains(id));
        if concerned || missed > state.recent.len() {
            notify.notify_one();
        }
        for id in &ids {
            state.waiting.entry(*id).or_default().push(Arc::downgrade(&notify));
        }
        drop(state);
        Watch { access: self.clone(), ids, notify }
    }

    pub fn tell(&self, changed: impl Iterator<Item = Uuid>) {
        let mut state = self.state();
        for id in changed {
            state.count += 1;
            state.recent.push_back(id);
            if state.recent.len() > RECENT {
                state.recent.pop_front();
            }
            for waiting in state.waiting.get(&id).into_iter().flatten().filter_map(Weak::upgrade) {
                waiting.notify_one();
            }
        }
    }

    /// Some changes were never seen: everybody asks again.
    pub fn tell_all(&self) {
        let mut state = self.state();
        state.count += RECENT as u64 + 1;
        state.recent.clear();
        for waiting in state.waiting.values().flatten().filter_map(Weak::upgrade) {
            waiting.notify_one();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watch {
    /// Until something changed since the last time.
    pub async fn changed(&self) {
        self.notify.notified().await;
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut state = self.access.state();
        for id in &self.ids {
            if let Some(waiting) = state.waiting.get_mut(id) {
                waiting.retain(|one| one.as_ptr() != Arc::as_ptr(&self.notify));
                if waiting.is_empty() {
                    state.waiting.remove(id);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    fn is_told(watch: &Watch) -> bool {
        watch.changed().now_or_never().is_some()
    }

    #[test]
    fn a_change_reaches_whom_it_concerns_once() {
        let access = Arc::<Access>::default();
        let (ana, ben) = (Uuid::new_v4(), Uuid::new_v4());
        let (hers, his) = (access.watch(access.mark(), vec![ana]), access.watch(access.mark(), vec![ben]));

        access.tell([ana].into_iter());

        assert!(is_told(&hers) && !is_told(&hers) && !is_told(&his));
        access.tell_all();
        assert!(is_told(&hers) && is_told(&his));
        drop((hers, his));
        assert!(access.state().waiting.is_empty());
    }

    #[test]
    fn a_change_between_being_let_in_and_watching_is_not_missed() {
        let access = Arc::<Access>::default();
        let ana = Uuid::new_v4();
        let mark = access.mark();
        access.tell([Uuid::new_v4()].into_iter());
        assert!(!is_told(&access.watch(mark, vec![ana])));

        access.tell([ana, Uuid::new_v4()].into_iter());

        assert!(is_told(&access.watch(mark, vec![ana])));
        let mark = access.mark();
        access.tell((0..2_000).map(|_| Uuid::new_v4()));
        assert!(is_told(&access.watch(mark, vec![ana])), "too many to remember");
    }
}
