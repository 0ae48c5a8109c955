//! How a team holds its huddles.
use crate::{Cx, Error, Result, care_teams, policy};
use entity::{care_team, huddle_setting, ids::CareTeamId};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, sea_query::OnConflict};
use serde_json::json;

/// What may be changed; `None` leaves it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Change {
    pub length_minutes: Option<i32>,
    pub highest_touch_days: Option<i32>,
    pub high_touch_days: Option<i32>,
    pub rising_touch_days: Option<i32>,
    pub low_touch_days: Option<i32>,
}

/// As they were set, or what is usual: ten minutes; a touch each week, two weeks, month and quarter.
pub async fn of(cx: &Cx, team: CareTeamId) -> Result<huddle_setting::Model> {
    let set = huddle_setting::Entity::find_by_id((cx.organization(), team)).one(&cx.db()).await?;
    Ok(set.unwrap_or_else(|| huddle_setting::Model {
        organization_id: cx.organization(),
        care_team_id: team,
        length_minutes: 10,
        highest_touch_days: 7,
        high_touch_days: 14,
        rising_touch_days: 30,
        low_touch_days: 90,
    }))
}

pub async fn set(cx: &Cx, team: CareTeamId, change: Change) -> Result<care_team::Model> {
    let team = care_teams::service::find(cx, team).await?;
    cx.require(policy::may_manage_team(cx.scope(), team.id), "change how this team holds its huddles")?;
    cx.require_recent()?;
    let before = of(cx, team.id).await?;
    let mut next = before.clone();
    let fields = [
        ("lengthMinutes", change.length_minutes, &mut next.length_minutes, 5..=20),
        ("highestTouchDays", change.highest_touch_days, &mut next.highest_touch_days, 1..=365),
        ("highTouchDays", change.high_touch_days, &mut next.high_touch_days, 1..=365),
        ("risingTouchDays", change.rising_touch_days, &mut next.rising_touch_days, 1..=365),
        ("lowTouchDays", change.low_touch_days, &mut next.low_touch_days, 1..=365),
    ];
    let mut detail = serde_json::Map::new();
    for (name, wanted, field, range) in fields {
        let Some(wanted) = wanted else { continue };
        if !range.contains(&wanted) {
            let message = format!("must be between {} and {}", range.start(), range.end());
            return Err(Error::bad_input(format!("input.{name}"), message));
        }
        detail.insert(name.to_owned(), json!([*field, wanted]));
        *field = wanted;
    }

    let mut tx = cx.begin("huddles.setSettings").await?;
    use huddle_setting::Column::{
        CareTeamId, HighTouchDays, HighestTouchDays, LengthMinutes, LowTouchDays, OrganizationId, RisingTouchDays,
    };
    let renewed = OnConflict::columns([OrganizationId, CareTeamId])
        .update_columns([LengthMinutes, HighestTouchDays, HighTouchDays, RisingTouchDays, LowTouchDays])
        .to_owned();
    huddle_setting::Entity::insert(next.into_active_model().reset_all())
        .on_conflict(renewed)
        .exec_without_returning(&*tx)
        .await?;
    let team = care_teams::service::announce(&mut tx, team.id).await?;
    tx.note_detail(("care-team", team.id.0), detail.into());
    tx.commit().await?;
    Ok(team)
}
