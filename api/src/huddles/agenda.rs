//! Brings the stored agenda in line with the facts. Idempotent: where nothing changed, nothing is written.
use super::{
    facts::{self, gather, subject},
    rules::{self, Agenda, Entry, Subject},
    service::{parts, settings},
};
use crate::{Cx, Result, care_teams};
use entity::{
    huddle,
    huddle::HuddleState,
    huddle_decision, huddle_item,
    huddle_item::HuddleItemState,
    ids::{HuddleItemId, TaskId},
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, ModelTrait, QueryFilter, QuerySelect};
use std::collections::{BTreeMap, BTreeSet};

/// The huddle with the agenda of now. `cx` is the program's own: an agenda is the whole team's.
pub async fn refresh(cx: &Cx, huddle: huddle::Model) -> Result<huddle::Model> {
    if !is_open(huddle.state) {
        return Ok(huddle);
    }
    let team = care_teams::service::find_in_organization(cx, huddle.care_team_id).await?;
    let settings = settings::of(cx, team.id).await?;
    let items = parts::items(&cx.db(), &huddle).await?;
    let facts = gather(cx, &team, &huddle, &settings, &items).await?;
    let agenda = rules::agenda(facts.facts, facts.carried, &facts.talked);
    let decided = self::decided(&cx.db(), &huddle).await?;
    if changes(&huddle, &items, &decided, &agenda)?.is_empty() && huddle.left_out == agenda.left_out {
        return Ok(huddle);
    }

    let mut tx = cx.begin("huddles.agenda").await?;
    // From here on nobody else changes it. What they did meanwhile is taken into account; what is new comes next time.
    let mut locked = parts::lock(&tx, huddle.id).await?;
    if !is_open(locked.state) {
        return Ok(locked);
    }
    let items = parts::items(&*tx, &locked).await?;
    let decided = self::decided(&*tx, &locked).await?;
    let changes = changes(&locked, &items, &decided, &agenda)?;
    if changes.is_empty() && locked.left_out == agenda.left_out {
        return Ok(huddle);
    }
    for change in changes {
        match change {
            Change::Add(item) => {
                item.into_active_model().reset_all().insert(&*tx).await?;
            }
            Change::Put(mut item) => {
                item.version += 1;
                item.into_active_model().reset_all().update(&*tx).await?;
            }
            Change::Drop(item) => {
                item.delete(&*tx).await?;
            }
        }
    }
    locked.left_out = agenda.left_out;
    let huddle = parts::save(&mut tx, locked).await?;
    tx.commit().await?;
    Ok(huddle)
}

pub fn is_open(state: HuddleState) -> bool {
    matches!(state, HuddleState::Planned | HuddleState::Running)
}

#[derive(Clone, Debug)]
enum Change {
    Add(huddle_item::Model),
    Put(huddle_item::Model),
    Drop(huddle_item::Model),
}

/// What has to be written so that the items are as the agenda says. What was settled or begun stays as it is.
fn changes(
    huddle: &huddle::Model,
    items: &[huddle_item::Model],
    decided: &BTreeSet<HuddleItemId>,
    agenda: &Agenda,
) -> Result<Vec<Change>> {
    let mut wanted: BTreeMap<Subject, &Entry> = agenda.entries.iter().map(|entry| (entry.subject, entry)).collect();
    let mut changes = Vec::new();
    let mut stay = Vec::new();
    for item in items {
        let entry = subject(item).and_then(|subject| wanted.remove(&subject));
        let mut next = item.clone();
        match entry {
            Some(entry) if item.state == HuddleItemState::Open => {
                next.reasons = serde_json::to_value(&entry.reasons)?;
                next.rolled_from = entry.rolled_from;
            }
            None if is_untouched(huddle, item) && !decided.contains(&item.id) => {
                changes.push(Change::Drop(item.clone()));
                continue;
            }
            _ => {}
        }
        stay.push((Some(item), next));
    }
    for entry in wanted.into_values() {
        stay.push((None, new_item(huddle, entry)?));
    }
    let mut keyed = Vec::with_capacity(stay.len());
    for (before, next) in stay {
        let subject = subject(&next).unwrap_or(Subject::Task(TaskId(next.id.0)));
        keyed.push((rules::key(subject, &facts::reasons(&next)?), before, next));
    }
    keyed.sort_by_key(|(key, ..)| *key);
    for (rank, (_, before, mut next)) in (1..).zip(keyed) {
        next.rank = rank;
        match before {
            None => changes.push(Change::Add(next)),
            Some(before) if *before != next => changes.push(Change::Put(next)),
            Some(_) => {}
        }
    }
    Ok(changes)
}

/// Nobody spoke about it or wrote anything to it, and it is not what is spoken about now.
fn is_untouched(huddle: &huddle::Model, item: &huddle_item::Model) -> bool {
    item.state == HuddleItemState::Open
        && item.seconds == 0
        && item.note.is_none()
        && item.added_by.is_none()
        && huddle.current_item_id != Some(item.id)
}

fn new_item(huddle: &huddle::Model, entry: &Entry) -> Result<huddle_item::Model> {
    let (patient_id, task_id) = match entry.subject {
        Subject::Patient(patient) => (Some(patient), None),
        Subject::Task(task) => (None, Some(task)),
    };
    Ok(huddle_item::Model {
        organization_id: huddle.organization_id,
        id: HuddleItemId::generate(),
        huddle_id: huddle.id,
        version: 1,
        patient_id,
        task_id,
        reasons: serde_json::to_value(&entry.reasons)?,
        rank: 0,
        state: HuddleItemState::Open,
        settled_at: None,
        settled_by: None,
        seconds: 0,
        note: None,
        added_by: None,
        rolled_from: entry.rolled_from,
    })
}

async fn decided(db: &impl sea_orm::ConnectionTrait, huddle: &huddle::Model) -> Result<BTreeSet<HuddleItemId>> {
    let decided = huddle_decision::Entity::find()
        .select_only()
        .column(huddle_decision::Column::ItemId)
        .filter(huddle_decision::Column::OrganizationId.eq(huddle.organization_id))
        .filter(huddle_decision::Column::HuddleId.eq(huddle.id));
    Ok(decided.into_tuple().all(db).await?.into_iter().collect())
}
