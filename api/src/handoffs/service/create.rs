//! The three acts: to hand over, to escalate, to tell.
use super::{
    ITEMS_LIMIT, TEXT_LIMIT,
    parts::{Begun, Handoff, put},
};
use crate::{
    Cx, Error, Result, Tx, care_teams,
    handoffs::rules::WAITING,
    patients, people, policy,
    tasks::{
        self,
        rules::{Step, raised},
        service::parts::{legal, save},
    },
    text,
};
use chrono::{DateTime, SubsecRound, Utc};
use entity::{
    handoff::{self, HandoffKind},
    handoff_item,
    ids::{CareTeamId, PatientId, StaffId, TaskId},
    patient,
    task::{self, TaskPriority},
    task_history::TaskAction,
};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

/// What is said of the work: what is going on, what is ready and where that is seen, what is next and by when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    pub situation: String,
    pub ready: Option<String>,
    pub evidence: Option<String>,
    pub next: Option<String>,
    pub due_at: Option<DateTime<Utc>>,
}

impl Words {
    pub fn check(self) -> Result<Self> {
        Ok(Self {
            situation: text::required("input.situation", self.situation, TEXT_LIMIT)?,
            ready: text::optional("input.ready", self.ready, TEXT_LIMIT)?,
            evidence: text::optional("input.evidence", self.evidence, TEXT_LIMIT)?,
            next: text::optional("input.next", self.next, TEXT_LIMIT)?,
            due_at: self.due_at.map(|due| due.trunc_subsecs(6)),
        })
    }
}

pub struct NewHandoff {
    pub team: CareTeamId,
    /// None: whoever of the team is first.
    pub to: Option<StaffId>,
    pub tasks: Vec<TaskId>,
    pub patients: Vec<PatientId>,
    pub words: Words,
}

/// Hands one task over. It stays with its holder until it is acknowledged.
pub async fn transfer(cx: &Cx, task: TaskId, to: Option<StaffId>, words: Words) -> Result<Handoff> {
    let task = tasks::service::find(cx, task).await?;
    let team = task.care_team_id;
    hand_over(cx, "handoffs.transfer", team, to, words, vec![task], Vec::new()).await
}

/// Hands tasks and the coordination of patients over, of one team.
pub async fn create(cx: &Cx, new: NewHandoff) -> Result<Handoff> {
    let team = care_teams::service::find(cx, new.team).await?.id;
    cx.require(policy::may_create_task(cx.scope(), team), "hand over work of this team")?;
    let how_many = new.tasks.len() + new.patients.len();
    if !(1..=ITEMS_LIMIT).contains(&how_many) {
        return Err(Error::bad_input("input.taskIds", format!("name 1 to {ITEMS_LIMIT} tasks and patients")));
    }
    let mut work = Vec::with_capacity(new.tasks.len());
    for id in new.tasks {
        let task = tasks::service::find(cx, id).await?;
        if task.care_team_id != team {
            return Err(Error::bad_input("input.taskIds", "holds a task of another team"));
        }
        work.push(task);
    }
    let mut panel = Vec::with_capacity(new.patients.len());
    for id in new.patients {
        let patient = patients::service::find(cx, id).await?;
        if patient.care_team_id != Some(team) {
            return Err(Error::bad_input("input.patientIds", "holds a patient of another team"));
        }
        panel.push(patient);
    }
    hand_over(cx, "handoffs.create", team, new.to, new.words, work, panel).await
}

async fn hand_over(
    cx: &Cx,
    operation: &'static str,
    team: CareTeamId,
    to: Option<StaffId>,
    words: Words,
    work: Vec<task::Model>,
    panel: Vec<patient::Model>,
) -> Result<Handoff> {
    let words = words.check()?;
    let giver = cx.actor.staff.ok_or(Error::Forbidden("hand over work"))?;
    for task in &work {
        legal(task, Step::Release)?;
        cx.require(task.claimed_by == Some(giver), "hand over a task that somebody else holds")?;
    }
    let coordinates = |patient: &patient::Model| patient.coordinator_id == Some(giver);
    cx.require(panel.iter().all(coordinates), "hand over a patient whom somebody else coordinates")?;
    if let Some(to) = to {
        check_receiver(cx, giver, to, &work, &panel).await?;
    }

    let mut tx = cx.begin(operation).await?;
    if let Some(to) = to {
        require_member(&tx, team, to).await?;
    }
    let tasks = work.iter().map(|task| task.id).collect::<Vec<_>>();
    for task in lock_tasks(&tx, tasks.clone()).await? {
        if task.claimed_by != Some(giver) || !tasks::rules::is_open(task.status) {
            return Err(Error::Conflict("a task was changed meanwhile".into()));
        }
    }
    let patients = panel.iter().map(|patient| patient.id).collect::<Vec<_>>();
    refuse_second(&tx, &tasks, &patients).await?;
    let kind = HandoffKind::Transfer;
    let begun = Begun { team, kind, from: Some(giver), to, words: &words, tasks, patients };
    let handoff = put(&mut tx, begun).await?;
    tx.commit().await?;
    Ok(handoff)
}

/// Whether somebody else may have all of this.
pub async fn check_receiver(
    cx: &Cx,
    giver: StaffId,
    to: StaffId,
    work: &[task::Model],
    panel: &[patient::Model],
) -> Result<()> {
    const FIELD: &str = "input.toStaffId";
    if to == giver {
        return Err(Error::bad_input(FIELD, "is yourself"));
    }
    for task in work {
        tasks::service::check_holder(cx, FIELD, to, task.care_team_id, task.patient_id, &task.kind).await?;
    }
    for patient in panel {
        if !patients::protection::could_see(cx, to, patient, true).await? {
            return Err(Error::bad_input(FIELD, "may not see a patient who is handed over"));
        }
    }
    Ok(())
}

pub async fn require_member(tx: &Tx, team: CareTeamId, staff: StaffId) -> Result<()> {
    match care_teams::service::stays_member(tx, team, staff).await? {
        true => Ok(()),
        false => Err(Error::bad_input("input.toStaffId", "is not an active member of the care team")),
    }
}

/// Tasks as they are, and stay until the transaction ends, in the order in which everybody takes rows.
pub async fn lock_tasks(tx: &Tx, ids: Vec<TaskId>) -> Result<Vec<task::Model>> {
    let tasks = task::Entity::find()
        .filter(task::Column::OrganizationId.eq(tx.organization()))
        .filter(task::Column::Id.is_in(ids))
        .order_by_asc(task::Column::Id)
        .lock_exclusive();
    Ok(tasks.all(&**tx as &DatabaseTransaction).await?)
}

/// Work goes one way at a time.
async fn refuse_second(tx: &Tx, tasks: &[TaskId], patients: &[PatientId]) -> Result<()> {
    let work = being_handed_over(tx, tasks).await?;
    let waiting = handoff_item::Entity::find()
        .filter(handoff_item::Column::OrganizationId.eq(tx.organization()))
        .filter(handoff_item::Column::PatientId.is_in(patients.iter().copied()))
        .filter(handoff_item::Column::Moved.is_null())
        .filter(handoff_item::Column::HandoffId.in_subquery(waiting_transfers(tx)))
        .one(&**tx)
        .await?;
    if work.is_empty() && waiting.is_none() {
        return Ok(());
    }
    Err(Error::Conflict("it is being handed over already: redirect that, or take it back".into()))
}

/// Those of the tasks that wait for a receiver.
pub async fn being_handed_over(tx: &Tx, tasks: &[TaskId]) -> Result<Vec<TaskId>> {
    let items = handoff_item::Entity::find()
        .filter(handoff_item::Column::OrganizationId.eq(tx.organization()))
        .filter(handoff_item::Column::TaskId.is_in(tasks.iter().copied()))
        .filter(handoff_item::Column::Moved.is_null())
        .filter(handoff_item::Column::HandoffId.in_subquery(waiting_transfers(tx)))
        .all(&**tx)
        .await?;
    Ok(items.into_iter().filter_map(|item| item.task_id).collect())
}

pub fn waiting_transfers(tx: &Tx) -> sea_orm::sea_query::SelectStatement {
    let waiting = handoff::Entity::find()
        .select_only()
        .column(handoff::Column::Id)
        .filter(handoff::Column::OrganizationId.eq(tx.organization()))
        .filter(handoff::Column::Kind.eq(HandoffKind::Transfer))
        .filter(handoff::Column::State.is_in(WAITING));
    waiting.into_query()
}

/// Lets the managers of the team know, and raises the priority. The task stays with its holder.
pub async fn escalate(cx: &Cx, task: TaskId, reason: String, priority: Option<TaskPriority>) -> Result<Handoff> {
    let task = tasks::service::find(cx, task).await?;
    cx.require(policy::may_edit_task(cx.scope(), &task), "escalate this task")?;
    legal(&task, Step::Cancel)?;
    let situation = text::required("input.reason", reason, TEXT_LIMIT)?;
    let priority = priority.unwrap_or_else(|| raised(task.priority));
    if priority < task.priority {
        return Err(Error::bad_input("input.priority", "is lower than it is now"));
    }

    let mut tx = cx.begin("handoffs.escalate").await?;
    if priority != task.priority {
        let urgent = task::Model { priority, ..task.clone() };
        save(cx, &mut tx, &task, urgent, TaskAction::Edited, Some("escalated".to_owned())).await?;
    }
    let words = Words { situation, ..Words::default() };
    let handoff = put(&mut tx, about(cx, &task, HandoffKind::Escalation, None, &words)).await?;
    tx.commit().await?;
    Ok(handoff)
}

/// Tells somebody about a task. Nothing else changes.
pub async fn notify(cx: &Cx, task: TaskId, to: StaffId, message: String) -> Result<Handoff> {
    let task = tasks::service::find(cx, task).await?;
    cx.require(policy::may_edit_task(cx.scope(), &task), "tell somebody about this task")?;
    let situation = text::required("input.message", message, TEXT_LIMIT)?;
    let scope = people::sessions::staff_scope(&cx.db(), cx.organization(), to, cx.now()).await?;
    let sees = match scope {
        Some(scope) => {
            policy::visible_tasks(&scope).filter(task::Column::Id.eq(task.id)).one(&cx.db()).await?.is_some()
        }
        None => false,
    };
    if !sees {
        return Err(Error::bad_input("input.staffId", "does not see this task"));
    }

    let mut tx = cx.begin("handoffs.notify").await?;
    let words = Words { situation, ..Words::default() };
    let handoff = put(&mut tx, about(cx, &task, HandoffKind::Notice, Some(to), &words)).await?;
    tx.commit().await?;
    Ok(handoff)
}

fn about<'a>(cx: &Cx, task: &task::Model, kind: HandoffKind, to: Option<StaffId>, words: &'a Words) -> Begun<'a> {
    let (team, from) = (task.care_team_id, cx.actor.staff);
    Begun { team, kind, from, to, words, tasks: vec![task.id], patients: Vec::new() }
}

/// A word to somebody about work that was moved already, in the transaction that moved it.
pub async fn note(
    tx: &mut Tx,
    team: CareTeamId,
    to: StaffId,
    words: &Words,
    tasks: Vec<TaskId>,
    patients: Vec<PatientId>,
) -> Result<Handoff> {
    let (kind, from) = (HandoffKind::Notice, tx.actor().staff);
    put(tx, Begun { team, kind, from, to: Some(to), words, tasks, patients }).await
}
