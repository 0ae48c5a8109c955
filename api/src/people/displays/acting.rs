//! Somebody works through a wall display for a minute: by their PIN, or by a code that they confirm on their own phone.
//! What they then do to tasks and patients is theirs, on record with their name and the display's session. What the
//! screen shows stays what a display may show.
use super::{pairing, pin, rules, service};
use crate::{
    Cx, Error, Result, Tx,
    cx::Acting,
    people::{
        guesses, password,
        service::normal_email,
        sessions::{digest, staff_scope},
    },
    policy::{self, Scope},
};
use chrono::{DateTime, Duration, Utc};
use entity::{
    audit_entry::AuditKind,
    display,
    ids::{DisplayId, StaffId},
    staff,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, UpdateMany, sea_query::Expr};

/// How long somebody acts; nothing that they do makes it longer.
pub const LASTS: Duration = Duration::seconds(60);
/// How long a code for a phone is shown.
pub const CODE_LASTS: Duration = Duration::minutes(2);
/// 31 signs to the power of 6: five tries hit the one code of a display with a chance of 6 in a thousand million.
const CODE: usize = 6;

/// Who acts at this display at the moment.
pub async fn now_at(
    moment: &impl ConnectionTrait,
    display: &display::Model,
    now: DateTime<Utc>,
) -> Result<Option<Acting>> {
    let (Some(staff), Some(until)) = (display.acting_staff_id, display.acting_until) else { return Ok(None) };
    if until <= now {
        return Ok(None);
    }
    let scope = allowed(moment, display, staff, now).await?;
    Ok(scope.map(|scope| Acting { staff, scope, until }))
}

/// With which rights somebody could act there, if they may.
async fn allowed(
    moment: &impl ConnectionTrait,
    display: &display::Model,
    staff: StaffId,
    now: DateTime<Utc>,
) -> Result<Option<Scope>> {
    let scope = staff_scope(moment, display.organization_id, staff, now).await?;
    let scope = scope.filter(|scope| policy::may_act_at(scope, display.care_team_id));
    Ok(scope.map(|scope| policy::at_wall_of(&scope, display.care_team_id)))
}

/// Whom a PIN is said to belong to.
pub enum Who {
    Id(StaffId),
    Email(String),
}

/// Sent by a display: this person, by their PIN. Somebody who may not act here and a wrong PIN get the same answer after
/// the same work.
pub async fn by_pin(cx: &Cx, who: Who, pin: String) -> Result<StaffId> {
    let display = service::own(cx).await?;
    let people = staff::Entity::find().filter(staff::Column::OrganizationId.eq(cx.organization()));
    let people = match who {
        Who::Id(id) => people.filter(staff::Column::Id.eq(id)),
        Who::Email(email) => people.filter(staff::Column::Email.eq(normal_email(&email))),
    };
    let person = people.one(&cx.db()).await?.map(|person| person.id);
    let person = match person {
        Some(id) => allowed(&cx.db(), &display, id, cx.now()).await?.map(|_| id),
        None => None,
    };
    let hash = match person {
        Some(id) => {
            guesses::take(cx, id, display.id.0).await?;
            pin::hash_of(cx, id).await?
        }
        None => None,
    };
    let right = password::verify(hash, pin).await?;
    let Some(person) = person.filter(|_| right) else {
        pairing::refuse(cx, "displays.act", person).await?;
        return Err(Error::bad_input("input.pin", "the person or the PIN is wrong"));
    };
    let mut tx = cx.begin("displays.act").await?;
    begin(&tx, display.id, person).exec(&*tx).await?;
    guesses::forget(&tx, person, display.id.0).await?;
    tx.note(AuditKind::SignIn, Some(("staff", person.0)), Vec::new());
    tx.commit().await?;
    Ok(person)
}

fn one(tx: &Tx, id: DisplayId) -> UpdateMany<display::Entity> {
    display::Entity::update_many()
        .filter(display::Column::OrganizationId.eq(tx.organization()))
        .filter(display::Column::Id.eq(id))
        .filter(display::Column::RevokedAt.is_null())
}

fn begin(tx: &Tx, id: DisplayId, person: StaffId) -> UpdateMany<display::Entity> {
    one(tx, id)
        .col_expr(display::Column::ActingStaffId, Expr::value(person))
        .col_expr(display::Column::ActingUntil, Expr::value(tx.at + LASTS))
        .col_expr(display::Column::ActCodeHash, Expr::value(None::<Vec<u8>>))
}

/// Sent by a display: a code for somebody's own phone. An older one is void.
pub async fn request(cx: &Cx) -> Result<(String, DateTime<Utc>)> {
    let display = service::own(cx).await?;
    let code = rules::code(CODE);
    let mut tx = cx.begin("displays.requestActing").await?;
    let expires_at = tx.at + CODE_LASTS;
    one(&tx, display.id)
        .col_expr(display::Column::ActCodeHash, Expr::value(digest(&code)))
        .col_expr(display::Column::ActCodeExpiresAt, Expr::value(expires_at))
        .exec(&*tx)
        .await?;
    tx.note(AuditKind::Write, Some(("display", display.id.0)), Vec::new());
    tx.commit().await?;
    Ok((rules::spaced(&code), expires_at))
}

/// Sent from the person's own phone: they are the one at the display that shows this code.
pub async fn confirm(cx: &Cx, code: &str) -> Result<(display::Model, DateTime<Utc>)> {
    let who = cx.actor.staff.ok_or(Error::Forbidden("act at a wall display"))?;
    guesses::take(cx, who, who.0).await?;
    let hash = digest(&rules::normal(code));
    let display = policy::visible_displays(cx.scope())
        .filter(display::Column::ActCodeHash.eq(hash.clone()))
        .filter(display::Column::ActCodeExpiresAt.gt(cx.now()))
        .one(&cx.db())
        .await?;
    let display = display.filter(|display| policy::may_act_at(cx.scope(), display.care_team_id));
    let refused = || Error::bad_input("input.actCode", "is not a code that a display of your teams shows right now");
    let Some(display) = display else {
        pairing::refuse(cx, "displays.act", Some(who)).await?;
        return Err(refused());
    };
    let mut tx = cx.begin("displays.act").await?;
    let begun = begin(&tx, display.id, who).filter(display::Column::ActCodeHash.eq(hash)).exec(&*tx).await?;
    if begun.rows_affected == 0 {
        return Err(refused());
    }
    guesses::forget(&tx, who, who.0).await?;
    tx.note(AuditKind::SignIn, Some(("display", display.id.0)), Vec::new());
    let until = tx.at + LASTS;
    tx.commit().await?;
    Ok((display, until))
}

/// Sent by a display: nobody acts here any more, and no code is shown.
pub async fn end(cx: &Cx) -> Result<()> {
    let display = service::own(cx).await?;
    let mut tx = cx.begin("displays.endActing").await?;
    one(&tx, display.id)
        .col_expr(display::Column::ActingStaffId, Expr::value(None::<StaffId>))
        .col_expr(display::Column::ActingUntil, Expr::value(None::<DateTime<Utc>>))
        .col_expr(display::Column::ActCodeHash, Expr::value(None::<Vec<u8>>))
        .exec(&*tx)
        .await?;
    tx.note(AuditKind::SignOut, Some(("display", display.id.0)), Vec::new());
    tx.commit().await
}
