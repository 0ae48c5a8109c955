//! Anything by its id, as Relay asks.
use super::{cx, id};
use crate::{
    Error, Result,
    care_teams::graphql::CareTeam,
    huddles::graphql::Huddle,
    patients::graphql::Patient,
    people::{
        displays::{self, graphql::Display},
        graphql::StaffMember,
        integrations::graphql::IntegrationToken,
    },
    tasks::graphql::Task,
};
use async_graphql::{Context, ID, Interface, Object};
use entity::ids::{CareTeamId, DisplayId, HuddleId, IntegrationTokenId, PatientId, StaffId, TaskId};

/// Everything that has an id of its own.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID"))]
pub enum Node {
    StaffMember(StaffMember),
    CareTeam(CareTeam),
    Patient(Patient),
    Task(Task),
    Display(Display),
    Huddle(Huddle),
    IntegrationToken(IntegrationToken),
}

#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    async fn node(&self, ctx: &Context<'_>, id: ID) -> Option<Result<Node>> {
        Some(find(ctx, id).await)
    }
}

async fn find(ctx: &Context<'_>, text: ID) -> Result<Node> {
    let cx = cx(ctx)?;
    let kind = text.split('_').next().unwrap_or_default();
    match kind {
        TaskId::PREFIX => Ok(Node::Task(Task::show(cx, crate::tasks::service::find(cx, id(&text, "id")?).await?))),
        PatientId::PREFIX => {
            Ok(Node::Patient(Patient::show(cx, crate::patients::service::find(cx, id(&text, "id")?).await?)))
        }
        CareTeamId::PREFIX => {
            Ok(Node::CareTeam(CareTeam(crate::care_teams::service::find(cx, id(&text, "id")?).await?.into())))
        }
        StaffId::PREFIX => {
            Ok(Node::StaffMember(StaffMember(crate::people::service::find(cx, id(&text, "id")?).await?.into())))
        }
        DisplayId::PREFIX => Ok(Node::Display(Display(displays::service::find(cx, id(&text, "id")?).await?.into()))),
        HuddleId::PREFIX => {
            Ok(Node::Huddle(Huddle::show(cx, crate::huddles::service::find(cx, id(&text, "id")?).await?)))
        }
        IntegrationTokenId::PREFIX => Ok(Node::IntegrationToken(IntegrationToken::find(cx, id(&text, "id")?).await?)),
        _ => Err(Error::bad_input("id", "is not an id of a kind that we know")),
    }
}
