//! Short secrets are tried a few times only: counted before it is known whether a try is right, so that many at once are
//! many tries.
use crate::{Cx, Error, Result, Tx};
use chrono::Duration;
use entity::{ids::StaffId, wrong_guess};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel, QuerySelect, sea_query::OnConflict};
use uuid::Uuid;

/// So many tries are free of waiting.
const FREE: i32 = 5;
const LOCK: Duration = Duration::minutes(15);
const LONGEST_LOCK: Duration = Duration::hours(24);

/// How long nothing is taken after so many tries that were all wrong.
fn lock_after(tries: i32) -> Option<Duration> {
    let beyond = u32::try_from(tries - FREE).ok()?;
    let factor = 2_i32.checked_pow(beyond).unwrap_or(i32::MAX);
    Some(LOCK.checked_mul(factor).map_or(LONGEST_LOCK, |lock| lock.min(LONGEST_LOCK)))
}

/// One more try of that person in that place. RATE_LIMITED while they have to wait.
pub async fn take(cx: &Cx, staff: StaffId, place: Uuid) -> Result<()> {
    let tx = cx.beside().begin("people.guess").await?;
    let first = wrong_guess::ActiveModel {
        organization_id: Set(cx.organization()),
        staff_id: Set(staff),
        place: Set(place),
        tries: Set(0),
        locked_until: Set(None),
    };
    let known = OnConflict::new().do_nothing().to_owned();
    wrong_guess::Entity::insert(first).on_conflict(known).exec_without_returning(&*tx).await?;
    let key = (cx.organization(), staff, place);
    let guess = wrong_guess::Entity::find_by_id(key).lock_exclusive().one(&*tx).await?;
    let guess = guess.ok_or_else(|| Error::broken("a row that was just made is there"))?;
    if let Some(until) = guess.locked_until.filter(|until| *until > tx.at) {
        let retry_after = u32::try_from((until - tx.at).num_seconds() + 1).unwrap_or(u32::MAX);
        return Err(Error::RateLimited { retry_after });
    }
    let tries = guess.tries.saturating_add(1);
    let mut guess = guess.into_active_model();
    guess.tries = Set(tries);
    guess.locked_until = Set(lock_after(tries).map(|lock| tx.at + lock));
    guess.update(&*tx).await?;
    tx.commit().await
}

/// They were right: what was wrong before is forgotten, with what they do now.
pub async fn forget(tx: &Tx, staff: StaffId, place: Uuid) -> Result<()> {
    wrong_guess::Entity::delete_by_id((tx.organization(), staff, place)).exec(&**tx).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_tries_are_free_and_each_further_one_costs_twice_as_long() {
        assert_eq!((1..=4).filter_map(lock_after).count(), 0);
        assert_eq!(lock_after(5), Some(Duration::minutes(15)));
        assert_eq!(lock_after(6), Some(Duration::minutes(30)));
        assert_eq!(lock_after(8), Some(Duration::minutes(120)));
        assert_eq!(lock_after(12), Some(LONGEST_LOCK));
        assert_eq!(lock_after(i32::MAX), Some(LONGEST_LOCK));
    }
}
