//! The signed record.
use super::item::{HuddleItemState, HuddleSection};
use crate::{
    Result,
    graphql::{cx, scalars::DateTime, to_id},
    huddles::{record, rules},
    patients::graphql::Patient,
    people::graphql::StaffMember,
    tasks::graphql::Task,
};
use async_graphql::{Context, ID, Object};
use entity::{huddle, huddle_addendum, ids::StaffId};

pub struct HuddleRecord(record::Shown);

impl HuddleRecord {
    pub async fn of(ctx: &Context<'_>, huddle: &huddle::Model) -> Result<Option<Self>> {
        Ok(record::shown(cx(ctx)?, huddle).await?.map(Self))
    }
}

async fn person(ctx: &Context<'_>, named: &record::Named) -> Result<StaffMember> {
    let id: StaffId = named.id.parse().map_err(|_| crate::Error::broken("a record names people by their ids"))?;
    StaffMember::load(ctx, id).await
}

/// What a huddle was, as it was signed: who was there, whom they spoke about and for how long, and what was decided. It
/// never changes; who has to correct it adds to it.
#[Object]
impl HuddleRecord {
    /// SHA-256 of the canonical JSON that was signed, in hexadecimal.
    async fn sha256(&self) -> &str {
        &self.0.row.sha256
    }

    /// Whether record and addenda still have the digests that they were signed with, worked out now.
    async fn verified(&self) -> bool {
        self.0.verified
    }

    async fn signed_by(&self, ctx: &Context<'_>) -> Result<StaffMember> {
        StaffMember::load(ctx, self.0.row.signed_by).await
    }

    async fn signed_at(&self) -> DateTime {
        DateTime(self.0.row.signed_at)
    }

    /// What it is evidence for: `NCQA TC 06`.
    async fn evidence(&self) -> &str {
        &self.0.body.evidence
    }

    /// How long the huddle took, in seconds.
    async fn seconds(&self) -> i64 {
        self.0.body.seconds
    }

    async fn attendance(&self, ctx: &Context<'_>) -> Result<Vec<StaffMember>> {
        let mut there = Vec::new();
        for named in &self.0.body.attendance {
            there.push(person(ctx, named).await?);
        }
        Ok(there)
    }

    /// Those that the viewer may see.
    async fn items(&self) -> Vec<HuddleRecordItem> {
        self.0.body.items.iter().cloned().map(HuddleRecordItem).collect()
    }

    /// The oldest first.
    async fn addenda(&self) -> Vec<HuddleAddendum> {
        self.0.addenda.iter().cloned().map(HuddleAddendum).collect()
    }
}

pub struct HuddleRecordItem(record::Item);

/// An item as it was signed.
#[Object]
impl HuddleRecordItem {
    async fn patient(&self, ctx: &Context<'_>) -> Option<Result<Patient>> {
        let id = self.0.patient.as_ref()?.parse().ok()?;
        Patient::load(ctx, id).await.transpose()
    }

    /// The work that it is about, where that is about no patient.
    async fn task(&self, ctx: &Context<'_>) -> Option<Result<Task>> {
        let id = self.0.task.as_ref()?.parse().ok()?;
        Task::load(ctx, id).await.transpose()
    }

    async fn section(&self) -> HuddleSection {
        rules::section(&self.0.reasons).into()
    }

    /// In words.
    async fn reasons(&self) -> &[String] {
        &self.0.words
    }

    async fn state(&self) -> HuddleItemState {
        record::state_of(&self.0.state).into()
    }

    async fn seconds(&self) -> i32 {
        self.0.seconds
    }

    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    async fn decisions(&self) -> Vec<HuddleRecordDecision> {
        self.0.decisions.iter().cloned().map(HuddleRecordDecision).collect()
    }
}

pub struct HuddleRecordDecision(record::Decision);

/// A decision as it was signed.
#[Object]
impl HuddleRecordDecision {
    async fn title(&self) -> &str {
        &self.0.title
    }

    async fn kind(&self) -> &str {
        &self.0.kind
    }

    async fn owner(&self, ctx: &Context<'_>) -> Result<StaffMember> {
        person(ctx, &self.0.owner).await
    }

    async fn due_at(&self) -> DateTime {
        DateTime(self.0.due_at)
    }

    /// As it is now, where the viewer sees it.
    async fn task(&self, ctx: &Context<'_>) -> Option<Result<Task>> {
        Task::load(ctx, self.0.task.parse().ok()?).await.transpose()
    }
}

pub struct HuddleAddendum(huddle_addendum::Model);

/// What somebody had to add to a signed record.
#[Object]
impl HuddleAddendum {
    async fn id(&self) -> ID {
        to_id(self.0.id)
    }

    async fn author(&self, ctx: &Context<'_>) -> Result<StaffMember> {
        StaffMember::load(ctx, self.0.author_id).await
    }

    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }

    async fn text(&self) -> &str {
        &self.0.text
    }
}
