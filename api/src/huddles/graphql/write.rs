//! The mutations of huddles: one verb, one input, one payload each.
use super::{Huddle, HuddleItem, HuddleSlot, item::HuddleItemState};
use crate::{
    Cx, Result,
    care_teams::graphql::CareTeamPayload,
    graphql::{
        id,
        once::{Payload, once},
        optional_id,
        scalars::DateTime,
    },
    huddles::{
        record,
        service::{self, NewDecision, settings},
    },
    tasks::{
        self,
        graphql::{Task, TaskPriority},
    },
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::{
    client_mutation, huddle, huddle_item,
    ids::{HuddleId, HuddleItemId, TaskId},
    task,
};

#[derive(InputObject)]
struct OpenHuddleInput {
    care_team_id: ID,
    /// AM before noon, else PM, unless told.
    slot: Option<HuddleSlot>,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct StartHuddleInput {
    huddle_id: ID,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct TakeHuddleLeadInput {
    huddle_id: ID,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct MoveHuddleInput {
    huddle_id: ID,
    /// None: the next open one.
    item_id: Option<ID>,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct SettleHuddleItemInput {
    item_id: ID,
    state: HuddleItemState,
    note: Option<String>,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct DecideInHuddleInput {
    item_id: ID,
    /// A stable code: OUTREACH_CALL, …
    kind: String,
    title: String,
    /// A member of the team who may do such work, and may see the patient.
    owner_id: ID,
    due_at: DateTime,
    instructions: Option<String>,
    #[graphql(default_with = "Some(TaskPriority::Routine)")]
    priority: Option<TaskPriority>,
    client_mutation_id: Option<String>,
}

/// One of `patientId` and `taskId`.
#[derive(InputObject)]
struct AddHuddleItemInput {
    huddle_id: ID,
    patient_id: Option<ID>,
    /// Work about a patient puts the patient on the agenda.
    task_id: Option<ID>,
    note: Option<String>,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct SetHuddleAttendanceInput {
    huddle_id: ID,
    staff_id: ID,
    present: bool,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct EndHuddleInput {
    huddle_id: ID,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct AddHuddleAddendumInput {
    huddle_id: ID,
    text: String,
    client_mutation_id: Option<String>,
}

/// What is absent stays as it is.
#[derive(InputObject)]
struct SetHuddleSettingsInput {
    care_team_id: ID,
    /// 5 to 20.
    length_minutes: Option<i32>,
    /// Each 1 to 365.
    highest_touch_days: Option<i32>,
    high_touch_days: Option<i32>,
    rising_touch_days: Option<i32>,
    low_touch_days: Option<i32>,
    client_mutation_id: Option<String>,
}

#[derive(SimpleObject)]
pub struct HuddlePayload {
    huddle: Huddle,
    client_mutation_id: Option<String>,
}

impl Payload for HuddlePayload {
    type Written = huddle::Model;
    const SUBJECT: &'static str = "huddle";

    fn show(cx: &Cx, row: huddle::Model, client_mutation_id: Option<String>) -> Self {
        Self { huddle: Huddle::show(cx, row), client_mutation_id }
    }

    async fn again(cx: &Cx, known: client_mutation::Model) -> Result<huddle::Model> {
        service::find(cx, HuddleId(known.entity_id)).await
    }
}

pub struct HuddleItemPayload {
    huddle: Huddle,
    item: HuddleItemId,
    client_mutation_id: Option<String>,
}

#[Object]
impl HuddleItemPayload {
    async fn huddle(&self) -> Huddle {
        self.huddle.clone()
    }

    async fn item(&self, ctx: &Context<'_>) -> Result<HuddleItem> {
        self.huddle.item(ctx, self.item).await
    }

    async fn client_mutation_id(&self) -> Option<&str> {
        self.client_mutation_id.as_deref()
    }
}

impl Payload for HuddleItemPayload {
    type Written = (huddle::Model, huddle_item::Model);
    const SUBJECT: &'static str = "huddle-item";

    fn show(cx: &Cx, (huddle, item): Self::Written, client_mutation_id: Option<String>) -> Self {
        Self { huddle: Huddle::show(cx, huddle), item: item.id, client_mutation_id }
    }

    async fn again(cx: &Cx, known: client_mutation::Model) -> Result<Self::Written> {
        service::find_item(cx, HuddleItemId(known.entity_id)).await
    }
}

pub struct DecideInHuddlePayload {
    huddle: Huddle,
    item: HuddleItemId,
    task: Task,
    client_mutation_id: Option<String>,
}

#[Object]
impl DecideInHuddlePayload {
    async fn huddle(&self) -> Huddle {
        self.huddle.clone()
    }

    /// With the new task among its decisions.
    async fn item(&self, ctx: &Context<'_>) -> Result<HuddleItem> {
        self.huddle.item(ctx, self.item).await
    }

    async fn task(&self) -> Task {
        self.task.clone()
    }

    async fn client_mutation_id(&self) -> Option<&str> {
        self.client_mutation_id.as_deref()
    }
}

impl Payload for DecideInHuddlePayload {
    type Written = (huddle::Model, huddle_item::Model, task::Model);
    const SUBJECT: &'static str = "task";

    fn show(cx: &Cx, (huddle, item, task): Self::Written, client_mutation_id: Option<String>) -> Self {
        Self { huddle: Huddle::show(cx, huddle), item: item.id, task: Task::show(cx, task), client_mutation_id }
    }

    async fn again(cx: &Cx, known: client_mutation::Model) -> Result<Self::Written> {
        let (huddle, item) = service::of_decision(cx, TaskId(known.entity_id)).await?;
        Ok((huddle, item, tasks::service::find_again(cx, &known).await?))
    }
}

fn huddle_id(text: &ID) -> Result<HuddleId> {
    id(text, "input.huddleId")
}

#[derive(Default)]
pub struct HuddleMutation;

#[Object]
impl HuddleMutation {
    /// Today's huddle of this part of the day, made where there is none yet. Idempotent.
    async fn open_huddle(&self, ctx: &Context<'_>, input: OpenHuddleInput) -> Result<HuddlePayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            service::open(cx, id(&input.care_team_id, "input.careTeamId")?, input.slot.map(Into::into)).await
        })
        .await
    }

    /// Begins; the viewer leads and is present, and the first item is the current one. Where somebody was faster, it
    /// answers what is: `facilitator` says who leads.
    async fn start_huddle(&self, ctx: &Context<'_>, input: StartHuddleInput) -> Result<HuddlePayload> {
        once(ctx, input.client_mutation_id, async |cx| service::start(cx, huddle_id(&input.huddle_id)?).await).await
    }

    /// The viewer leads from now on.
    async fn take_huddle_lead(&self, ctx: &Context<'_>, input: TakeHuddleLeadInput) -> Result<HuddlePayload> {
        once(ctx, input.client_mutation_id, async |cx| service::take_lead(cx, huddle_id(&input.huddle_id)?).await).await
    }

    /// Speaks about another item.
    async fn move_huddle(&self, ctx: &Context<'_>, input: MoveHuddleInput) -> Result<HuddlePayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            let item = optional_id(&input.item_id, "input.itemId")?;
            service::move_to(cx, huddle_id(&input.huddle_id)?, item).await
        })
        .await
    }

    /// Discussed, deferred or absent; if it was the current one, the next becomes that. OPEN takes it back. CONFLICT where
    /// somebody was faster.
    async fn settle_huddle_item(&self, ctx: &Context<'_>, input: SettleHuddleItemInput) -> Result<HuddleItemPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            service::settle(cx, id(&input.item_id, "input.itemId")?, input.state.into(), input.note).await
        })
        .await
    }

    /// Makes a task of a decision, with its owner and its due time, about what the item is about.
    async fn decide_in_huddle(&self, ctx: &Context<'_>, input: DecideInHuddleInput) -> Result<DecideInHuddlePayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            let new = NewDecision {
                kind: input.kind,
                title: input.title,
                instructions: input.instructions,
                priority: input.priority.unwrap_or(TaskPriority::Routine).into(),
                owner: id(&input.owner_id, "input.ownerId")?,
                due_at: input.due_at.0,
            };
            service::decide(cx, id(&input.item_id, "input.itemId")?, new).await
        })
        .await
    }

    /// Puts a patient, or work, on the agenda. What is there already keeps its place, and is open again.
    async fn add_huddle_item(&self, ctx: &Context<'_>, input: AddHuddleItemInput) -> Result<HuddleItemPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            let patient = optional_id(&input.patient_id, "input.patientId")?;
            let work = optional_id(&input.task_id, "input.taskId")?;
            service::add_item(cx, huddle_id(&input.huddle_id)?, patient, work, input.note).await
        })
        .await
    }

    async fn set_huddle_attendance(&self, ctx: &Context<'_>, input: SetHuddleAttendanceInput) -> Result<HuddlePayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            let staff = id(&input.staff_id, "input.staffId")?;
            service::attend(cx, huddle_id(&input.huddle_id)?, staff, input.present).await
        })
        .await
    }

    /// Ends it and signs its record. What was not discussed goes to the next huddle. Not through a wall display.
    async fn end_huddle(&self, ctx: &Context<'_>, input: EndHuddleInput) -> Result<HuddlePayload> {
        once(ctx, input.client_mutation_id, async |cx| service::end(cx, huddle_id(&input.huddle_id)?).await).await
    }

    /// Corrects a signed record by adding to it.
    async fn add_huddle_addendum(&self, ctx: &Context<'_>, input: AddHuddleAddendumInput) -> Result<HuddlePayload> {
        once(ctx, input.client_mutation_id, async |cx| record::add(cx, huddle_id(&input.huddle_id)?, input.text).await)
            .await
    }

    /// For who manages the team, and proved a moment ago who they are.
    async fn set_huddle_settings(&self, ctx: &Context<'_>, input: SetHuddleSettingsInput) -> Result<CareTeamPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            let change = settings::Change {
                length_minutes: input.length_minutes,
                highest_touch_days: input.highest_touch_days,
                high_touch_days: input.high_touch_days,
                rising_touch_days: input.rising_touch_days,
                low_touch_days: input.low_touch_days,
            };
            settings::set(cx, id(&input.care_team_id, "input.careTeamId")?, change).await
        })
        .await
    }
}
