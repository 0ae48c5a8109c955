//! The signed record of a huddle: evidence that a team meets about its patients (NCQA PCMH, TC 06). It is canonical JSON
//! with its SHA-256, written once. Who has to correct something adds to it, by name.
use super::{facts::reasons, rules, service, words};
use crate::{Cx, Error, Result, Tx, audit::chain::to_hex, patients, policy, tasks, text};
use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    audit_entry::AuditKind,
    care_team, huddle,
    huddle::HuddleSlot,
    huddle_addendum, huddle_attendance, huddle_decision, huddle_item,
    huddle_item::HuddleItemState,
    huddle_record,
    ids::{HuddleAddendumId, HuddleId, PatientId, StaffId, TaskId},
    staff, task,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

pub const EVIDENCE: &str = "NCQA TC 06";
const TEXT_LIMIT: usize = 2_000;

/// What is signed. Patients stand in it by id only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Body {
    pub evidence: String,
    pub huddle: String,
    pub care_team: Named,
    pub time_zone: String,
    pub date: NaiveDate,
    pub slot: String,
    pub facilitator: Option<Named>,
    pub started_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub seconds: i64,
    pub attendance: Vec<Named>,
    pub items: Vec<Item>,
    pub signed_by: Named,
    pub signed_at: DateTime<Utc>,
}

/// Somebody by the name that they had then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Named {
    pub id: String,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    pub patient: Option<String>,
    pub task: Option<String>,
    pub reasons: Vec<rules::Reason>,
    pub words: Vec<String>,
    pub state: String,
    pub settled_at: Option<DateTime<Utc>>,
    pub seconds: i32,
    pub note: Option<String>,
    pub rolled_over_from: Option<NaiveDate>,
    pub decisions: Vec<Decision>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    pub task: String,
    pub kind: String,
    pub title: String,
    pub owner: Named,
    pub due_at: DateTime<Utc>,
}

/// A record as somebody may read it.
pub struct Shown {
    pub row: huddle_record::Model,
    pub body: Body,
    pub addenda: Vec<huddle_addendum::Model>,
    pub verified: bool,
}

pub async fn find(db: &impl ConnectionTrait, huddle: &huddle::Model) -> Result<Option<huddle_record::Model>> {
    Ok(huddle_record::Entity::find_by_id((huddle.organization_id, huddle.id)).one(db).await?)
}

/// Signs what the huddle has been, for somebody, at a moment.
pub async fn sign(
    tx: &mut Tx,
    huddle: &huddle::Model,
    (by, at): (StaffId, DateTime<Utc>),
    patients: Vec<PatientId>,
) -> Result<()> {
    let body = body(tx, huddle, (by, at)).await?;
    let mut body = serde_json::to_value(body)?;
    body.sort_all_objects();
    let body = body.to_string();
    let sha256 = digest(&[&body]);
    let row = huddle_record::Model {
        organization_id: huddle.organization_id,
        huddle_id: huddle.id,
        body,
        sha256: sha256.clone(),
        signed_by: by,
        signed_at: at,
    };
    row.into_active_model().reset_all().insert(&**tx).await?;
    // The chain of the audit record holds the digest as well.
    tx.note(AuditKind::Write, Some(("huddle-record", huddle.id.0)), patients);
    tx.note_detail(("huddle-record", huddle.id.0), json!({ "sha256": [null, sha256] }));
    Ok(())
}

async fn body(tx: &Tx, huddle: &huddle::Model, (by, at): (StaffId, DateTime<Utc>)) -> Result<Body> {
    let organization = huddle.organization_id;
    let team = care_team::Entity::find_by_id((organization, huddle.care_team_id)).one(&**tx).await?;
    let team = team.ok_or(Error::NotFound("care team"))?;
    let items = service::parts::items(&**tx, huddle).await?;
    let there = huddle_attendance::Entity::find()
        .filter(huddle_attendance::Column::OrganizationId.eq(organization))
        .filter(huddle_attendance::Column::HuddleId.eq(huddle.id))
        .order_by_asc(huddle_attendance::Column::At)
        .order_by_asc(huddle_attendance::Column::StaffId)
        .all(&**tx)
        .await?;
    let decided = huddle_decision::Entity::find()
        .filter(huddle_decision::Column::OrganizationId.eq(organization))
        .filter(huddle_decision::Column::HuddleId.eq(huddle.id))
        .order_by_asc(huddle_decision::Column::TaskId)
        .all(&**tx)
        .await?;
    let work = task::Entity::find()
        .filter(task::Column::OrganizationId.eq(organization))
        .filter(task::Column::Id.is_in(decided.iter().map(|decision| decision.task_id)))
        .all(&**tx)
        .await?;
    let named = there.iter().map(|row| row.staff_id).chain(decided.iter().map(|decision| decision.owner_id));
    let named: BTreeSet<StaffId> = named.chain(huddle.facilitator_id).chain([by]).collect();
    let people = staff::Entity::find()
        .filter(staff::Column::OrganizationId.eq(organization))
        .filter(staff::Column::Id.is_in(named))
        .all(&**tx)
        .await?;
    let people: BTreeMap<StaffId, String> = people.into_iter().map(|person| (person.id, person.display_name)).collect();
    let name = |id: StaffId| Named { id: id.to_string(), name: people.get(&id).cloned().unwrap_or_default() };

    let decisions = |item: &huddle_item::Model| {
        let of_item = decided.iter().filter(|decision| decision.item_id == item.id);
        let told = of_item.filter_map(|decision| {
            let task = work.iter().find(|task| task.id == decision.task_id)?;
            Some(Decision {
                task: task.id.to_string(),
                kind: task.kind.clone(),
                title: task.title.clone(),
                owner: name(decision.owner_id),
                due_at: decision.due_at,
            })
        });
        told.collect()
    };
    let mut told = Vec::with_capacity(items.len());
    for item in &items {
        let reasons = reasons(item)?;
        told.push(Item {
            patient: item.patient_id.map(|id| id.to_string()),
            task: item.task_id.map(|id| id.to_string()),
            words: reasons.iter().map(words::reason).collect(),
            reasons,
            state: state_word(item.state).to_owned(),
            settled_at: item.settled_at,
            seconds: item.seconds,
            note: item.note.clone(),
            rolled_over_from: item.rolled_from,
            decisions: decisions(item),
        });
    }
    let length = huddle.started_at.zip(huddle.ended_at).map(|(from, to)| (to - from).num_seconds());
    Ok(Body {
        evidence: EVIDENCE.to_owned(),
        huddle: huddle.id.to_string(),
        care_team: Named { id: team.id.to_string(), name: team.name },
        time_zone: team.time_zone,
        date: huddle.date,
        slot: if huddle.slot == HuddleSlot::Am { "AM" } else { "PM" }.to_owned(),
        facilitator: huddle.facilitator_id.map(name),
        started_at: huddle.started_at,
        ended_at: huddle.ended_at,
        seconds: length.unwrap_or_default(),
        attendance: there.iter().map(|row| name(row.staff_id)).collect(),
        items: told,
        signed_by: name(by),
        signed_at: at,
    })
}

/// The record as the actor may read it: what is about somebody whom they do not see is left out. None where there is
/// none, or none for them.
pub async fn shown(cx: &Cx, huddle: &huddle::Model) -> Result<Option<Shown>> {
    if !policy::may_read_huddle_notes(cx.scope(), huddle.care_team_id) {
        return Ok(None);
    }
    let Some(row) = find(&cx.db(), huddle).await? else { return Ok(None) };
    let addenda = addenda(&cx.db(), huddle).await?;
    let mut body: Body = serde_json::from_str(&row.body)?;
    let verified = is_genuine(&row, &body, &addenda);
    let named = body.items.iter().filter_map(|item| item.patient.as_deref()?.parse().ok()).collect();
    let patients: BTreeSet<PatientId> =
        patients::service::find_many(cx, named).await?.into_iter().map(|patient| patient.id).collect();
    let named = body.items.iter().filter_map(|item| item.task.as_deref()?.parse().ok()).collect();
    let work: BTreeSet<TaskId> = tasks::service::find_many(cx, named).await?.into_iter().map(|task| task.id).collect();
    body.items.retain(|item| match (&item.patient, &item.task) {
        (Some(patient), _) => patient.parse().is_ok_and(|id| patients.contains(&id)),
        (None, Some(task)) => task.parse().is_ok_and(|id| work.contains(&id)),
        (None, None) => false,
    });
    Ok(Some(Shown { row, body, addenda, verified }))
}

async fn addenda(db: &impl ConnectionTrait, huddle: &huddle::Model) -> Result<Vec<huddle_addendum::Model>> {
    let addenda = huddle_addendum::Entity::find()
        .filter(huddle_addendum::Column::OrganizationId.eq(huddle.organization_id))
        .filter(huddle_addendum::Column::HuddleId.eq(huddle.id))
        .order_by_asc(huddle_addendum::Column::Id);
    Ok(addenda.all(db).await?)
}

/// Whether nothing of it was changed since it was signed.
fn is_genuine(row: &huddle_record::Model, body: &Body, addenda: &[huddle_addendum::Model]) -> bool {
    let mut last = digest(&[&row.body]);
    let signed = last == row.sha256
        && body.huddle == row.huddle_id.to_string()
        && body.signed_by.id == row.signed_by.to_string()
        && body.signed_at == row.signed_at;
    let chained = addenda.iter().all(|addendum| {
        last = addendum_digest(&last, addendum);
        last == addendum.sha256
    });
    signed && chained
}

/// Adds to a signed record, by name. What was signed stays as it is.
pub async fn add(cx: &Cx, id: HuddleId, addition: String) -> Result<huddle::Model> {
    let huddle = service::find(cx, id).await?;
    cx.require(policy::may_lead_huddle(cx.scope(), huddle.care_team_id), "add to the record of this huddle")?;
    cx.require(cx.actor.display.is_none(), "add to the record of a huddle through a wall display")?;
    let author_id = cx.actor.staff.ok_or(Error::Forbidden("add to the record of a huddle"))?;
    let addition = text::required("input.text", addition, TEXT_LIMIT)?;
    let mut tx = cx.begin("huddles.addAddendum").await?;
    let locked = service::parts::lock(&tx, id).await?;
    let Some(record) = find(&*tx, &locked).await? else {
        return Err(Error::Conflict("the huddle has no signed record".to_owned()));
    };
    let last = addenda(&*tx, &locked).await?.pop().map_or(record.sha256, |last| last.sha256);
    let mut row = huddle_addendum::Model {
        organization_id: huddle.organization_id,
        id: HuddleAddendumId::generate(),
        huddle_id: id,
        author_id,
        at: tx.at,
        text: addition,
        sha256: String::new(),
    };
    row.sha256 = addendum_digest(&last, &row);
    row.into_active_model().reset_all().insert(&*tx).await?;
    let huddle = service::parts::save(&mut tx, locked).await?;
    tx.commit().await?;
    Ok(huddle)
}

fn addendum_digest(last: &str, row: &huddle_addendum::Model) -> String {
    let (author, at) = (row.author_id.to_string(), row.at.timestamp_micros().to_string());
    digest(&[last, &author, &at, &row.text])
}

/// Parts with their lengths, so that none can be moved into another.
fn digest(parts: &[&str]) -> String {
    let mut digest = Sha256::new();
    if let [whole] = parts {
        digest.update(whole);
        return to_hex(&digest.finalize());
    }
    for part in parts {
        digest.update(part.len().to_be_bytes());
        digest.update(part);
    }
    to_hex(&digest.finalize())
}

pub fn state_word(state: HuddleItemState) -> &'static str {
    match state {
        HuddleItemState::Open => "OPEN",
        HuddleItemState::Discussed => "DISCUSSED",
        HuddleItemState::Deferred => "DEFERRED",
        HuddleItemState::Absent => "ABSENT",
    }
}

pub fn state_of(word: &str) -> HuddleItemState {
    match word {
        "DISCUSSED" => HuddleItemState::Discussed,
        "DEFERRED" => HuddleItemState::Deferred,
        "ABSENT" => HuddleItemState::Absent,
        _ => HuddleItemState::Open,
    }
}
