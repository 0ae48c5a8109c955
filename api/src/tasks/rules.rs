//! The life of a task. Pure: time comes in as an argument.
//!
//! The states are those of the FHIR R4 Task resource. `ready` is nobody's; `accepted` is claimed and not begun.
use chrono::{DateTime, Duration, TimeZone, Utc};
use entity::{
    task::{self, DueState, TaskPriority, TaskStatus},
    task_history::{self, TaskAction},
};

/// What somebody, or time, does to the state of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Publish,
    Claim,
    Release,
    Assign,
    Start,
    Hold,
    Complete,
    Cancel,
    Fail,
    EnterInError,
    Lapse,
}

pub const STEPS: [Step; 11] = [
    Step::Publish,
    Step::Claim,
    Step::Release,
    Step::Assign,
    Step::Start,
    Step::Hold,
    Step::Complete,
    Step::Cancel,
    Step::Fail,
    Step::EnterInError,
    Step::Lapse,
];

/// The status after `step`, or none where the step is not legal.
pub fn after(status: TaskStatus, step: Step) -> Option<TaskStatus> {
    use TaskStatus::{Accepted, Cancelled, Completed, Draft, EnteredInError, Failed, InProgress, OnHold, Ready};
    let open = matches!(status, Draft | Ready | Accepted | InProgress | OnHold);
    let held = matches!(status, Accepted | InProgress | OnHold);
    let legal = match step {
        Step::Publish => status == Draft,
        Step::Claim => status == Ready,
        Step::Assign => status == Ready || held,
        Step::Release | Step::Complete | Step::Fail => held,
        Step::Start => matches!(status, Accepted | OnHold),
        Step::Hold | Step::Lapse => matches!(status, Accepted | InProgress),
        Step::Cancel => open,
        Step::EnterInError => status != EnteredInError,
    };
    legal.then_some(match step {
        Step::Publish | Step::Release | Step::Lapse => Ready,
        Step::Claim | Step::Assign => Accepted,
        Step::Start => InProgress,
        Step::Hold => OnHold,
        Step::Complete => Completed,
        Step::Cancel => Cancelled,
        Step::Fail => Failed,
        Step::EnterInError => EnteredInError,
    })
}

/// How the history calls a step.
pub fn action(step: Step) -> TaskAction {
    match step {
        Step::Publish => TaskAction::Published,
        Step::Claim => TaskAction::Claimed,
        Step::Release => TaskAction::Released,
        Step::Assign => TaskAction::Assigned,
        Step::Start => TaskAction::Started,
        Step::Hold => TaskAction::Held,
        Step::Complete => TaskAction::Completed,
        Step::Cancel => TaskAction::Cancelled,
        Step::Fail => TaskAction::Failed,
        Step::EnterInError => TaskAction::EnteredInError,
        Step::Lapse => TaskAction::Lapsed,
    }
}

pub const OPEN: [TaskStatus; 5] =
    [TaskStatus::Draft, TaskStatus::Ready, TaskStatus::Accepted, TaskStatus::InProgress, TaskStatus::OnHold];

pub fn is_open(status: TaskStatus) -> bool {
    OPEN.contains(&status)
}

pub fn status_words(status: TaskStatus) -> &'static str {
    match status {
        TaskStatus::Draft => "a draft",
        TaskStatus::Ready => "open",
        TaskStatus::Accepted => "claimed",
        TaskStatus::InProgress => "in progress",
        TaskStatus::OnHold => "on hold",
        TaskStatus::Completed => "completed",
        TaskStatus::Cancelled => "cancelled",
        TaskStatus::Failed => "failed",
        TaskStatus::EnteredInError => "entered in error",
    }
}

/// Where a task stands against its due time: due from `lead` before it, overdue from that very moment.
pub fn due_state(due_at: Option<DateTime<Utc>>, lead: Duration, now: DateTime<Utc>) -> DueState {
    match due_at {
        Some(due) if due <= now => DueState::Overdue,
        Some(due) if due - lead <= now => DueState::Due,
        _ => DueState::NotDue,
    }
}

/// The next moment at which time alone changes the task; none where it never will.
///
/// A held task (`on-hold`) waits with a reason, so its claim does not lapse.
pub fn turns_at(task: &task::Model, lead: Duration) -> Option<DateTime<Utc>> {
    if !is_open(task.status) {
        return None;
    }
    let due = match task.due_state {
        DueState::NotDue => task.due_at.map(|due| due - lead),
        DueState::Due => task.due_at,
        DueState::Overdue => None,
    };
    due.into_iter().chain(task.lease_warning_at.or(task.lease_until)).min()
}

/// When the holder is told that the lease ends soon: `warning` before it does, and not in its first half.
pub fn lease_warning_at(begun: DateTime<Utc>, lease: Duration, warning: Duration) -> DateTime<Utc> {
    begun + lease - warning.min(lease / 2)
}

/// The next priority, for work that needs more attention than it gets.
pub fn raised(priority: TaskPriority) -> TaskPriority {
    match priority {
        TaskPriority::Routine => TaskPriority::Urgent,
        TaskPriority::Urgent => TaskPriority::Asap,
        TaskPriority::Asap | TaskPriority::Stat => TaskPriority::Stat,
    }
}

/// What the board sorts by after priority: the due time, or the end of time.
pub fn urgency_at(due_at: Option<DateTime<Utc>>) -> DateTime<Utc> {
    due_at.unwrap_or_else(|| Utc.with_ymd_and_hms(9999, 12, 31, 0, 0, 0).single().unwrap_or(DateTime::<Utc>::MAX_UTC))
}

/// How long the task has been in each status, from its history (oldest first), in the order of first entry.
///
/// It counts from the entries that changed the status: a comment or an edit does not reset it.
pub fn time_in_status(history: &[task_history::Model], now: DateTime<Utc>) -> Vec<(TaskStatus, Duration)> {
    let mut total: Vec<(TaskStatus, Duration)> = Vec::new();
    for (index, entry) in history.iter().enumerate() {
        let until = history.get(index + 1).map_or(now, |next| next.at);
        let spent = (until - entry.at).max(Duration::zero());
        match total.iter_mut().find(|(status, _)| *status == entry.status) {
            Some((_, sum)) => *sum += spent,
            None => total.push((entry.status, spent)),
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;
    use TaskStatus::{Accepted, Cancelled, Completed, Draft, EnteredInError, Failed, InProgress, OnHold, Ready};

    const STATUSES: [TaskStatus; 9] =
        [Draft, Ready, Accepted, InProgress, OnHold, Completed, Cancelled, Failed, EnteredInError];

    #[test]
    fn every_step_from_every_status_is_as_written() {
        let legal = [
            (Draft, vec![(Step::Publish, Ready), (Step::Cancel, Cancelled), (Step::EnterInError, EnteredInError)]),
            (
                Ready,
                vec![
                    (Step::Claim, Accepted),
                    (Step::Assign, Accepted),
                    (Step::Cancel, Cancelled),
                    (Step::EnterInError, EnteredInError),
                ],
            ),
            (
                Accepted,
                vec![
                    (Step::Release, Ready),
                    (Step::Assign, Accepted),
                    (Step::Start, InProgress),
                    (Step::Hold, OnHold),
                    (Step::Complete, Completed),
                    (Step::Cancel, Cancelled),
                    (Step::Fail, Failed),
                    (Step::EnterInError, EnteredInError),
                    (Step::Lapse, Ready),
                ],
            ),
            (
                InProgress,
                vec![
                    (Step::Release, Ready),
                    (Step::Assign, Accepted),
                    (Step::Hold, OnHold),
                    (Step::Complete, Completed),
                    (Step::Cancel, Cancelled),
                    (Step::Fail, Failed),
                    (Step::EnterInError, EnteredInError),
                    (Step::Lapse, Ready),
                ],
            ),
            (
                OnHold,
                vec![
                    (Step::Release, Ready),
                    (Step::Assign, Accepted),
                    (Step::Start, InProgress),
                    (Step::Complete, Completed),
                    (Step::Cancel, Cancelled),
                    (Step::Fail, Failed),
                    (Step::EnterInError, EnteredInError),
                ],
            ),
            (Completed, vec![(Step::EnterInError, EnteredInError)]),
            (Cancelled, vec![(Step::EnterInError, EnteredInError)]),
            (Failed, vec![(Step::EnterInError, EnteredInError)]),
            (EnteredInError, vec![]),
        ];
        assert_eq!(legal.len(), STATUSES.len());
        for (status, steps) in legal {
            for step in STEPS {
                let expected = steps.iter().find(|(one, _)| *one == step).map(|(_, to)| *to);
                assert_eq!(after(status, step), expected, "{step:?} from {status:?}");
            }
        }
    }

    #[test]
    fn a_task_is_due_an_hour_before_and_overdue_at_the_moment() {
        let due = Utc.with_ymd_and_hms(2026, 11, 21, 15, 0, 0).unwrap();
        let lead = Duration::minutes(60);
        let at = |minutes| due_state(Some(due), lead, due + Duration::minutes(minutes));
        assert_eq!(
            [at(-61), at(-60), at(-1), at(0)],
            [DueState::NotDue, DueState::Due, DueState::Due, DueState::Overdue]
        );
        assert_eq!(due_state(None, lead, due), DueState::NotDue);
    }

    fn entry(status: TaskStatus, minute: u32, action: TaskAction) -> task_history::Model {
        task_history::Model {
            organization_id: entity::ids::OrganizationId::generate(),
            id: entity::ids::TaskHistoryId::generate(),
            task_id: entity::ids::TaskId::generate(),
            patient_id: None,
            at: Utc.with_ymd_and_hms(2026, 11, 21, 8, minute, 0).unwrap(),
            action,
            status,
            actor_id: None,
            holder_id: None,
            reason: None,
        }
    }

    #[test]
    fn time_in_status_comes_from_history_and_an_edit_does_not_reset_it() {
        let history = [
            entry(Ready, 0, TaskAction::Created),
            entry(Accepted, 10, TaskAction::Claimed),
            entry(Accepted, 12, TaskAction::Edited),
            entry(Ready, 20, TaskAction::Lapsed),
            entry(Accepted, 25, TaskAction::Claimed),
        ];
        let now = Utc.with_ymd_and_hms(2026, 11, 21, 8, 30, 0).unwrap();

        let spent = time_in_status(&history, now);

        assert_eq!(spent, [(Ready, Duration::minutes(15)), (Accepted, Duration::minutes(15))]);
    }
}
