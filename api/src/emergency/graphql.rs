//! Emergency access as the API shows it. A socket walks `accessAlerts` (`http::feed`), as it does a team's feed.
use super::service::{self, Sought};
use crate::{
    Cx, Error, Result,
    events::{Feed, Subject},
    graphql::{
        closed::refuse_closed_fields,
        cx, id,
        once::{Payload, once},
        page::connection,
        scalars::{Date, DateTime},
        to_id,
        walk::{Ask, Opened},
    },
    page::PageArgs,
    patients::{graphql::Patient, rules},
    people::graphql::StaffMember,
    policy,
};
use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject, Subscription};
use entity::{break_glass, client_mutation, ids::BreakGlassId};
use futures_util::{Stream, stream};
use std::sync::Arc;

/// What a privacy officer found.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "break_glass::Outcome")]
pub enum BreakGlassOutcome {
    Appropriate,
    /// Ends the access at once if it is still open.
    Inappropriate,
}

#[derive(Clone)]
pub struct BreakGlass(Arc<break_glass::Model>);

impl BreakGlass {
    pub fn show(_: &Cx, row: break_glass::Model) -> Self {
        Self(Arc::new(row))
    }

    /// By which the viewer sees this patient.
    pub async fn of_patient(ctx: &Context<'_>, patient: entity::ids::PatientId) -> Result<Option<Self>> {
        let cx = cx(ctx)?;
        Ok(service::of_patient(cx, patient).await?.map(|row| Self::show(cx, row)))
    }

    /// The viewer's own that are open.
    pub async fn own(cx: &Cx) -> Result<Vec<Self>> {
        Ok(service::own(cx).await?.into_iter().map(|row| Self::show(cx, row)).collect())
    }
}

connection!(BreakGlassConnection, BreakGlassEdge, BreakGlass, break_glass::Model);

/// Emergency access of one person to one patient: read-only, for an hour (setting `--emergency-minutes`), every look on
/// record, reviewed afterwards.
#[Object]
impl BreakGlass {
    pub async fn id(&self) -> ID {
        to_id(self.0.id)
    }

    async fn patient_id(&self) -> ID {
        to_id(self.0.patient_id)
    }

    /// Null where the viewer does not see the patient: a reviewer who is not cleared, or once it has ended.
    async fn patient(&self, ctx: &Context<'_>) -> Option<Result<Patient>> {
        Patient::load(ctx, self.0.patient_id).await.transpose()
    }

    /// For who reviews, and for who uses it while it is open. On record as a look at the patient.
    async fn patient_name(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let cx = cx(ctx)?;
        let Some(subject) = service::subject(cx, &self.0).await? else { return Ok(None) };
        cx.reads.saw(subject.id);
        Ok(Some(rules::full_name(&subject)))
    }

    async fn staff(&self, ctx: &Context<'_>) -> Result<StaffMember> {
        StaffMember::load(ctx, self.0.staff_id).await
    }

    async fn reason(&self) -> &str {
        &self.0.reason
    }

    async fn started_at(&self) -> DateTime {
        DateTime(self.0.started_at)
    }

    /// When it ends by itself.
    async fn until(&self) -> DateTime {
        DateTime(self.0.until)
    }

    /// When it ended; null while it is open.
    async fn ended_at(&self) -> Option<DateTime> {
        self.0.ended_at.map(DateTime)
    }

    /// Null until a privacy officer has looked at it.
    async fn review(&self) -> Option<BreakGlassReview> {
        self.0.reviewed_at.map(|_| BreakGlassReview(self.0.clone()))
    }

    /// Whether the viewer may review it now: a privacy officer, not the one who used it, and nobody did yet.
    async fn viewer_can_review(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(self.0.reviewed_at.is_none() && service::may_review(cx(ctx)?, &self.0))
    }
}

pub struct BreakGlassReview(Arc<break_glass::Model>);

#[Object]
impl BreakGlassReview {
    async fn outcome(&self) -> Result<BreakGlassOutcome> {
        self.0.outcome.map(Into::into).ok_or_else(|| Error::broken("a review has an outcome"))
    }

    async fn note(&self) -> Option<&str> {
        self.0.review_note.as_deref()
    }

    async fn by(&self, ctx: &Context<'_>) -> Result<StaffMember> {
        let reviewer = self.0.reviewed_by.ok_or_else(|| Error::broken("a review has a reviewer"))?;
        StaffMember::load(ctx, reviewer).await
    }

    async fn at(&self) -> Result<DateTime> {
        self.0.reviewed_at.map(DateTime).ok_or_else(|| Error::broken("a review has a time"))
    }
}

#[derive(Default)]
pub struct EmergencyQuery;

#[Object]
impl EmergencyQuery {
    /// Emergency access, the newest first: with `open: true` what waits for review, with false what was reviewed, without
    /// it all. FORBIDDEN for who is no privacy officer.
    async fn break_glass_reviews(
        &self,
        ctx: &Context<'_>,
        open: Option<bool>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<BreakGlassConnection> {
        Ok(BreakGlassConnection(service::list(cx(ctx)?, open, &PageArgs { first, after }).await?))
    }
}

#[derive(InputObject)]
struct BreakGlassInput {
    /// With the birth date: both as they stand in the record.
    mrn: Option<String>,
    birth_date: Option<Date>,
    /// Instead of number and birth date: what a colleague passed on.
    patient_id: Option<ID>,
    /// At least 10 characters. The privacy officers read it.
    reason: String,
    client_mutation_id: Option<String>,
}

impl BreakGlassInput {
    fn sought(&self) -> Result<Sought> {
        match (&self.patient_id, &self.mrn, &self.birth_date) {
            (Some(patient), None, None) => Ok(Sought::Id(id(patient, "input.patientId")?)),
            (None, Some(mrn), Some(birth_date)) => Ok(Sought::Person { mrn: mrn.clone(), birth_date: birth_date.0 }),
            _ => Err(Error::bad_input("input.mrn", "give number and birth date, or else an id")),
        }
    }
}

#[derive(InputObject)]
struct EndBreakGlassInput {
    break_glass_id: ID,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct ReviewBreakGlassInput {
    break_glass_id: ID,
    outcome: BreakGlassOutcome,
    note: Option<String>,
    client_mutation_id: Option<String>,
}

#[derive(SimpleObject)]
struct BreakGlassPayload {
    break_glass: BreakGlass,
    client_mutation_id: Option<String>,
}

impl Payload for BreakGlassPayload {
    type Written = break_glass::Model;
    const SUBJECT: &'static str = "break-glass";

    fn show(cx: &Cx, row: break_glass::Model, client_mutation_id: Option<String>) -> Self {
        Self { break_glass: BreakGlass::show(cx, row), client_mutation_id }
    }

    async fn again(cx: &Cx, known: client_mutation::Model) -> Result<break_glass::Model> {
        service::find(cx, BreakGlassId(known.entity_id)).await
    }
}

#[derive(Default)]
pub struct EmergencyMutation;

#[Object]
impl EmergencyMutation {
    /// Emergency access to a patient whom the viewer does not see otherwise: to read, for an hour. For who treats patients
    /// or plans their care, and proved who they are within 5 minutes. NOT_FOUND where nobody matches, and for who is kept
    /// out of that record; RATE_LIMITED after 5 wrong tries in 15 minutes; CONFLICT where the viewer sees the patient
    /// already.
    async fn break_glass(&self, ctx: &Context<'_>, input: BreakGlassInput) -> Result<BreakGlassPayload> {
        once(ctx, input.client_mutation_id.clone(), async |cx| {
            service::break_glass(cx, input.sought()?, input.reason).await
        })
        .await
    }

    /// Ends one's own before its time.
    async fn end_break_glass(&self, ctx: &Context<'_>, input: EndBreakGlassInput) -> Result<BreakGlassPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            service::end(cx, id(&input.break_glass_id, "input.breakGlassId")?).await
        })
        .await
    }

    /// By a privacy officer, once; not by the one who used it.
    async fn review_break_glass(&self, ctx: &Context<'_>, input: ReviewBreakGlassInput) -> Result<BreakGlassPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            let access = id(&input.break_glass_id, "input.breakGlassId")?;
            service::review(cx, access, input.outcome.into(), input.note).await
        })
        .await
    }
}

/// What waits for a privacy officer.
#[derive(SimpleObject)]
struct AccessAlert {
    at: DateTime,
    open_reviews: u64,
    /// The newest that waits for review.
    newest: Option<BreakGlass>,
}

#[derive(Default)]
pub struct EmergencySubscription;

#[Subscription]
impl EmergencySubscription {
    /// Emergency access that waits for review: told at once, whenever that changes, and at least every 15 seconds.
    /// FORBIDDEN for who is no privacy officer.
    async fn access_alerts(&self, ctx: &Context<'_>) -> Result<impl Stream<Item = Result<AccessAlert>> + use<>> {
        let cx = cx(ctx)?;
        cx.require(policy::may_review_access(cx.scope()), "review emergency access")?;
        match ctx.data_opt::<Ask>() {
            Some(Ask::Open(slot)) => {
                refuse_closed_fields(ctx)?;
                let organization = cx.app.hub.follow(cx.organization()).await?;
                let whose = (cx.actor.staff, cx.actor.session);
                let (feed, _) = Feed::open(organization, Subject::OwnAccess, whose, None).await?;
                slot.fill(Opened::Alerts(feed));
            }
            Some(Ask::Alert) => {}
            Some(Ask::Item(_) | Ask::Others(_)) | None => {
                return Err(Error::broken("alerts are walked over a socket"));
            }
        }
        let (open_reviews, newest) = service::waiting(cx).await?;
        let newest = newest.map(|row| BreakGlass::show(cx, row));
        Ok(stream::iter([Ok(AccessAlert { at: DateTime(cx.now()), open_reviews, newest })]))
    }
}
