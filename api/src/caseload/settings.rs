//! What patients and work weigh in a practice: numbers that its managers set, or the program's own.
use super::rules::{Weights, hundredths};
use crate::{Cx, Error, Result, care_teams, patients, policy};
use entity::{audit_entry::AuditKind, care_team, caseload_settings, staff::StaffRole};
use sea_orm::{
    ActiveEnum, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    sea_query::OnConflict,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const MOST: f64 = 100.0;
const LARGEST_CAPACITY: f64 = 10_000.0;

/// With the version, which is zero where nobody changed anything.
pub async fn current(cx: &Cx) -> Result<(Weights, i32)> {
    let row = caseload_settings::Entity::find_by_id(cx.organization()).one(&cx.db()).await?;
    Ok(row.map_or_else(|| (Weights::default(), 0), |row| (read(&row.settings), row.version)))
}

/// For people and programs; a screen on the wall needs only what comes of them.
pub async fn shown(cx: &Cx) -> Result<(Weights, i32)> {
    cx.require(policy::may_know_names(cx.scope()), "see how caseloads are weighed")?;
    current(cx).await
}

pub async fn set(cx: &Cx, weights: Weights, expected_version: i32) -> Result<()> {
    cx.require(policy::may_set_caseload(cx.scope()), "set how caseloads are weighed")?;
    cx.require_recent()?;
    check(&weights)?;
    let (_, version) = current(cx).await?;
    patients::service::check_version(Some(expected_version), version)?;

    let mut tx = cx.begin("caseload.set").await?;
    let row = caseload_settings::ActiveModel {
        organization_id: Set(tx.organization()),
        version: Set(version + 1),
        settings: Set(written(&weights)),
        updated_at: Set(tx.at),
    };
    let stored = if version == 0 {
        let nothing = OnConflict::new().do_nothing().to_owned();
        caseload_settings::Entity::insert(row).on_conflict(nothing).exec_without_returning(&*tx).await?
    } else {
        let update = caseload_settings::Entity::update_many()
            .set(row)
            .filter(caseload_settings::Column::OrganizationId.eq(tx.organization()))
            .filter(caseload_settings::Column::Version.eq(version));
        update.exec(&*tx).await?.rows_affected
    };
    if stored == 0 {
        return Err(Error::Conflict("the settings were changed meanwhile".to_owned()));
    }
    let thing = ("caseload-settings", tx.organization().0);
    tx.note(AuditKind::Write, Some(thing), Vec::new());
    // Every bar of every team may be another now.
    for team in teams(&*tx, cx).await? {
        care_teams::service::announce(&mut tx, team.id).await?;
    }
    tx.commit().await
}

async fn teams(db: &impl ConnectionTrait, cx: &Cx) -> Result<Vec<care_team::Model>> {
    let teams = care_team::Entity::find()
        .filter(care_team::Column::OrganizationId.eq(cx.organization()))
        .order_by_asc(care_team::Column::Id);
    Ok(teams.all(db).await?)
}

fn check(weights: &Weights) -> Result<()> {
    for (name, weight) in fields(weights) {
        let is_round = (weight - hundredths(weight) as f64 / super::plan::UNIT).abs() < 1e-9;
        if !(0.0..=MOST).contains(&weight) || !is_round {
            let message = "must be between 0 and 100, with at most two decimals";
            return Err(Error::bad_input(format!("input.{name}"), message));
        }
    }
    match weights.capacity_by_role.values().all(|capacity| (0.0..=LARGEST_CAPACITY).contains(capacity)) {
        true => Ok(()),
        false => Err(Error::bad_input("input.capacityByRole", "must be between 0 and 10,000")),
    }
}

fn fields(weights: &Weights) -> [(&'static str, f64); 8] {
    [
        ("notAssessed", weights.not_assessed),
        ("low", weights.low),
        ("rising", weights.rising),
        ("high", weights.high),
        ("highest", weights.highest),
        ("openTask", weights.open_task),
        ("overdue", weights.overdue),
        ("clockThisWeek", weights.due_this_week),
    ]
}

fn written(weights: &Weights) -> Value {
    let mut all: serde_json::Map<String, Value> =
        fields(weights).into_iter().map(|(name, weight)| (name.to_owned(), json!(weight))).collect();
    let by_role: BTreeMap<String, f64> =
        weights.capacity_by_role.iter().map(|(role, capacity)| (role.to_value(), *capacity)).collect();
    all.insert("capacityByRole".to_owned(), json!(by_role));
    Value::Object(all)
}

/// What an older program wrote lacks what is new, which is as the program has it.
fn read(settings: &Value) -> Weights {
    let known = Weights::default();
    let number = |name: &str, otherwise: f64| settings.get(name).and_then(Value::as_f64).unwrap_or(otherwise);
    let by_role = settings.get("capacityByRole").and_then(Value::as_object);
    let capacity =
        |(role, capacity): (&String, &Value)| Some((StaffRole::try_from_value(role).ok()?, capacity.as_f64()?));
    Weights {
        not_assessed: number("notAssessed", known.not_assessed),
        low: number("low", known.low),
        rising: number("rising", known.rising),
        high: number("high", known.high),
        highest: number("highest", known.highest),
        open_task: number("openTask", known.open_task),
        overdue: number("overdue", known.overdue),
        due_this_week: number("clockThisWeek", known.due_this_week),
        capacity_by_role: by_role.map(|roles| roles.iter().filter_map(capacity).collect()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_survive_the_store_and_older_ones_are_filled_up() {
        let mut weights = Weights { high: 4.25, ..Weights::default() };
        weights.capacity_by_role.insert(StaffRole::Nurse, 40.0);
        assert_eq!(read(&written(&weights)), weights);
        assert_eq!(read(&json!({ "low": 2.0 })), Weights { low: 2.0, ..Weights::default() });
    }

    #[test]
    fn weights_are_small_and_round() {
        assert!(check(&Weights::default()).is_ok());
        for wrong in [-0.5, 100.5, 0.333, f64::NAN, f64::INFINITY] {
            assert!(check(&Weights { low: wrong, ..Weights::default() }).is_err(), "{wrong}");
        }
    }
}
