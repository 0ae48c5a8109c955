//! What every capability's resolvers share, and the schema that they make together.
pub mod closed;
pub mod feed;
pub mod guard;
pub mod load;
pub mod node;
pub mod once;
pub mod page;
pub mod scalars;
pub mod walk;

use crate::{
    App, Cx, Error, Result, audit, care_teams, caseload, emergency, error::ErrorCode, handoffs, history, huddles,
    my_day, patients, people, presence, tasks,
};
use async_graphql::{Context, ID, MergedObject, MergedSubscription};
use load::Loader;
use std::{
    fmt::Display,
    hash::Hash,
    str::FromStr,
    sync::{Arc, LazyLock, OnceLock},
};

#[derive(MergedObject, Default)]
pub struct Query(
    people::graphql::PeopleQuery,
    people::displays::graphql::DisplayQuery,
    people::integrations::graphql::IntegrationQuery,
    people::mine::graphql::MineQuery,
    people::admin::graphql::AdminQuery,
    node::NodeQuery,
    care_teams::graphql::CareTeamQuery,
    caseload::graphql::SettingsQuery,
    caseload::graphql::RebalanceQuery,
    patients::graphql::PatientQuery,
    tasks::graphql::TaskQuery,
    tasks::takeover::graphql::TakeOverQuery,
    handoffs::graphql::HandoffQuery,
    huddles::graphql::HuddleQuery,
    emergency::graphql::EmergencyQuery,
    history::replay::graphql::ReplayQuery,
    history::times::graphql::TimesQuery,
    audit::graphql::AuditQuery,
    my_day::graphql::MyDayQuery,
);

/// Everything that changes something. Who signed in may name what they do by a `clientMutationId` of 1 to 100 characters,
/// new for each thing. Sent again under the same name, with the same input, it has no second effect and answers again,
/// for 72 hours; another thing under that name is CONFLICT. What was refused is decided again.
#[derive(MergedObject, Default)]
pub struct Mutation(
    people::graphql::PeopleMutation,
    people::clearances::graphql::ClearanceMutation,
    people::displays::graphql::DisplayMutation,
    people::integrations::graphql::IntegrationMutation,
    people::sign_in::graphql::SignInMutation,
    people::factors::graphql::FactorMutation,
    people::mine::graphql::MineMutation,
    people::admin::graphql::AdminMutation,
    tasks::graphql::TaskMutation,
    tasks::graphql::TaskDetailMutation,
    tasks::takeover::graphql::TakeOverMutation,
    handoffs::graphql::HandoffMutation,
    patients::graphql::PatientMutation,
    patients::graphql::ProtectionMutation,
    care_teams::graphql::CareTeamMutation,
    caseload::graphql::SettingsMutation,
    caseload::graphql::HoursMutation,
    caseload::graphql::RebalanceMutation,
    caseload::graphql::CoverMutation,
    huddles::graphql::HuddleMutation,
    emergency::graphql::EmergencyMutation,
    my_day::graphql::MyDayMutation,
);

#[derive(MergedSubscription, Default)]
pub struct Subscription(
    feed::FeedSubscription,
    presence::graphql::PresenceSubscription,
    emergency::graphql::EmergencySubscription,
);

pub type Schema = async_graphql::Schema<Query, Mutation, Subscription>;

/// With suggestions of names for who mistyped one, or without, where the schema is not to be found out that way.
pub fn schema(suggestions: bool) -> Schema {
    let schema = Schema::build(Query::default(), Mutation::default(), Subscription::default())
        .register_output_type::<ErrorCode>()
        .register_output_type::<node::Node>()
        // `guard` has bounded the document before it comes here; these are its second line.
        .limit_depth(guard::DEPTH + 10)
        .limit_directives(5);
    if suggestions { schema.finish() } else { schema.disable_suggestions().finish() }
}

/// The schema as text, as it is served and checked in.
pub fn sdl() -> &'static str {
    static SDL: LazyLock<String> = LazyLock::new(|| {
        let options = async_graphql::SDLExportOptions::new();
        schema(false).sdl_with_options(options.sorted_fields().sorted_arguments().sorted_enum_items().use_space_ident())
    });
    &SDL
}

/// Who asks, in every request's data. Signing in fills it, so that the payload can show what the viewer sees.
#[derive(Default)]
pub struct Who(OnceLock<(Cx, Loader)>);

impl Who {
    pub fn anonymous() -> Self {
        Self::default()
    }

    pub fn known(cx: Cx) -> Self {
        let who = Self::default();
        who.enter(cx);
        who
    }

    pub fn enter(&self, cx: Cx) {
        let _ = self.0.set((cx.clone(), load::loader(cx)));
    }

    pub fn cx(&self) -> Option<&Cx> {
        self.0.get().map(|(cx, _)| cx)
    }
}

/// For what may be asked before anybody has signed in.
pub fn app<'a>(ctx: &Context<'a>) -> Result<&'a Arc<App>> {
    ctx.data_opt::<Arc<App>>().ok_or_else(|| Error::broken("every request carries the app"))
}

fn who<'a>(ctx: &Context<'a>) -> Result<&'a (Cx, Loader)> {
    let who = ctx.data_opt::<Arc<Who>>().ok_or_else(|| Error::broken("every request says who asks"))?;
    who.0.get().ok_or(Error::Unauthenticated)
}

/// Who asks; an error for who has not signed in.
pub fn cx<'a>(ctx: &Context<'a>) -> Result<&'a Cx> {
    who(ctx).map(|(cx, _)| cx)
}

pub fn loader<'a>(ctx: &Context<'a>) -> Result<&'a Loader> {
    who(ctx).map(|(_, loader)| loader)
}

/// One row by id, loaded together with its siblings'.
pub async fn load<K, V>(ctx: &Context<'_>, id: K) -> Result<Option<V>>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    V: Send + Sync + Clone + 'static,
    load::Load: async_graphql::dataloader::Loader<K, Value = V, Error = Error>,
{
    loader(ctx)?.load_one(id).await
}

/// The typed id behind the text, or an error that names the field.
pub fn id<T: FromStr>(text: &ID, field: &str) -> Result<T> {
    text.parse().map_err(|_| Error::bad_input(field, "is not an id of this kind"))
}

pub fn optional_id<T: FromStr>(text: &Option<ID>, field: &str) -> Result<Option<T>> {
    text.as_ref().map(|text| id(text, field)).transpose()
}

pub fn to_id(id: impl Display) -> ID {
    ID(id.to_string())
}

/// The kind and the number of an id of any kind, if this is one.
pub fn id_in_text(text: &str) -> Option<(String, uuid::Uuid)> {
    let (kind, digits) = text.split_once('_')?;
    let lower = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase());
    let plain = digits.len() == 32 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    match kind.len() <= 20 && lower(kind) && plain {
        true => digits.parse().ok().map(|id| (kind.to_owned(), id)),
        false => None,
    }
}
