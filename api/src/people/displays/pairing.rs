//! How a screen is paired, in the shape of RFC 8628: it shows a short code, somebody confirms it and names the room, and
//! with its own long secret, which it showed nobody, the screen then signs in.
use super::rules;
use crate::{
    App, Cx, Error, Result, care_teams,
    people::{
        guesses,
        sessions::{self, Holder, Token, digest},
    },
    policy, text,
};
use chrono::{DateTime, Duration, Utc};
use entity::{
    audit_entry::AuditKind,
    display,
    ids::{CareTeamId, DisplayId, StaffId},
    pairing_request,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    sea_query::Expr,
};
use std::sync::Arc;

pub const LASTS: Duration = Duration::minutes(10);
/// How many seconds a screen waits between two questions.
pub const INTERVAL: u32 = 3;
pub const LONGEST_NAME: usize = 200;
/// 31 signs to the power of 8: of a thousand codes that wait, five tries hit one with a chance of 6 in a thousand million.
const USER_CODE: usize = 8;
/// 31 signs to the power of 52: 257 bits.
const DEVICE_CODE: usize = 52;
/// Anybody may ask for a code, so that there must be an end.
const WAITING: u64 = 1_000;

/// What a screen is told.
pub struct Requested {
    pub user_code: String,
    pub device_code: String,
    pub expires_at: DateTime<Utc>,
}

/// A screen asks to be paired. Nobody knows yet with whom.
pub async fn request(app: &Arc<App>) -> Result<Requested> {
    let (user_code, device_code) = (rules::code(USER_CODE), rules::code(DEVICE_CODE));
    let now = app.clock.now();
    let expires_at = now + LASTS;
    let tx = app.db.begin_common_write().await?;
    let over = pairing_request::Column::ExpiresAt.lte(now);
    pairing_request::Entity::delete_many().filter(over).exec(&tx).await?;
    if pairing_request::Entity::find().count(&tx).await? >= WAITING {
        return Err(Error::RateLimited { retry_after: 60 });
    }
    let row = pairing_request::ActiveModel {
        device_hash: Set(digest(&device_code)),
        user_code_hash: Set(digest(&user_code)),
        expires_at: Set(expires_at),
    };
    pairing_request::Entity::insert(row).exec_without_returning(&tx).await?;
    tx.commit().await?;
    Ok(Requested { user_code: rules::spaced(&user_code), device_code, expires_at })
}

/// Takes the screen that shows this code for the team's room.
pub async fn confirm(cx: &Cx, user_code: &str, team: CareTeamId, name: String) -> Result<display::Model> {
    let team = care_teams::service::find(cx, team).await?;
    cx.require(policy::may_pair_display(cx.scope(), team.id), "pair a display with this team")?;
    let who = cx.actor.staff.ok_or(Error::Forbidden("pair a display"))?;
    cx.require_recent()?;
    let name = text::required("input.name", name, LONGEST_NAME)?;
    guesses::take(cx, who, who.0).await?;

    let mut tx = cx.begin("displays.confirm").await?;
    let waiting = pairing_request::Entity::find()
        .filter(pairing_request::Column::UserCodeHash.eq(digest(&rules::normal(user_code))))
        .filter(pairing_request::Column::ExpiresAt.gt(tx.at))
        .one(&*tx)
        .await?;
    let taken = match &waiting {
        Some(waiting) => {
            pairing_request::Entity::delete_by_id(waiting.device_hash.clone()).exec(&*tx).await?.rows_affected
        }
        None => 0,
    };
    let Some(waiting) = waiting.filter(|_| taken == 1) else {
        drop(tx);
        refuse(cx, "displays.confirm", Some(who)).await?;
        return Err(Error::bad_input("input.userCode", "is not a code that a screen shows right now"));
    };
    let display = display::ActiveModel {
        organization_id: Set(cx.organization()),
        id: Set(DisplayId::generate()),
        care_team_id: Set(team.id),
        name: Set(name),
        pairing_hash: Set(Some(waiting.device_hash)),
        pairing_expires_at: Set(Some(tx.at + LASTS)),
        created_at: Set(tx.at),
        confirmed_by: Set(Some(who)),
        ..Default::default()
    };
    let display = display.insert(&*tx).await?;
    guesses::forget(&tx, who, who.0).await?;
    tx.note(AuditKind::Write, Some(("display", display.id.0)), Vec::new());
    tx.commit().await?;
    Ok(display)
}

/// Puts on record that a code or a PIN was wrong, and whose it was to be.
pub(super) async fn refuse(cx: &Cx, operation: &'static str, whose: Option<StaffId>) -> Result<()> {
    let mut tx = cx.beside().begin(operation).await?;
    tx.note(AuditKind::Refused, whose.map(|id| ("staff", id.0)), Vec::new());
    tx.commit().await
}

/// Signs a screen in with its own secret, once somebody has confirmed the code that it shows. Its session lasts until it
/// is ended.
pub async fn pair(app: &Arc<App>, code: &str) -> Result<(Token, Cx)> {
    let hash = digest(&rules::normal(code));
    let now = app.clock.now();
    let confirmed = display::Entity::find()
        .filter(display::Column::PairingHash.eq(hash.clone()))
        .filter(display::Column::PairingExpiresAt.gt(now))
        .one(&app.db.across_organizations())
        .await?;
    let Some(confirmed) = confirmed else {
        let waiting = pairing_request::Entity::find_by_id(hash).one(app.db.common()).await?;
        let pending = waiting.is_some_and(|waiting| waiting.expires_at > now);
        return Err(if pending { Error::AuthorizationPending } else { Error::ExpiredCode });
    };

    let mut tx = Cx::system(app.clone(), confirmed.organization_id).begin("displays.pair").await?;
    let used = display::Entity::update_many()
        .col_expr(display::Column::PairingHash, Expr::value(None::<Vec<u8>>))
        .col_expr(display::Column::PairedAt, Expr::value(tx.at))
        .col_expr(display::Column::LastSeenAt, Expr::value(tx.at))
        .filter(display::Column::OrganizationId.eq(confirmed.organization_id))
        .filter(display::Column::Id.eq(confirmed.id))
        .filter(display::Column::PairingHash.eq(hash))
        .exec(&*tx)
        .await?;
    if used.rows_affected == 0 {
        return Err(Error::ExpiredCode);
    }
    let opened = sessions::open(&tx, Holder { display: Some(confirmed.id), ..Holder::default() }, None).await?;
    tx.note(AuditKind::SignIn, Some(("display", confirmed.id.0)), Vec::new());
    tx.commit().await?;
    sessions::enter(app, opened).await
}

/// A code, confirmed beforehand by the program itself, for the team's display of that name, which is made when there is
/// none. An older code is void.
pub async fn prepare(cx: &Cx, team: CareTeamId, name: &str, lasts: Duration) -> Result<String> {
    let team = care_teams::service::find(cx, team).await?;
    cx.require(policy::may_pair_display(cx.scope(), team.id), "pair a display with this team")?;
    let known = policy::visible_displays(cx.scope())
        .filter(display::Column::CareTeamId.eq(team.id))
        .filter(display::Column::Name.eq(name))
        .one(&cx.db())
        .await?;
    let code = rules::code(USER_CODE);
    let mut tx = cx.begin("displays.prepare").await?;
    let (hash, expires_at) = (Set(Some(digest(&code))), Set(Some(tx.at + lasts)));
    let display = match known {
        Some(known) => {
            let mut known = known.into_active_model();
            known.pairing_hash = hash;
            known.pairing_expires_at = expires_at;
            known.update(&*tx).await?
        }
        None => {
            let new = display::ActiveModel {
                organization_id: Set(cx.organization()),
                id: Set(DisplayId::generate()),
                care_team_id: Set(team.id),
                name: Set(name.to_owned()),
                pairing_hash: hash,
                pairing_expires_at: expires_at,
                created_at: Set(tx.at),
                ..Default::default()
            };
            new.insert(&*tx).await?
        }
    };
    tx.note(AuditKind::Write, Some(("display", display.id.0)), Vec::new());
    tx.commit().await?;
    Ok(code)
}
