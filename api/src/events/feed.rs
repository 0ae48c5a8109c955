//! One subscriber's walk through the log of their organisation: what concerns one care team, each once, in order.
use super::{Cursor, Event, hub::Head, hub::Organization, log};
use crate::Result;
use entity::{
    event::EntityType,
    ids::{CareTeamId, PatientId, SessionId, StaffId},
};
use std::{collections::VecDeque, sync::Arc, time::Duration};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

/// A client that hears nothing for longer than 15 s may call itself stale.
pub const HEARTBEAT: Duration = Duration::from_secs(10);
/// Who is further behind reads the team again: that is cheaper than the replay.
const LONGEST_REPLAY: i64 = 5_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resumption {
    Live,
    Replayed,
    Reset,
}

#[derive(Clone, Debug)]
pub enum Step {
    /// Something of the team changed.
    Event(Arc<Event>),
    /// The subscriber's own rights may have changed: ask again before showing more.
    Access,
    /// Nothing happened for a while; the feed stands at this number.
    Heartbeat(i64),
    /// The log began another life, or the subscriber fell too far behind: end the feed, the cursor tells the rest.
    Broken,
}

/// What a feed is about. Each also tells of its subscriber's own access.
#[derive(Clone, Copy, Debug)]
pub enum Subject {
    Team(CareTeamId),
    Patient(PatientId),
    /// Nothing but that.
    OwnAccess,
}

pub struct Feed {
    organization: Arc<Organization>,
    head: watch::Receiver<Head>,
    epoch: uuid::Uuid,
    subject: Subject,
    staff: Option<StaffId>,
    session: Option<SessionId>,
    seq: i64,
    pending: VecDeque<Arc<Event>>,
    /// When a heartbeat is due, unless something is told before.
    quiet_until: Instant,
}

impl Feed {
    /// Starts after `after`, or at the head. What it answers is the first thing that the subscriber is told.
    pub async fn open(
        organization: Arc<Organization>,
        subject: Subject,
        (staff, session): (Option<StaffId>, Option<SessionId>),
        after: Option<&str>,
    ) -> Result<(Self, Resumption)> {
        let mut head = organization.watch();
        let now = *head.borrow_and_update();
        let mut feed = Self {
            organization,
            head,
            epoch: now.epoch,
            subject,
            staff,
            session,
            seq: now.seq,
            pending: VecDeque::new(),
            quiet_until: Instant::now() + HEARTBEAT,
        };
        let Some(after) = after else { return Ok((feed, Resumption::Live)) };
        let Some(from) = Cursor::parse(after).and_then(|cursor| feed.resume_point(cursor, now)) else {
            return Ok((feed, Resumption::Reset));
        };

        feed.seq = from;
        while feed.seq < now.seq && feed.pending.is_empty() {
            if !feed.read_on().await? {
                return Ok((feed, Resumption::Reset));
            }
        }
        let resumption = if feed.pending.is_empty() { Resumption::Live } else { Resumption::Replayed };
        Ok((feed, resumption))
    }

    fn resume_point(&self, cursor: Cursor, now: Head) -> Option<i64> {
        let of_this_log = cursor.organization == self.organization.id() && cursor.epoch == now.epoch;
        let kept = (now.floor..=now.seq).contains(&cursor.seq) && now.seq - cursor.seq <= LONGEST_REPLAY;
        (of_this_log && kept).then_some(cursor.seq)
    }

    /// Where the subscriber stands once it has been told everything before the next pending event.
    pub fn cursor(&self) -> Cursor {
        let seq = self.pending.front().map_or(self.seq, |next| next.seq - 1);
        self.cursor_at(seq)
    }

    pub fn cursor_at(&self, seq: i64) -> Cursor {
        Cursor { epoch: self.epoch, organization: self.organization.id(), seq }
    }

    /// The subscriber has heard from us just now.
    pub fn told(&mut self) {
        self.quiet_until = Instant::now() + HEARTBEAT;
    }

    /// The next thing to tell. Dropping the future between two calls loses nothing.
    pub async fn next(&mut self) -> Result<Step> {
        loop {
            if let Some(event) = self.pending.pop_front() {
                return Ok(match event.entity_type {
                    EntityType::Staff | EntityType::Session => Step::Access,
                    EntityType::Task
                    | EntityType::Patient
                    | EntityType::CareTeam
                    | EntityType::Handoff
                    | EntityType::ClaimRequest
                    | EntityType::Huddle => Step::Event(event),
                });
            }
            let head = *self.head.borrow_and_update();
            let forgotten = self.seq < head.floor;
            if head.epoch != self.epoch || forgotten || head.seq - self.seq > LONGEST_REPLAY {
                return Ok(Step::Broken);
            }
            if self.seq < head.seq {
                if !self.read_on().await? {
                    return Ok(Step::Broken);
                }
                continue;
            }
            tokio::select! {
                changed = self.head.changed() => if changed.is_err() { return Ok(Step::Broken) },
                () = sleep_until(self.quiet_until) => return Ok(Step::Heartbeat(self.seq)),
            }
        }
    }

    /// False where the log no longer holds the next number: it was forgotten meanwhile, and a gap is never passed over.
    async fn read_on(&mut self) -> Result<bool> {
        let news = self.organization.after(self.seq).await?;
        let (Some(first), Some(last)) = (news.first(), news.last()) else { return Ok(false) };
        if first.seq != self.seq + 1 && !log::naive() {
            return Ok(false);
        }
        self.seq = last.seq;
        let wanted: Vec<_> = news.into_iter().filter(|event| self.wants(event)).collect();
        self.pending.extend(wanted);
        Ok(true)
    }

    fn wants(&self, event: &Event) -> bool {
        match event.entity_type {
            EntityType::Staff => self.staff.is_some_and(|staff| staff.0 == event.entity_id),
            EntityType::Session => self.session.is_some_and(|session| session.0 == event.entity_id),
            EntityType::Task
            | EntityType::Patient
            | EntityType::CareTeam
            | EntityType::Handoff
            | EntityType::ClaimRequest
            | EntityType::Huddle => match self.subject {
                Subject::Team(team) => event.concerns(team),
                Subject::Patient(id) => event.entity_type == EntityType::Patient && event.entity_id == id.0,
                Subject::OwnAccess => false,
            },
        }
    }
}
