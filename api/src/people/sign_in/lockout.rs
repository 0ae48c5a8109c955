//! Who fails often waits longer each time: one count in the database for all nodes, whether or not the person exists.
use crate::{App, Cx, Error, Result};
use chrono::{DateTime, Duration, Utc};
use entity::{
    ids::StaffId,
    sign_in_attempt::{self, Column},
    staff,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, ExprTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// So many wrong answers cost nothing but themselves.
const FREE: i32 = 5;
const LONGEST: i64 = 15 * 60;
/// After so long without a failure the count begins anew.
const MEMORY: Duration = Duration::hours(24);

/// One try, counted as a failure until it is known to be none: so twenty at one moment are twenty.
pub struct Attempt(Vec<u8>);

/// What is counted.
pub enum Of<'a> {
    /// An e-mail address as it was typed.
    Address(&'a str),
    /// Somebody's second factor.
    Codes(StaffId),
}

impl Of<'_> {
    fn key(&self) -> Vec<u8> {
        let text = match self {
            Self::Address(address) => format!("address {address}"),
            Self::Codes(staff) => format!("codes {staff}"),
        };
        Sha256::digest(text).to_vec()
    }
}

/// Counts a try, unless it comes too early: then it is not even looked at.
pub async fn begin(app: &App, of: Of<'_>) -> Result<Attempt> {
    let (key, now) = (of.key(), app.clock.now());
    let tx = app.db.begin_common_write().await?;
    let row = sign_in_attempt::ActiveModel {
        key: Set(key.clone()),
        failures: Set(0),
        last_at: Set(now),
        locked_until: Set(None),
    };
    let known = OnConflict::column(Column::Key).do_nothing().to_owned();
    sign_in_attempt::Entity::insert(row).on_conflict(known).exec_without_returning(&tx).await?;
    // Takes the row, so that others wait here.
    let mut counted = sign_in_attempt::Entity::update_many()
        .col_expr(Column::Failures, Expr::col(Column::Failures).add(1))
        .filter(Column::Key.eq(key.clone()))
        .exec_with_returning(&tx)
        .await?;
    let counted = counted.pop().ok_or_else(|| Error::broken("the count that was made is there"))?;
    if let Some(until) = counted.locked_until.filter(|until| *until > now && *until <= now + longest()) {
        tx.rollback().await?;
        return Err(Error::RateLimited { retry_after: seconds(until - now) });
    }
    let failures = if counted.last_at < now - MEMORY { 1 } else { counted.failures };
    sign_in_attempt::Entity::update_many()
        .col_expr(Column::Failures, Expr::value(failures))
        .col_expr(Column::LastAt, Expr::value(now))
        .col_expr(Column::LockedUntil, Expr::value(locked_until(failures, now)))
        .filter(Column::Key.eq(key.clone()))
        .exec(&tx)
        .await?;
    tx.commit().await?;
    Ok(Attempt(key))
}

/// Who of these cannot sign in by a password right now, and until when.
pub async fn locked(cx: &Cx, people: Vec<staff::Model>) -> Result<Vec<(StaffId, DateTime<Utc>)>> {
    let keyed = people.iter().filter_map(|person| Some((Of::Address(person.email.as_deref()?).key(), person.id)));
    let keyed: HashMap<Vec<u8>, StaffId> = keyed.collect();
    let rows = sign_in_attempt::Entity::find()
        .filter(Column::Key.is_in(keyed.keys().cloned()))
        .filter(Column::LockedUntil.gt(cx.now()))
        .all(&cx.db())
        .await?;
    Ok(rows.iter().filter_map(|row| Some((*keyed.get(&row.key)?, row.locked_until?))).collect())
}

/// As putting a failure on record is, where there is nobody to record it about: so that the time tells nothing.
pub async fn as_much_work(app: &App, of: Of<'_>) -> Result<()> {
    let tx = app.db.begin_common_write().await?;
    sign_in_attempt::Entity::update_many()
        .col_expr(Column::LastAt, Expr::value(app.clock.now()))
        .filter(Column::Key.eq(of.key()))
        .exec(&tx)
        .await?;
    Ok(tx.commit().await?)
}

/// Takes the count away: somebody is let in by other means.
pub async fn clear(app: &App, of: Of<'_>) -> Result<()> {
    Attempt(of.key()).succeeded(app).await
}

/// Forgets who failed long ago.
pub async fn forget(app: &App) -> Result<()> {
    let tx = app.db.begin_common_write().await?;
    sign_in_attempt::Entity::delete_many().filter(Column::LastAt.lt(app.clock.now() - MEMORY)).exec(&tx).await?;
    Ok(tx.commit().await?)
}

impl Attempt {
    pub async fn succeeded(self, app: &App) -> Result<()> {
        let tx = app.db.begin_common_write().await?;
        sign_in_attempt::Entity::delete_by_id(self.0).exec(&tx).await?;
        Ok(tx.commit().await?)
    }
}

fn longest() -> Duration {
    Duration::seconds(LONGEST)
}

fn locked_until(failures: i32, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let over = u32::try_from(failures - FREE).ok()?;
    // 2^10 seconds are more than the longest wait.
    let wait = if over >= 10 { LONGEST } else { 1_i64 << over };
    Some(now + Duration::seconds(wait))
}

fn seconds(wait: Duration) -> u32 {
    u32::try_from((wait.num_milliseconds() + 999) / 1_000).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_after_the_fifth_doubles_the_wait_up_to_a_quarter_of_an_hour() {
        let now = DateTime::<Utc>::UNIX_EPOCH;
        let wait = |failures| locked_until(failures, now).map(|until| (until - now).num_seconds());

        assert_eq!(wait(4), None);
        assert_eq!([5, 6, 7, 14].map(wait), [Some(1), Some(2), Some(4), Some(512)]);
        assert_eq!([15, 16, 1_000].map(wait), [Some(900); 3]);
        assert_eq!(seconds(Duration::milliseconds(1_001)), 2);
    }
}
