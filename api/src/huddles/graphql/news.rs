//! What changed since the last huddle.
use super::Huddle;
use crate::{
    Result,
    graphql::{cx, scalars::DateTime},
    huddles::news,
    patients::graphql::Patient,
    people::graphql::StaffMember,
    tasks::graphql::Task,
};
use async_graphql::{Context, Enum, Object};
use entity::patient;

#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
#[graphql(remote = "news::Kind")]
pub enum HuddleNewsKind {
    Status,
    TaskCreated,
    TaskCompleted,
    TaskOverdue,
    /// Ended without being done.
    TaskDropped,
}

pub struct SinceLastHuddle(pub news::Since);

impl SinceLastHuddle {
    pub async fn of_patient(ctx: &Context<'_>, patient: &patient::Model) -> Result<Option<Self>> {
        Ok(news::since_of_patient(cx(ctx)?, patient).await?.map(Self))
    }
}

/// What changed since a team's last huddle.
#[Object]
impl SinceLastHuddle {
    /// The last one that ended. Null where there was none: then it is since yesterday began.
    async fn huddle(&self, ctx: &Context<'_>) -> Result<Option<Huddle>> {
        let cx = cx(ctx)?;
        Ok(self.0.huddle.clone().map(|row| Huddle::show(cx, row)))
    }

    async fn since(&self) -> DateTime {
        DateTime(self.0.at)
    }

    /// The newest first; 50 unless told, 200 at most.
    async fn news(&self, ctx: &Context<'_>, first: Option<i32>) -> Result<Vec<HuddleNews>> {
        Ok(news::news(cx(ctx)?, &self.0, first).await?.into_iter().map(HuddleNews).collect())
    }
}

pub struct HuddleNews(news::News);

/// Something that changed.
#[Object]
impl HuddleNews {
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }

    async fn kind(&self) -> HuddleNewsKind {
        self.0.kind.into()
    }

    /// `Completed: Outreach call`; nobody's free text.
    async fn words(&self) -> &str {
        &self.0.words
    }

    /// Null where a message or time was the actor.
    async fn actor(&self, ctx: &Context<'_>) -> Option<Result<StaffMember>> {
        StaffMember::load_optional(ctx, self.0.actor).await
    }

    async fn patient(&self, ctx: &Context<'_>) -> Option<Result<Patient>> {
        Patient::load(ctx, self.0.patient?).await.transpose()
    }

    async fn task(&self, ctx: &Context<'_>) -> Option<Result<Task>> {
        Task::load(ctx, self.0.task?).await.transpose()
    }
}
