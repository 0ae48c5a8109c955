//! What each member carried when each day began: written down by the sweep, shown over weeks.
use super::{rules::PartKind, service};
use crate::{
    App, Cx, Result, care_teams,
    policy::{Capacity, Teams},
};
use chrono::{Days, NaiveDate};
use entity::{care_team, ids::CareTeamId, load_snapshot, organization};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::OnConflict};
use std::{collections::BTreeSet, sync::Arc};

pub const MOST_WEEKS: i32 = 26;

/// A team's weeks, the oldest day first.
pub async fn of_team(cx: &Cx, team: &care_team::Model, weeks: i32) -> Result<Vec<load_snapshot::Model>> {
    let weeks = u64::try_from(weeks.clamp(1, MOST_WEEKS)).unwrap_or(1);
    let today = super::rules::today(&team.time_zone, cx.now());
    let rows = load_snapshot::Entity::find()
        .filter(load_snapshot::Column::OrganizationId.eq(cx.organization()))
        .filter(load_snapshot::Column::CareTeamId.eq(team.id))
        .filter(load_snapshot::Column::Date.gt(today - Days::new(7 * weeks)))
        .order_by_asc(load_snapshot::Column::Date)
        .order_by_asc(load_snapshot::Column::StaffId);
    Ok(rows.all(&cx.db()).await?)
}

/// Writes down the day that has begun, where nobody did yet. Harmless when two nodes do it at once.
pub async fn sweep(app: &Arc<App>) -> Result<()> {
    for organization in organization::Entity::find().all(app.db.common()).await? {
        let cx = Cx::system(app.clone(), organization.id);
        let known = known(&cx).await?;
        let teams = care_team::Entity::find().filter(care_team::Column::OrganizationId.eq(organization.id));
        for team in teams.all(&cx.db()).await? {
            let today = super::rules::today(&team.time_zone, cx.now());
            if !known.contains(&(team.id, today)) {
                write_down(&cx, &team, today).await?;
            }
        }
    }
    Ok(())
}

/// The days of late that have been written down.
async fn known(cx: &Cx) -> Result<BTreeSet<(CareTeamId, NaiveDate)>> {
    let rows = load_snapshot::Entity::find()
        .filter(load_snapshot::Column::OrganizationId.eq(cx.organization()))
        .filter(load_snapshot::Column::Date.gte(cx.now().date_naive() - Days::new(1)));
    Ok(rows.all(&cx.db()).await?.into_iter().map(|row| (row.care_team_id, row.date)).collect())
}

async fn write_down(cx: &Cx, team: &care_team::Model, today: NaiveDate) -> Result<()> {
    if care_teams::service::members(cx, team.id).await?.is_empty() {
        return Ok(());
    }
    // As a wall shows it: everybody who follows the team sees the same, and nothing of confidential patients.
    let mut as_shown = cx.clone();
    as_shown.actor.scope.capacity = Capacity::Display;
    as_shown.actor.scope.teams = Teams::Of(BTreeSet::from([team.id]));
    let load = service::of_team(&as_shown, team.id).await?;
    let rows = load.members.iter().map(|(staff, member)| load_snapshot::ActiveModel {
        organization_id: Set(cx.organization()),
        care_team_id: Set(team.id),
        date: Set(today),
        staff_id: Set(*staff),
        load: Set(member.weighted_load(&load.weights)),
        capacity: Set(member.effective),
        patients: Set(i32::try_from(member.patients()).unwrap_or(i32::MAX)),
        open_tasks: Set(i32::try_from(member.count(PartKind::OpenTasks)).unwrap_or(i32::MAX)),
    });
    let rows: Vec<_> = rows.collect();
    let tx = cx.begin("caseload.writeDown").await?;
    load_snapshot::Entity::insert_many(rows)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(&*tx)
        .await?;
    tx.commit().await
}
