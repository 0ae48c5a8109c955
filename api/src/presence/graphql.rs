//! `patientPresence` as the API shows it. A socket walks it (`http::feed`), as it does a team's feed.
use crate::{
    Error, Result,
    graphql::{
        closed::refuse_closed_fields,
        cx, id, to_id,
        walk::{Ask, Opened},
    },
    people::graphql::StaffMember,
};
use async_graphql::{Context, ID, SimpleObject, Subscription};
use entity::ids::{PatientId, StaffId};
use futures_util::{Stream, stream};
use std::collections::BTreeSet;

/// Who else has a patient open at this moment. It is not kept.
#[derive(SimpleObject)]
struct PatientPresence {
    patient_id: ID,
    /// Everybody but the viewer, by name; at most 50.
    viewers: Vec<StaffMember>,
}

#[derive(Default)]
pub struct PresenceSubscription;

#[Subscription]
impl PresenceSubscription {
    /// Says who else has this patient open: at once, and whenever somebody comes or goes, on any node, within three
    /// seconds. While it is open, the viewer counts as looking at the patient. Only for people: a wall display or an
    /// integration gets FORBIDDEN.
    async fn patient_presence(
        &self,
        ctx: &Context<'_>,
        patient_id: ID,
    ) -> Result<impl Stream<Item = Result<PatientPresence>> + use<>> {
        let patient: PatientId = id(&patient_id, "patientId")?;
        let others = match ctx.data_opt::<Ask>() {
            Some(Ask::Open(slot)) => {
                refuse_closed_fields(ctx)?;
                let mut look = super::look(cx(ctx)?, patient).await?;
                let others = look.others();
                slot.fill(Opened::Patient(look));
                others
            }
            Some(Ask::Others(others)) => others.clone(),
            Some(Ask::Item(_) | Ask::Alert) | None => return Err(Error::broken("presence is walked over a socket")),
        };
        let shown = PatientPresence { patient_id: to_id(patient), viewers: by_name(ctx, others).await? };
        Ok(stream::iter([Ok(shown)]))
    }
}

async fn by_name(ctx: &Context<'_>, ids: BTreeSet<StaffId>) -> Result<Vec<StaffMember>> {
    let mut people = Vec::with_capacity(ids.len());
    for id in ids {
        match StaffMember::load(ctx, id).await {
            Ok(person) => people.push(person),
            // Redis says what it likes; only people of this practice are shown.
            Err(Error::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
    }
    people.sort_by(|a, b| a.0.display_name.cmp(&b.0.display_name));
    Ok(people)
}
