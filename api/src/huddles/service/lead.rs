//! The huddle as a whole: opened, started, led, and ended.
use super::parts::{self, lock, require_lead, require_open, require_running, save, turn_to};
use super::{reads::find, settings};
use crate::{
    Cx, Error, Result, care_teams,
    events::Change,
    huddles::{agenda, record, rules, time},
    policy,
};
use chrono_tz::Tz;
use entity::{
    huddle,
    huddle::{HuddleSlot, HuddleState},
    huddle_attendance,
    huddle_item::HuddleItemState,
    ids::{CareTeamId, HuddleId, HuddleItemId, StaffId},
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::OnConflict};

/// Today's huddle of that part of the day, made where there is none yet.
pub async fn open(cx: &Cx, team: CareTeamId, slot: Option<HuddleSlot>) -> Result<huddle::Model> {
    let team = care_teams::service::find(cx, team).await?;
    cx.require(policy::may_lead_huddle(cx.scope(), team.id), "open the huddle of this team")?;
    let (date, now) = rules::now_is(cx.now(), team.time_zone.parse().unwrap_or(Tz::UTC));
    let slot = slot.unwrap_or(now);
    let that_one = || {
        huddle::Entity::find()
            .filter(huddle::Column::OrganizationId.eq(cx.organization()))
            .filter(huddle::Column::CareTeamId.eq(team.id))
            .filter(huddle::Column::Date.eq(date))
            .filter(huddle::Column::Slot.eq(slot))
    };
    if let Some(known) = that_one().one(&cx.db()).await? {
        return Ok(known);
    }

    // What is over by now makes room, and hands on what was left of it.
    let system = Cx::system(cx.app.clone(), cx.organization());
    time::close_before(&system, &team, (date, slot)).await?;
    let length_minutes = settings::of(cx, team.id).await?.length_minutes;
    let mut tx = cx.begin("huddles.open").await?;
    let made = huddle::Model {
        organization_id: cx.organization(),
        id: HuddleId::generate(),
        version: 1,
        care_team_id: team.id,
        date,
        slot,
        state: HuddleState::Planned,
        facilitator_id: None,
        started_at: None,
        ended_at: None,
        length_minutes,
        current_item_id: None,
        current_since: None,
        left_out: 0,
        created_at: tx.at,
    };
    let stored = huddle::Entity::insert(made.clone().into_active_model().reset_all())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(&*tx)
        .await?;
    if stored == 0 {
        drop(tx);
        // Somebody opened it in the same moment.
        let known = that_one().one(&cx.out_of_snapshot().db()).await?;
        return known.ok_or_else(|| Error::Conflict("the huddle is being opened, try again".into()));
    }
    tx.emit(Change::huddle(&made));
    tx.commit().await?;
    agenda::refresh(&system, made).await
}

/// Begins, and leads. Of two who begin at once one does, and the other is answered what is.
pub async fn start(cx: &Cx, id: HuddleId) -> Result<huddle::Model> {
    let huddle = find(cx, id).await?;
    require_lead(cx, &huddle)?;
    let staff = cx.actor.staff.ok_or(Error::Forbidden("lead a huddle"))?;
    let huddle = agenda::refresh(&Cx::system(cx.app.clone(), cx.organization()), huddle).await?;

    let length_minutes = settings::of(cx, huddle.care_team_id).await?.length_minutes;

    let mut tx = cx.begin("huddles.start").await?;
    let mut locked = lock(&tx, huddle.id).await?;
    match locked.state {
        HuddleState::Planned => {}
        HuddleState::Running => {
            drop(tx);
            return find(cx, id).await;
        }
        HuddleState::Ended | HuddleState::Missed => return require_open(&locked).map(|()| locked),
    }
    locked.state = HuddleState::Running;
    locked.started_at = Some(tx.at);
    locked.facilitator_id = Some(staff);
    locked.length_minutes = length_minutes;
    let items = parts::items(&*tx, &locked).await?;
    turn_to(&tx, &mut locked, parts::next_open(&items, None)).await?;
    present(&tx, &locked, staff).await?;
    let huddle = save(&mut tx, locked).await?;
    tx.commit().await?;
    Ok(huddle)
}

/// Leads from now on.
pub async fn take_lead(cx: &Cx, id: HuddleId) -> Result<huddle::Model> {
    let huddle = find(cx, id).await?;
    require_lead(cx, &huddle)?;
    let staff = cx.actor.staff.ok_or(Error::Forbidden("lead a huddle"))?;
    let mut tx = cx.begin("huddles.takeLead").await?;
    let mut locked = lock(&tx, id).await?;
    require_running(&locked)?;
    locked.facilitator_id = Some(staff);
    present(&tx, &locked, staff).await?;
    let huddle = save(&mut tx, locked).await?;
    tx.commit().await?;
    Ok(huddle)
}

/// Speaks about this item now, or about the next open one.
pub async fn move_to(cx: &Cx, id: HuddleId, item: Option<HuddleItemId>) -> Result<huddle::Model> {
    let huddle = find(cx, id).await?;
    require_lead(cx, &huddle)?;
    if let Some(item) = item {
        let (of, _) = super::reads::find_item(cx, item).await?;
        if of.id != id {
            return Err(Error::bad_input("input.itemId", "is not on the agenda of this huddle"));
        }
    }
    let mut tx = cx.begin("huddles.move").await?;
    let mut locked = lock(&tx, id).await?;
    require_running(&locked)?;
    let items = parts::items(&*tx, &locked).await?;
    let next = match item {
        Some(item) if items.iter().any(|one| one.id == item) => Some(item),
        Some(_) => return Err(Error::NotFound("huddle item")),
        None => parts::next_open(&items, locked.current_item_id),
    };
    turn_to(&tx, &mut locked, next).await?;
    let huddle = save(&mut tx, locked).await?;
    tx.commit().await?;
    Ok(huddle)
}

/// Notes who is there.
pub async fn attend(cx: &Cx, id: HuddleId, staff: StaffId, is_there: bool) -> Result<huddle::Model> {
    let huddle = find(cx, id).await?;
    require_lead(cx, &huddle)?;
    let person = crate::people::service::find(cx, staff).await?;
    if is_there && !person.active {
        return Err(Error::bad_input("input.staffId", "does not work here any more"));
    }
    let mut tx = cx.begin("huddles.attend").await?;
    let locked = lock(&tx, id).await?;
    require_open(&locked)?;
    if is_there {
        present(&tx, &locked, staff).await?;
    } else {
        huddle_attendance::Entity::delete_by_id((locked.organization_id, id, staff)).exec(&*tx).await?;
    }
    let huddle = save(&mut tx, locked).await?;
    tx.commit().await?;
    Ok(huddle)
}

async fn present(tx: &crate::Tx, huddle: &huddle::Model, staff: StaffId) -> Result<()> {
    let row = huddle_attendance::Model {
        organization_id: huddle.organization_id,
        huddle_id: huddle.id,
        staff_id: staff,
        at: tx.at,
    };
    huddle_attendance::Entity::insert(row.into_active_model().reset_all())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Ends the huddle and signs its record; one that ended by itself is signed afterwards. What is open goes to the next one.
pub async fn end(cx: &Cx, id: HuddleId) -> Result<huddle::Model> {
    let huddle = find(cx, id).await?;
    require_lead(cx, &huddle)?;
    // A signature is a person's own, from their own session.
    cx.require(cx.actor.display.is_none(), "sign the record of a huddle through a wall display")?;
    let staff = cx.actor.staff.ok_or(Error::Forbidden("sign the record of a huddle"))?;
    let mut tx = cx.begin("huddles.end").await?;
    let mut locked = lock(&tx, id).await?;
    match locked.state {
        HuddleState::Running => {
            turn_to(&tx, &mut locked, None).await?;
            locked.state = HuddleState::Ended;
            locked.ended_at = Some(tx.at);
        }
        HuddleState::Ended if record::find(&*tx, &locked).await?.is_none() => {}
        HuddleState::Ended => {
            drop(tx);
            return find(cx, id).await;
        }
        HuddleState::Planned | HuddleState::Missed => return require_running(&locked).map(|()| locked),
    }
    let patients = parts::items(&*tx, &locked).await?;
    let patients = patients.into_iter().filter(|item| item.state != HuddleItemState::Open);
    let patients = patients.filter_map(|item| item.patient_id).collect();
    let now = tx.at;
    record::sign(&mut tx, &locked, (staff, now), patients).await?;
    let huddle = save(&mut tx, locked).await?;
    tx.commit().await?;
    Ok(huddle)
}
