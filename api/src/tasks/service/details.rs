//! What a task says: created and edited, its comments and its steps.
use super::{
    STEPS_LIMIT, TEXT_LIMIT, TITLE_LIMIT,
    parts::{remember, renew, save, write},
    reads::{find, steps},
};
use crate::{
    Cx, Error, Result, Tx, care_teams,
    events::Change,
    patients, policy,
    tasks::{kinds, rules},
    text,
};
use chrono::{DateTime, Utc};
use entity::{
    ids::{CareTeamId, PatientId, TaskCommentId, TaskId, TaskStepId},
    task::{self, DueState, TaskPriority, TaskStatus},
    task_comment,
    task_history::TaskAction,
    task_step,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, IntoActiveModel};

#[derive(Clone, Debug)]
pub struct NewTask {
    pub care_team: CareTeamId,
    pub patient: Option<PatientId>,
    pub kind: String,
    pub title: String,
    pub instructions: Option<String>,
    pub priority: TaskPriority,
    pub due_at: Option<DateTime<Utc>>,
}

pub async fn create(cx: &Cx, new: NewTask) -> Result<task::Model> {
    let new = check_new(cx, new).await?;
    let mut tx = cx.begin("tasks.create").await?;
    let task = create_in(&mut tx, cx, new).await?;
    tx.commit().await?;
    Ok(task)
}

/// What is to be created, once it is known to be allowed.
pub async fn check_new(cx: &Cx, new: NewTask) -> Result<NewTask> {
    let team = care_teams::service::find(cx, new.care_team).await?;
    cx.require(policy::may_create_task(cx.scope(), team.id), "create tasks in this team")?;
    if let Some(patient) = new.patient {
        patients::service::find(cx, patient).await?;
        cx.require(policy::may_act_for(cx.scope(), patient), "create tasks about a patient whom you only read")?;
    }
    if !kinds::is_code(&new.kind) {
        return Err(Error::bad_input("input.kind", "must be a code such as OUTREACH_CALL"));
    }
    let title = text::required("input.title", new.title, TITLE_LIMIT)?;
    let instructions = text::optional("input.instructions", new.instructions, TEXT_LIMIT)?;
    Ok(NewTask { title, instructions, ..new })
}

/// Creates within a transaction what [`check_new`] has let pass.
pub async fn create_in(tx: &mut Tx, cx: &Cx, new: NewTask) -> Result<task::Model> {
    let mut task = task::Model {
        organization_id: cx.organization(),
        id: TaskId::generate(),
        version: 1,
        care_team_id: new.care_team,
        patient_id: new.patient,
        kind: new.kind,
        title: new.title,
        instructions: new.instructions,
        status: TaskStatus::Ready,
        status_since: tx.at,
        status_reason: None,
        priority: new.priority,
        due_at: None,
        urgency_at: rules::urgency_at(None),
        due_state: DueState::NotDue,
        claimed_by: None,
        claimed_at: None,
        lease_until: None,
        lease_warning_at: None,
        turns_at: None,
        completed_at: None,
        completed_by: None,
        source: None,
        created_by: tx.actor().staff,
        created_at: tx.at,
    };
    set_due(cx, &mut task, new.due_at, tx.at);
    task.turns_at = rules::turns_at(&task, cx.app.config.due_lead);
    let task = task.into_active_model().reset_all().insert(&**tx).await?;
    remember(tx, &task, TaskAction::Created, None).await?;
    tx.emit(Change::task(&task, task.care_team_id));
    Ok(task)
}

/// What may be changed of an open task. `None` leaves it; `due_at: Some(None)` takes the due time away.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    pub title: Option<String>,
    pub instructions: Option<String>,
    pub priority: Option<TaskPriority>,
    pub due_at: Option<Option<DateTime<Utc>>>,
    pub expected_version: Option<i32>,
}

pub async fn update(cx: &Cx, id: TaskId, edit: Edit) -> Result<task::Model> {
    let task = find(cx, id).await?;
    require_editable(cx, &task)?;
    patients::service::check_version(edit.expected_version, task.version)?;
    let mut edited = task.clone();
    if let Some(title) = edit.title {
        edited.title = text::required("input.title", title, TITLE_LIMIT)?;
    }
    if let Some(instructions) = edit.instructions {
        edited.instructions = text::optional("input.instructions", Some(instructions), TEXT_LIMIT)?;
    }
    edited.priority = edit.priority.unwrap_or(edited.priority);

    let mut tx = cx.begin("tasks.update").await?;
    if let Some(due_at) = edit.due_at {
        set_due(cx, &mut edited, due_at, tx.at);
    }
    renew(cx, &mut edited, tx.at);
    let task = save(cx, &mut tx, &task, edited, TaskAction::Edited, None).await?;
    tx.commit().await?;
    Ok(task)
}

pub async fn add_comment(cx: &Cx, id: TaskId, comment: String) -> Result<task::Model> {
    let task = find(cx, id).await?;
    cx.require(policy::may_edit_task(cx.scope(), &task), "comment on this task")?;
    let comment = text::required("input.text", comment, TEXT_LIMIT)?;

    let mut tx = cx.begin("tasks.addComment").await?;
    let task = comment_in(&mut tx, cx, &task, comment).await?;
    tx.commit().await?;
    Ok(task)
}

/// The same within a transaction, for who is known to be allowed.
pub async fn comment_in(tx: &mut Tx, cx: &Cx, task: &task::Model, comment: String) -> Result<task::Model> {
    let task = touch_in(tx, cx, task).await?;
    task_comment::ActiveModel {
        organization_id: Set(task.organization_id),
        id: Set(TaskCommentId::generate()),
        task_id: Set(task.id),
        author_id: Set(tx.actor().staff),
        at: Set(tx.at),
        text: Set(comment),
    }
    .insert(&**tx)
    .await?;
    Ok(task)
}

pub async fn add_step(cx: &Cx, id: TaskId, step: String) -> Result<task::Model> {
    let task = find(cx, id).await?;
    require_editable(cx, &task)?;
    let step = text::required("input.text", step, TITLE_LIMIT)?;
    let known = steps(cx, vec![id]).await?;
    if known.len() >= STEPS_LIMIT {
        return Err(Error::bad_input("input.text", format!("a task has at most {STEPS_LIMIT} steps")));
    }

    let tx = cx.begin("tasks.addStep").await?;
    task_step::ActiveModel {
        organization_id: Set(task.organization_id),
        id: Set(TaskStepId::generate()),
        task_id: Set(task.id),
        position: Set(known.last().map_or(1, |last| last.position + 1)),
        text: Set(step),
        done_at: Set(None),
        done_by: Set(None),
    }
    .insert(&*tx)
    .await?;
    touch(cx, tx, &task).await
}

pub async fn check_step(cx: &Cx, id: TaskId, step: TaskStepId, done: bool) -> Result<task::Model> {
    let task = find(cx, id).await?;
    require_editable(cx, &task)?;
    let step = steps(cx, vec![id]).await?.into_iter().find(|one| one.id == step).ok_or(Error::NotFound("step"))?;
    if step.done_at.is_some() == done {
        // Whoever was faster may have done it after the task was read.
        return find(cx, id).await;
    }

    let tx = cx.begin("tasks.checkStep").await?;
    let mut changed = step.into_active_model();
    changed.done_at = Set(done.then_some(tx.at));
    changed.done_by = Set(tx.actor().staff.filter(|_| done));
    changed.update(&*tx).await?;
    touch(cx, tx, &task).await
}

fn require_editable(cx: &Cx, task: &task::Model) -> Result<()> {
    cx.require(policy::may_edit_task(cx.scope(), task), "change this task")?;
    if rules::is_open(task.status) {
        return Ok(());
    }
    Err(Error::Conflict(format!("the task is {}", rules::status_words(task.status))))
}

fn set_due(cx: &Cx, task: &mut task::Model, due_at: Option<DateTime<Utc>>, now: DateTime<Utc>) {
    use chrono::SubsecRound;
    task.due_at = due_at.map(|due| due.trunc_subsecs(6));
    task.urgency_at = rules::urgency_at(task.due_at);
    task.due_state = rules::due_state(task.due_at, cx.app.config.due_lead, now);
}

/// A comment or a checked step: the version rises, the lease is renewed, the status clock goes on.
async fn touch(cx: &Cx, mut tx: Tx, task: &task::Model) -> Result<task::Model> {
    let task = touch_in(&mut tx, cx, task).await?;
    tx.commit().await?;
    Ok(task)
}

async fn touch_in(tx: &mut Tx, cx: &Cx, task: &task::Model) -> Result<task::Model> {
    let mut touched = task.clone();
    if touched.claimed_by == tx.actor().staff {
        renew(cx, &mut touched, tx.at);
    }
    write(cx, tx, task, touched).await
}
