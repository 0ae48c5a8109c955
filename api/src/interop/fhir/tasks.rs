//! Tasks that others sent: rows of the board.
use super::{
    SOURCE,
    batch::Entry,
    contact,
    judge::Judged,
    known,
    local::Local,
    mapped::Mapped,
    patients::{Homes, Plans},
    reference::Reference,
    resources,
    states::State,
    teams::Teams,
    work::TaskFacts,
};
use crate::{Cx, Result, Tx, care_teams, events::Change, tasks::rules, tasks::service};
use entity::{
    care_team, fhir_resource,
    ids::{CareTeamId, PatientId, StaffId, TaskHistoryId, TaskId},
    patient, staff,
    task::{self, DueState, TaskStatus},
    task_history::{self, TaskAction},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::Value;

pub struct Tasks<'a> {
    pub entries: &'a [Entry],
    pub states: &'a [State],
    pub judged: &'a [Judged],
    pub plans: &'a Plans,
    pub local: &'a Local,
    pub homes: &'a Homes,
}

pub async fn write(cx: &Cx, tx: &mut Tx, batch: &Tasks<'_>, teams: &mut Teams) -> Result<()> {
    for (index, entry) in batch.entries.iter().enumerate() {
        let Mapped::Task(facts) = &entry.mapped else { continue };
        if !batch.states[index].is_news() {
            continue;
        }
        let source = format!("{SOURCE} Task/{}", entry.key);
        let stored = task::Entity::find()
            .filter(task::Column::OrganizationId.eq(tx.organization()))
            .filter(task::Column::Source.eq(&source))
            .one(&**tx)
            .await?;
        match stored {
            Some(stored) => update(cx, tx, stored, facts).await?,
            None => {
                let patient = resources::owner(&batch.judged[index], batch.plans);
                let team = team(tx, patient, batch.homes, teams).await?;
                let holder = holder(tx, facts, batch, team).await?;
                create(cx, tx, facts, Place { source, patient, team, holder }).await?;
            }
        }
    }
    Ok(())
}

/// A patient's task belongs to the patient's team.
async fn team(tx: &mut Tx, patient: Option<PatientId>, homes: &Homes, teams: &mut Teams) -> Result<CareTeamId> {
    let Some(patient) = patient else { return teams.default(tx).await };
    if let Some(team) = homes.created.get(&patient) {
        return Ok(*team);
    }
    let row = patient::Entity::find_by_id((tx.organization(), patient)).one(&**tx).await?;
    match row.and_then(|row| row.care_team_id) {
        Some(team) => Ok(team),
        None => teams.default(tx).await,
    }
}

/// The owner, if they are on the team: known by the e-mail address of their Practitioner resource.
async fn holder(tx: &Tx, facts: &TaskFacts, batch: &Tasks<'_>, team: CareTeamId) -> Result<Option<StaffId>> {
    let (Some(owner), Some(_)) = (&facts.owner, facts.held) else { return Ok(None) };
    let here = batch.local.find(owner).first().map(|index| &batch.entries[*index].mapped);
    let emails = match (here, Reference::parse(owner)) {
        (Some(Mapped::Practitioner(emails)), _) => emails.clone(),
        (None, Reference::Literal { kind: "Practitioner", id }) => stored_emails(tx, id).await?,
        _ => return Ok(None),
    };
    let person = staff::Entity::find()
        .filter(staff::Column::OrganizationId.eq(tx.organization()))
        .filter(staff::Column::Email.is_in(emails))
        .one(&**tx)
        .await?;
    let team = care_team::Entity::find_by_id((tx.organization(), team)).one(&**tx).await?;
    let (Some(person), Some(team)) = (person, team) else { return Ok(None) };
    let member = care_teams::service::is_member(&**tx, &team, person.id).await?;
    Ok(Some(person.id).filter(|_| member))
}

async fn stored_emails(tx: &Tx, id: &str) -> Result<Vec<String>> {
    let found = known::resources(tx, "Practitioner", vec![id.to_owned()]).await?;
    let Some(found) = found.first() else { return Ok(Vec::new()) };
    let row = fhir_resource::Entity::find_by_id((tx.organization(), found.id)).one(&**tx).await?;
    let value: Option<Value> = row.and_then(|row| serde_json::from_str(&row.content).ok());
    Ok(value.and_then(|value| contact::emails(&value).ok()).unwrap_or_default())
}

struct Place {
    source: String,
    patient: Option<PatientId>,
    team: CareTeamId,
    holder: Option<StaffId>,
}

async fn create(cx: &Cx, tx: &mut Tx, facts: &TaskFacts, place: Place) -> Result<()> {
    let held = facts.held.filter(|_| place.holder.is_some());
    let status = held.unwrap_or(facts.status);
    let done = (status == TaskStatus::Completed).then(|| facts.completed_at.unwrap_or(tx.at));
    let mut task = task::Model {
        organization_id: tx.organization(),
        id: TaskId::generate(),
        version: 1,
        care_team_id: place.team,
        patient_id: place.patient,
        kind: facts.kind.clone(),
        title: facts.title.clone(),
        instructions: facts.instructions.clone(),
        status,
        status_since: tx.at,
        status_reason: facts.reason.clone(),
        priority: facts.priority,
        due_at: None,
        urgency_at: tx.at,
        due_state: DueState::NotDue,
        claimed_by: place.holder.filter(|_| held.is_some()),
        claimed_at: held.map(|_| tx.at),
        lease_until: None,
        lease_warning_at: None,
        turns_at: None,
        completed_at: done,
        completed_by: None,
        source: Some(place.source),
        created_by: None,
        created_at: tx.at,
    };
    service::parts::renew(cx, &mut task, tx.at);
    set_due(cx, tx, &mut task, facts);
    task.turns_at = rules::turns_at(&task, cx.app.config.due_lead);
    let task = task.into_active_model().reset_all().insert(&**tx).await?;
    let created = task_history::ActiveModel {
        organization_id: Set(tx.organization()),
        id: Set(TaskHistoryId::generate()),
        task_id: Set(task.id),
        patient_id: Set(task.patient_id),
        at: Set(tx.at),
        action: Set(TaskAction::Created),
        status: Set(task.status),
        actor_id: Set(None),
        holder_id: Set(task.claimed_by),
        reason: Set(None),
    };
    created.insert(&**tx).await?;
    tx.emit(Change::task(&task, task.care_team_id));
    Ok(())
}

/// The sender's words are taken over, and that the work is over; who is at it here, and how far, is the team's.
async fn update(cx: &Cx, tx: &mut Tx, stored: task::Model, facts: &TaskFacts) -> Result<()> {
    if !rules::is_open(stored.status) {
        return Ok(());
    }
    let mut next = stored.clone();
    next.kind.clone_from(&facts.kind);
    next.title.clone_from(&facts.title);
    next.instructions.clone_from(&facts.instructions);
    next.priority = facts.priority;
    set_due(cx, tx, &mut next, facts);
    let mut action = TaskAction::Edited;
    if !rules::is_open(facts.status) {
        action = match facts.status {
            TaskStatus::Completed => TaskAction::Completed,
            TaskStatus::Failed => TaskAction::Failed,
            TaskStatus::EnteredInError => TaskAction::EnteredInError,
            _ => TaskAction::Cancelled,
        };
        service::parts::set_status(&mut next, facts.status, facts.reason.clone(), tx.at);
        next.completed_at = (facts.status == TaskStatus::Completed).then(|| facts.completed_at.unwrap_or(tx.at));
    }
    if next != stored {
        service::parts::save(cx, tx, &stored, next, action, Some(SOURCE.to_owned())).await?;
    }
    Ok(())
}

fn set_due(cx: &Cx, tx: &Tx, task: &mut task::Model, facts: &TaskFacts) {
    task.due_at = facts.due_at;
    task.urgency_at = rules::urgency_at(facts.due_at);
    task.due_state = rules::due_state(facts.due_at, cx.app.config.due_lead, tx.at);
}
