//! The mutations of a day: one verb, one input, one payload each.
use super::{
    MinuteEntry,
    calls::{Call, CallOutcome},
};
use crate::{
    Cx, Result,
    graphql::{
        id,
        once::{Payload, once},
        optional_id,
        scalars::DateTime,
    },
    my_day::{
        calls::{self, NewCall, Recorded},
        minutes::{self, NewMinutes},
    },
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::{
    client_mutation,
    ids::{CallId, MinuteEntryId},
    minute_entry,
};

#[derive(InputObject)]
struct CallCreditInput {
    task_id: ID,
    /// Completes the task; one that nobody holds is taken for it. Else it gets a comment.
    #[graphql(default)]
    done: bool,
}

#[derive(InputObject)]
struct RecordCallInput {
    /// Who was called.
    patient_id: ID,
    outcome: CallOutcome,
    /// What the call was good for, each task once, 50 at most: also of others of the household.
    #[graphql(default)]
    credits: Vec<CallCreditInput>,
    /// 1 to 480: all of the call, shared evenly in whole minutes among the patient who was called and those whose tasks
    /// got credit.
    minutes: Option<i32>,
    note: Option<String>,
    /// Makes a task to call back, due then and held by the viewer. PARKED needs it.
    call_back_at: Option<DateTime>,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct LogMinutesInput {
    patient_id: ID,
    /// A task about this patient.
    task_id: Option<ID>,
    /// Whole minutes, 1 to 480.
    minutes: i32,
    note: Option<String>,
    /// When they were spent: now unless said, and no more than 62 days ago.
    at: Option<DateTime>,
    client_mutation_id: Option<String>,
}

#[derive(InputObject)]
struct EnterMinutesInErrorInput {
    minute_entry_id: ID,
    reason: String,
    client_mutation_id: Option<String>,
}

#[derive(SimpleObject)]
struct RecordCallPayload {
    call: Call,
    client_mutation_id: Option<String>,
}

impl Payload for RecordCallPayload {
    type Written = Recorded;
    const SUBJECT: &'static str = "call";

    fn show(cx: &Cx, recorded: Recorded, client_mutation_id: Option<String>) -> Self {
        Self { call: Call::show(cx, recorded), client_mutation_id }
    }

    async fn again(cx: &Cx, known: client_mutation::Model) -> Result<Recorded> {
        calls::find(cx, CallId(known.entity_id)).await
    }
}

#[derive(SimpleObject)]
struct MinuteEntryPayload {
    minute_entry: MinuteEntry,
    client_mutation_id: Option<String>,
}

impl Payload for MinuteEntryPayload {
    type Written = minute_entry::Model;
    const SUBJECT: &'static str = "minutes";

    fn show(cx: &Cx, row: minute_entry::Model, client_mutation_id: Option<String>) -> Self {
        Self { minute_entry: MinuteEntry::show(cx, row), client_mutation_id }
    }

    async fn again(cx: &Cx, known: client_mutation::Model) -> Result<minute_entry::Model> {
        minutes::find(cx, MinuteEntryId(known.entity_id)).await
    }
}

#[derive(Default)]
pub struct MyDayMutation;

#[Object]
impl MyDayMutation {
    /// Records one call that was good for several tasks. Each of them gets all of its credit or none: `call.credits` says
    /// which got none, and why.
    async fn record_call(&self, ctx: &Context<'_>, input: RecordCallInput) -> Result<RecordCallPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            let credit = |credit: CallCreditInput| Ok((id(&credit.task_id, "input.credits.taskId")?, credit.done));
            let call = NewCall {
                patient: id(&input.patient_id, "input.patientId")?,
                outcome: input.outcome.into(),
                credits: input.credits.into_iter().map(credit).collect::<Result<_>>()?,
                minutes: input.minutes,
                note: input.note,
                call_back_at: input.call_back_at.map(|at| at.0),
            };
            calls::record(cx, call).await
        })
        .await
    }

    /// Writes down minutes that the viewer spent on a patient.
    async fn log_minutes(&self, ctx: &Context<'_>, input: LogMinutesInput) -> Result<MinuteEntryPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            let spent = NewMinutes {
                patient: id(&input.patient_id, "input.patientId")?,
                task: optional_id(&input.task_id, "input.taskId")?,
                minutes: input.minutes,
                note: input.note,
                at: input.at.map(|at| at.0),
            };
            minutes::log(cx, spent).await
        })
        .await
    }

    /// Takes minutes back that were wrong. They stay on record, and count no more.
    async fn enter_minutes_in_error(
        &self,
        ctx: &Context<'_>,
        input: EnterMinutesInErrorInput,
    ) -> Result<MinuteEntryPayload> {
        once(ctx, input.client_mutation_id, async |cx| {
            let entry = id(&input.minute_entry_id, "input.minuteEntryId")?;
            minutes::enter_in_error(cx, entry, input.reason).await
        })
        .await
    }
}
