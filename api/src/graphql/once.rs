//! `clientMutationId`: a mutation that is sent again answers again, and does nothing again.
use super::cx;
use crate::{
    Cx, Error, Result,
    once::{self, Once},
};
use async_graphql::Context;
use entity::client_mutation;

/// What a mutation answers.
pub trait Payload: Sized {
    /// What the service answers, of which the payload is made.
    type Written: Send;
    /// The kind of thing that it is about, in the words of the log.
    const SUBJECT: &'static str;

    fn show(cx: &Cx, written: Self::Written, client_mutation_id: Option<String>) -> Self;

    /// The same, of what was written before, as the viewer may see it now.
    fn again(cx: &Cx, known: client_mutation::Model) -> impl Future<Output = Result<Self::Written>> + Send;
}

/// Does what a mutation asks for, once for each name that the client gives.
pub async fn once<P: Payload>(
    ctx: &Context<'_>,
    name: Option<String>,
    act: impl AsyncFnOnce(&Cx) -> Result<P::Written>,
) -> Result<P> {
    let shown_to = cx(ctx)?;
    // Somebody who acts at a wall display works on the board there, and does nothing else.
    let cx = &if WORK.contains(&P::SUBJECT) { shown_to.at_work() } else { shown_to.clone() };
    let Some(name) = name else { return Ok(P::show(shown_to, act(cx).await?, None)) };
    let once = Once::new(name.clone(), ctx.field().name(), P::SUBJECT, &asked(ctx)?)?;
    let written = once::once(cx, once, act, async |known| P::again(cx, known).await).await?;
    Ok(P::show(shown_to, written, Some(name)))
}

/// What stands on a board.
const WORK: [&str; 4] = ["task", "patient", "huddle", "huddle-item"];
/// What is asked with these is remembered without them: a digest of a short secret gives it away.
const SECRETS: [&str; 1] = ["pin"];

/// All that was asked besides the name, spelled one way whatever way it came.
fn asked(ctx: &Context<'_>) -> Result<String> {
    let arguments = ctx.field().arguments();
    let arguments = arguments.map_err(|_| Error::broken("arguments that were read can be read again"))?;
    let mut asked = serde_json::Map::new();
    for (name, value) in arguments {
        let mut value = value.into_json()?;
        if let Some(input) = value.as_object_mut() {
            input.retain(|name, _| name != "clientMutationId" && !SECRETS.contains(&name.as_str()));
        }
        value.sort_all_objects();
        asked.insert(name.to_string(), value);
    }
    Ok(serde_json::to_string(&asked)?)
}
