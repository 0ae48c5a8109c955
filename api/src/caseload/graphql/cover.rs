//! Cover of who is away. Nothing is decided here.
use super::super::cover;
use crate::{
    Cx, Result,
    graphql::{
        cx, id,
        once::{Payload, once},
        scalars::{Date, DateTime},
        to_id,
    },
    patients::graphql::Patient,
    people::{self, graphql::StaffMember},
    tasks::graphql::Task,
};
use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use entity::{client_mutation, cover as row, cover_item, ids::CoverId};

/// What became of something that was handed over during an absence.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "cover_item::CoverOutcome")]
enum CoverOutcome {
    /// With who covers.
    Away,
    /// Back with whose it was.
    Returned,
    /// Ended meanwhile.
    Done,
    /// With somebody else, who goes on with it.
    Stays,
    /// Nobody could take it: a task is in the team's pool, a patient kept their coordinator.
    Pool,
}

pub struct CoverItem(cover_item::Model);

/// A patient or a task that was handed over.
#[Object]
impl CoverItem {
    /// Null for a task.
    async fn patient(&self, ctx: &Context<'_>) -> Option<Result<Patient>> {
        Patient::load(ctx, self.0.patient_id?).await.transpose()
    }

    /// Null for a patient.
    async fn task(&self, ctx: &Context<'_>) -> Option<Result<Task>> {
        Task::load(ctx, self.0.task_id?).await.transpose()
    }

    /// Who covers; null where nobody could.
    async fn to(&self, ctx: &Context<'_>) -> Option<Result<StaffMember>> {
        StaffMember::load_optional(ctx, self.0.to_id).await
    }

    async fn outcome(&self) -> CoverOutcome {
        self.0.outcome.into()
    }
}

pub struct Cover(pub row::Model);

/// Somebody's absence, during which others have their patients and tasks.
#[Object]
impl Cover {
    async fn id(&self) -> ID {
        to_id(self.0.id)
    }

    async fn staff(&self, ctx: &Context<'_>) -> Result<StaffMember> {
        StaffMember::load(ctx, self.0.staff_id).await
    }

    async fn started_at(&self) -> DateTime {
        DateTime(self.0.started_at)
    }

    /// Their first day back, on which everything comes back by itself.
    async fn returns_on(&self) -> Date {
        Date(self.0.returns_on)
    }

    async fn ended_at(&self) -> Option<DateTime> {
        self.0.ended_at.map(DateTime)
    }

    /// Without what is about patients whom the viewer does not see.
    async fn items(&self, ctx: &Context<'_>) -> Result<Vec<CoverItem>> {
        Ok(cover::items(cx(ctx)?, self.0.id).await?.into_iter().map(CoverItem).collect())
    }

    /// The handoff note: what went to whom, and what came back, as far as the viewer sees it.
    async fn note(&self, ctx: &Context<'_>) -> Result<String> {
        let cx = cx(ctx)?;
        let items = cover::items(cx, self.0.id).await?;
        let staff = items.iter().filter_map(|item| item.to_id).collect();
        let people = people::service::find_many(cx, staff).await?;
        Ok(cover::note(&items, &people.into_iter().map(|person| (person.id, person.display_name)).collect()))
    }
}

#[derive(InputObject)]
struct CoverMemberInput {
    staff_id: ID,
    /// Their first day back: after today, within 400 days.
    returns_on: Date,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct EndCoverInput {
    cover_id: ID,
    client_mutation_id: Option<String>,
}

#[derive(SimpleObject)]
struct CoverPayload {
    cover: Cover,
    client_mutation_id: Option<String>,
}

impl Payload for CoverPayload {
    type Written = row::Model;
    const SUBJECT: &'static str = "cover";

    fn show(_: &Cx, row: row::Model, client_mutation_id: Option<String>) -> Self {
        Self { cover: Cover(row), client_mutation_id }
    }

    async fn again(cx: &Cx, known: client_mutation::Model) -> Result<row::Model> {
        cover::find(cx, CoverId(known.entity_id)).await
    }
}

#[derive(Default)]
pub struct CoverMutation;

#[Object]
impl CoverMutation {
    /// Hands all patients and open tasks of somebody who is away to others of their teams, and says that they are off:
    /// oneself, or a manager. It comes back on `returnsOn`, or with `endCover`.
    async fn cover_member(&self, ctx: &Context<'_>, input: CoverMemberInput) -> Result<CoverPayload> {
        once(ctx, input.client_mutation_id.clone(), async |cx| {
            cover::begin(cx, id(&input.staff_id, "input.staffId")?, input.returns_on.0).await
        })
        .await
    }

    /// "I am back": brings back what still waits, and leaves to others what they are at. Oneself, or a manager.
    async fn end_cover(&self, ctx: &Context<'_>, input: EndCoverInput) -> Result<CoverPayload> {
        once(ctx, input.client_mutation_id.clone(), async |cx| {
            cover::end(cx, id(&input.cover_id, "input.coverId")?).await
        })
        .await
    }
}
