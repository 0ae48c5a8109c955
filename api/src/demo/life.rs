//! One made-up task's life, step by step by the rules, so that its row, history and times agree.
use super::{Practice, dice::Dice, work::Work};
use crate::{
    Error, Result,
    tasks::rules::{self, Step},
};
use chrono::{DateTime, Duration, Utc};
use entity::{
    ids::{CareTeamId, PatientId, StaffId, TaskCommentId, TaskHistoryId, TaskId, TaskStepId},
    task::{self, TaskPriority, TaskStatus},
    task_comment,
    task_history::{self, TaskAction},
    task_step,
};

/// What somebody did to a task.
pub struct Deed {
    pub at: DateTime<Utc>,
    pub step: Step,
    /// Nobody where time did it.
    pub by: Option<StaffId>,
    /// The holder after a claim or an assignment.
    pub holder: Option<StaffId>,
    pub reason: Option<&'static str>,
}

pub struct Life<'a> {
    pub work: &'a Work,
    pub priority: TaskPriority,
    pub team: CareTeamId,
    pub patient: Option<PatientId>,
    pub created_at: DateTime<Utc>,
    /// Nobody where a message made it.
    pub created_by: Option<StaffId>,
    pub draft: bool,
    pub due_at: Option<DateTime<Utc>>,
    /// The oldest first.
    pub deeds: Vec<Deed>,
    pub comments: Vec<(DateTime<Utc>, StaffId, &'static str)>,
    /// How many check-off steps are done.
    pub checked: usize,
}

/// What the practice has set, as far as it moves tasks.
#[derive(Clone, Copy)]
pub struct Clockwork {
    pub lead: Duration,
    pub lease: Duration,
    pub warning: Duration,
    /// How long a handoff, and a request for a task, waits.
    pub handoff: Duration,
    pub request: Duration,
}

pub fn add(practice: &mut Practice, dice: &mut Dice, clockwork: Clockwork, life: Life<'_>) -> Result<()> {
    let id = TaskId(dice.id(life.created_at));
    let mut task = newborn(practice, &life, id);
    let ended_at = life.deeds.last().filter(|last| ends(last.step)).map(|last| last.at);
    let mut turns = turns(&life, clockwork.lead, ended_at.unwrap_or(dice.now)).into_iter().peekable();
    remember(practice, dice, &task, (life.created_at, TaskAction::Created, life.created_by, None));
    for deed in &life.deeds {
        while let Some((at, action)) = turns.next_if(|turn| turn.0 <= deed.at) {
            remember(practice, dice, &task, (at, action, None, None));
        }
        take(&mut task, deed)?;
        remember(practice, dice, &task, (deed.at, rules::action(deed.step), deed.by, deed.reason));
    }
    for (at, action) in turns {
        remember(practice, dice, &task, (at, action, None, None));
    }
    let touched_at = write_on(practice, dice, &task, &life);

    if matches!(task.status, TaskStatus::Accepted | TaskStatus::InProgress) {
        task.lease_until = touched_at.map(|at| at + clockwork.lease);
        // Of what lapses within minutes the holder was told already.
        let warned_at = task.lease_until.map(|until| until - clockwork.warning);
        task.lease_warning_at = warned_at.filter(|at| *at > dice.now);
    }
    task.due_state = rules::due_state(task.due_at, clockwork.lead, ended_at.unwrap_or(dice.now));
    task.turns_at = rules::turns_at(&task, clockwork.lead);
    let changes = practice.history.iter().rev().take_while(|entry| entry.task_id == id).count();
    task.version = i32::try_from(changes + life.comments.len() + life.checked).unwrap_or(1);
    practice.tasks.push(task);
    Ok(())
}

fn newborn(practice: &Practice, life: &Life<'_>, id: TaskId) -> task::Model {
    task::Model {
        organization_id: practice.organization,
        id,
        version: 1,
        care_team_id: life.team,
        patient_id: life.patient,
        kind: life.work.kind.to_owned(),
        title: life.work.title.to_owned(),
        instructions: Some(life.work.instructions.to_owned()),
        status: if life.draft { TaskStatus::Draft } else { TaskStatus::Ready },
        status_since: life.created_at,
        status_reason: None,
        priority: life.priority,
        due_at: life.due_at,
        urgency_at: rules::urgency_at(life.due_at),
        due_state: task::DueState::NotDue,
        claimed_by: None,
        claimed_at: None,
        lease_until: None,
        lease_warning_at: None,
        turns_at: None,
        completed_at: None,
        completed_by: None,
        source: None,
        created_by: life.created_by,
        created_at: life.created_at,
    }
}

fn ends(step: Step) -> bool {
    match step {
        Step::Complete | Step::Cancel | Step::Fail | Step::EnterInError => true,
        Step::Publish | Step::Claim | Step::Release | Step::Assign | Step::Start | Step::Hold | Step::Lapse => false,
    }
}

/// When time alone moved the task, up to `until`.
fn turns(life: &Life<'_>, lead: Duration, until: DateTime<Utc>) -> Vec<(DateTime<Utc>, TaskAction)> {
    let Some(due) = life.due_at else { return Vec::new() };
    let turns = [(due - lead, TaskAction::BecameDue), (due, TaskAction::BecameOverdue)];
    turns.into_iter().filter(|(at, _)| life.created_at < *at && *at <= until).collect()
}

fn take(task: &mut task::Model, deed: &Deed) -> Result<()> {
    let status = rules::after(task.status, deed.step);
    task.status = status.ok_or_else(|| Error::broken("the demonstration takes only legal steps"))?;
    task.status_since = deed.at;
    task.status_reason = None;
    match deed.step {
        Step::Claim | Step::Assign => {
            task.claimed_by = deed.holder;
            task.claimed_at = deed.holder.map(|_| deed.at);
        }
        Step::Release | Step::Lapse => {
            task.claimed_by = None;
            task.claimed_at = None;
        }
        Step::Complete => {
            task.completed_at = Some(deed.at);
            task.completed_by = deed.by;
        }
        Step::Hold | Step::Cancel | Step::Fail | Step::EnterInError => {
            task.status_reason = deed.reason.map(str::to_owned);
        }
        Step::Publish | Step::Start => {}
    }
    Ok(())
}

/// Steps and comments; returns when the holder last worked on the task.
fn write_on(practice: &mut Practice, dice: &mut Dice, task: &task::Model, life: &Life<'_>) -> Option<DateTime<Utc>> {
    let mut touched_at = task.claimed_at.map(|at| at.max(task.status_since));
    let began = touched_at.unwrap_or(life.created_at);
    let ended = life.deeds.last().map_or(dice.now, |last| if ends(last.step) { last.at } else { dice.now });
    let began = if ended > began { began } else { task.claimed_at.unwrap_or(life.created_at) };
    for (index, text) in life.work.steps.iter().enumerate() {
        let part = i32::try_from(index).unwrap_or_default() + 1;
        let checked = i32::try_from(life.checked).unwrap_or_default();
        let done_at = (part <= checked).then(|| began + (ended - began) / (checked + 1) * part);
        touched_at = touched_at.max(done_at.filter(|_| task.claimed_by.is_some()));
        practice.steps.push(task_step::Model {
            organization_id: practice.organization,
            id: TaskStepId(dice.id(life.created_at)),
            task_id: task.id,
            position: part,
            text: (*text).to_owned(),
            done_at: done_at.map(whole_microseconds),
            done_by: done_at.and(task.claimed_by),
        });
    }
    for (at, author, text) in &life.comments {
        if Some(*author) == task.claimed_by {
            touched_at = touched_at.max(Some(*at));
        }
        practice.comments.push(task_comment::Model {
            organization_id: practice.organization,
            id: TaskCommentId(dice.id(*at)),
            task_id: task.id,
            author_id: Some(*author),
            at: *at,
            text: (*text).to_owned(),
        });
    }
    touched_at.map(whole_microseconds)
}

fn whole_microseconds(at: DateTime<Utc>) -> DateTime<Utc> {
    chrono::SubsecRound::trunc_subsecs(at, 6)
}

fn remember(
    practice: &mut Practice,
    dice: &mut Dice,
    task: &task::Model,
    (at, action, actor_id, reason): (DateTime<Utc>, TaskAction, Option<StaffId>, Option<&str>),
) {
    practice.history.push(task_history::Model {
        organization_id: practice.organization,
        id: TaskHistoryId(dice.id(at)),
        task_id: task.id,
        patient_id: task.patient_id,
        at,
        action,
        status: task.status,
        actor_id,
        holder_id: task.claimed_by,
        reason: reason.map(str::to_owned),
    });
}
