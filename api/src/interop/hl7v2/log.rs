//! The accepted messages, kept as they came: all that is computed is computed from them.
use super::{
    adt::{self, Adt},
    message::Message,
    person::Person,
    rules::Event,
};
use crate::{Error, Result, Tx};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use entity::{
    adt_message,
    ids::{AdtMessageId, OrganizationId, PatientId},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, SqlErr};

/// A message about a patient that was accepted, this one or an earlier one.
#[derive(Clone, Debug)]
pub struct Stored {
    pub control_id: String,
    pub sender: String,
    pub event: Event,
    pub person: Person,
}

/// The message of that sender and control id.
pub async fn find(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    adt: &Adt,
) -> Result<Option<adt_message::Model>> {
    let message = adt_message::Entity::find()
        .filter(adt_message::Column::OrganizationId.eq(organization))
        .filter(adt_message::Column::Sender.eq(&adt.sender))
        .filter(adt_message::Column::ControlId.eq(&adt.event.control_id));
    Ok(message.one(db).await?)
}

pub async fn keep(tx: &Tx, patient: PatientId, adt: &Adt, message: &Message) -> Result<AdtMessageId> {
    let id = AdtMessageId::generate();
    let row = adt_message::ActiveModel {
        organization_id: Set(tx.organization()),
        id: Set(id),
        sender: Set(adt.sender.clone()),
        control_id: Set(adt.event.control_id.clone()),
        trigger: Set(adt.event.code.clone()),
        patient_id: Set(patient),
        visit_number: Set(adt.event.visit.clone()),
        patient_class: Set(adt.class.clone()),
        location: Set(adt.event.location.clone()),
        disposition: Set(adt.disposition.clone()),
        occurred_at: Set(adt.event.at),
        received_at: Set(tx.at),
        content: Set(message.text().to_owned()),
    };
    row.insert(&**tx).await.map_err(|error| match error.sql_err() {
        // Somebody else stored it meanwhile: look again.
        Some(SqlErr::UniqueConstraintViolation(_)) => Error::Conflict("the message was stored meanwhile".into()),
        _ => error.into(),
    })?;
    Ok(id)
}

/// Every message about a patient, in no order that matters.
pub async fn about(tx: &Tx, patient: PatientId, zone: Tz) -> Result<Vec<Stored>> {
    let rows = adt_message::Entity::find()
        .filter(adt_message::Column::OrganizationId.eq(tx.organization()))
        .filter(adt_message::Column::PatientId.eq(patient))
        .all(&**tx)
        .await?;
    let read = |row: adt_message::Model| {
        let message = Message::parse(row.content).ok()?;
        let Adt { event, person, .. } = adt::read(&message, zone, DateTime::<Utc>::MAX_UTC - adt::AHEAD).ok()?;
        let event = Event { at: row.occurred_at, ..event };
        Some(Stored { control_id: row.control_id, sender: row.sender, event, person })
    };
    Ok(rows.into_iter().filter_map(read).collect())
}
