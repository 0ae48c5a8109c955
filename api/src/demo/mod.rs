//! The demonstration practice: made-up people and work, so that every screen has something true to show.
//!
//! It is made once, with a fixed seed, relative to the moment at which it is made; what people then do to it stays.
mod day;
mod dice;
mod handoffs;
mod huddles;
mod life;
mod names;
mod past;
mod patients;
mod people;
mod tasks;
mod trend;
mod work;

use crate::{App, Cx, Error, Result, Tx, huddles::record, people as staff};
use chrono::{DateTime, Duration, Utc};
use dice::Dice;
use entity::{
    audit_entry::AuditKind, care_team, care_team_member, claim_request, coordinator_assignment, handoff, handoff_item,
    huddle, huddle_attendance, huddle_item, ids::OrganizationId, load_snapshot, minute_entry, organization, patient,
    patient_contact, patient_identifier, patient_status_change, patient_version, staff as staff_row, task,
    task_comment, task_history, task_step, task_version,
};
use life::Clockwork;
use sea_orm::{ActiveModelBehavior, ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use std::sync::Arc;

pub const NAME: &str = "Huddle Demo Practice";
/// Everybody's.
pub const PASSWORD: &str = "huddle-demo";
const WALL: &str = "Cedar wall";
const WALL_TEAM: &str = "Cedar";
/// A pairing code lasts as long as somebody may take to walk up to the screen in a demonstration.
const PAIRING: Duration = Duration::hours(12);
/// SQLite takes at most 32,766 parameters in a statement; a task has 23.
const ROWS_A_STATEMENT: usize = 500;

/// The demonstration practice, made when the database is empty. Any other database is refused.
pub async fn ensure(app: &Arc<App>) -> Result<OrganizationId> {
    let organizations = organization::Entity::find().all(app.db.common()).await?;
    let organization = match organizations.as_slice() {
        [] => staff::service::create_organization(app, NAME, dice::TIME_ZONE.name(), true).await?.id,
        [only] if only.is_demo => only.id,
        _ => {
            let why = "refuses to run on a database that holds anything but a demonstration practice";
            return Err(Error::bad_input("--demo", why));
        }
    };
    let anybody = staff_row::Entity::find()
        .filter(staff_row::Column::OrganizationId.eq(organization))
        .one(&app.db.of(organization))
        .await?;
    if anybody.is_some() {
        return Ok(organization);
    }

    let password_hash = staff::password::hash("password", PASSWORD.to_owned()).await?;
    let clockwork = Clockwork {
        lead: app.config.due_lead,
        lease: app.config.claim_lease,
        warning: app.config.lease_warning,
        handoff: app.config.handoff_within,
        request: app.config.take_over_within,
    };
    let practice = Practice::imagine(organization, app.clock.now(), clockwork, &password_hash)?;
    // One transaction: a half-made practice is never there to be found.
    let mut tx = Cx::system(app.clone(), organization).begin("demo.create").await?;
    let mut past = past::of(&practice, app.clock.now() - app.config.event_retention);
    let held = practice.huddles.clone();
    practice.insert(&tx).await?;
    for huddle in held {
        if let (Some(by), Some(at)) = (huddle.facilitator_id, huddle.ended_at) {
            record::sign(&mut tx, &huddle, (by, at), Vec::new()).await?;
        }
    }
    insert::<task_version::Entity, _>(&tx, std::mem::take(&mut past.tasks)).await?;
    insert::<patient_version::Entity, _>(&tx, std::mem::take(&mut past.patients)).await?;
    past.log(&tx).await?;
    tx.note(AuditKind::Write, Some(("organization", organization.0)), Vec::new());
    tx.commit().await?;
    Ok(organization)
}

/// Whom one can sign in as, and what they show.
pub fn people() -> Vec<(&'static str, &'static str)> {
    let what = [
        "care coordinator, Cedar",
        "registered nurse, Cedar",
        "practical nurse, Cedar",
        "medical assistant, Cedar",
        "physician, Cedar",
        "manager of all three teams",
        "registered nurse, Maple only",
        "administrator, sees no patient",
    ];
    people::PEOPLE.iter().map(|person| person.email).zip(what).collect()
}

/// A fresh code that pairs a wall display with Cedar; an older one that nobody used is void.
pub async fn pair_wall(app: &Arc<App>, organization: OrganizationId) -> Result<String> {
    let cx = Cx::system(app.clone(), organization);
    let team = care_team::Entity::find()
        .filter(care_team::Column::OrganizationId.eq(organization))
        .filter(care_team::Column::Name.eq(WALL_TEAM))
        .one(&app.db.of(organization))
        .await?
        .ok_or(Error::NotFound("care team"))?;
    staff::displays::pairing::prepare(&cx, team.id, WALL, PAIRING).await
}

/// All rows of the practice, before they are stored.
#[derive(Clone, Debug, PartialEq)]
struct Practice {
    organization: OrganizationId,
    staff: Vec<staff_row::Model>,
    care_teams: Vec<care_team::Model>,
    members: Vec<care_team_member::Model>,
    patients: Vec<patient::Model>,
    identifiers: Vec<patient_identifier::Model>,
    contacts: Vec<patient_contact::Model>,
    status_changes: Vec<patient_status_change::Model>,
    assignments: Vec<coordinator_assignment::Model>,
    tasks: Vec<task::Model>,
    steps: Vec<task_step::Model>,
    comments: Vec<task_comment::Model>,
    history: Vec<task_history::Model>,
    load_snapshots: Vec<load_snapshot::Model>,
    minutes: Vec<minute_entry::Model>,
    handoffs: Vec<handoff::Model>,
    handoff_items: Vec<handoff_item::Model>,
    claim_requests: Vec<claim_request::Model>,
    huddles: Vec<huddle::Model>,
    huddle_items: Vec<huddle_item::Model>,
    huddle_attendance: Vec<huddle_attendance::Model>,
}

impl Practice {
    fn imagine(
        organization: OrganizationId,
        now: DateTime<Utc>,
        clockwork: Clockwork,
        password_hash: &str,
    ) -> Result<Self> {
        let mut dice = Dice::new(now);
        let mut practice = Self {
            organization,
            staff: Vec::new(),
            care_teams: Vec::new(),
            members: Vec::new(),
            patients: Vec::new(),
            identifiers: Vec::new(),
            contacts: Vec::new(),
            status_changes: Vec::new(),
            assignments: Vec::new(),
            tasks: Vec::new(),
            steps: Vec::new(),
            comments: Vec::new(),
            history: Vec::new(),
            load_snapshots: Vec::new(),
            minutes: Vec::new(),
            handoffs: Vec::new(),
            handoff_items: Vec::new(),
            claim_requests: Vec::new(),
            huddles: Vec::new(),
            huddle_items: Vec::new(),
            huddle_attendance: Vec::new(),
        };
        let teams = people::add(&mut practice, &mut dice, password_hash);
        patients::add(&mut practice, &mut dice, &teams);
        tasks::add(&mut practice, &mut dice, &teams, clockwork)?;
        day::add(&mut practice, &mut dice, &teams);
        handoffs::add(&mut practice, &mut dice, clockwork);
        trend::add(&mut practice, &mut dice);
        if let Some(cedar) = teams.first() {
            huddles::add(&mut practice, &mut dice, cedar)?;
        }
        Ok(practice)
    }

    async fn insert(self, tx: &Tx) -> Result<()> {
        insert::<staff_row::Entity, _>(tx, self.staff).await?;
        insert::<care_team::Entity, _>(tx, self.care_teams).await?;
        insert::<care_team_member::Entity, _>(tx, self.members).await?;
        insert::<patient::Entity, _>(tx, self.patients).await?;
        insert::<patient_identifier::Entity, _>(tx, self.identifiers).await?;
        insert::<patient_contact::Entity, _>(tx, self.contacts).await?;
        insert::<patient_status_change::Entity, _>(tx, self.status_changes).await?;
        insert::<coordinator_assignment::Entity, _>(tx, self.assignments).await?;
        insert::<task::Entity, _>(tx, self.tasks).await?;
        insert::<task_step::Entity, _>(tx, self.steps).await?;
        insert::<task_comment::Entity, _>(tx, self.comments).await?;
        insert::<task_history::Entity, _>(tx, self.history).await?;
        insert::<load_snapshot::Entity, _>(tx, self.load_snapshots).await?;
        insert::<minute_entry::Entity, _>(tx, self.minutes).await?;
        insert::<handoff::Entity, _>(tx, self.handoffs).await?;
        insert::<handoff_item::Entity, _>(tx, self.handoff_items).await?;
        insert::<claim_request::Entity, _>(tx, self.claim_requests).await?;
        insert::<huddle::Entity, _>(tx, self.huddles).await?;
        insert::<huddle_item::Entity, _>(tx, self.huddle_items).await?;
        insert::<huddle_attendance::Entity, _>(tx, self.huddle_attendance).await
    }
}

async fn insert<E, A>(tx: &Tx, rows: Vec<E::Model>) -> Result<()>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<A> + Clone,
    A: ActiveModelTrait<Entity = E> + ActiveModelBehavior + Send,
{
    for chunk in rows.chunks(ROWS_A_STATEMENT) {
        let rows = chunk.iter().cloned().map(|row| row.into_active_model().reset_all());
        E::insert_many(rows).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
