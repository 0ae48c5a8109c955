//! Items of feeds in the words of a document, shared by all who ask the same.
use super::{
    Server,
    documents::Document,
    execute::{self, Operation},
    measure,
};
use crate::{
    Cx, Error, Result,
    audit::Shown,
    graphql::{
        Who,
        walk::{Ask, Item},
    },
    policy::Scope,
};
use async_graphql::{Pos, Request, Response, ServerError};
use bytes::Bytes;
use futures_util::StreamExt;
use sea_orm::ActiveEnum;
use sha2::{Digest, Sha256};
use std::{sync::Arc, time::Duration};
use tracing::Instrument;

/// Items in words, for as long as live subscribers may still ask for them.
const KEPT: Duration = Duration::from_secs(10);
const KEPT_BYTES: u64 = 32 * 1024 * 1024;

/// All that an item's bytes depend on.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    /// Document, operation and variables, without the cursor that this subscriber came with.
    asked: [u8; 32],
    scope: Scope,
    seq: i64,
    /// Zero for a change; for a heartbeat, which one.
    beat: i64,
}

/// An answer, and what it shows.
#[derive(Clone)]
pub struct Words {
    /// None where there is nothing to tell this scope.
    pub payload: Option<Bytes>,
    pub shown: Arc<Shown>,
}

#[derive(Clone)]
pub struct Rendered(moka::future::Cache<Key, Words>);

impl Rendered {
    pub fn new() -> Self {
        let kept = moka::future::Cache::builder().time_to_live(KEPT).max_capacity(KEPT_BYTES);
        let size = |_: &Key, words: &Words| {
            u32::try_from(words.payload.as_ref().map_or(0, Bytes::len) + size_of::<Key>()).unwrap_or(u32::MAX)
        };
        Self(kept.weigher(size).build())
    }
}

/// What is asked, in a form that does not change from item to item.
pub struct Question {
    document: Arc<Document>,
    operation_name: Option<String>,
    variables: async_graphql::Variables,
    pub name: String,
    asked: [u8; 32],
}

impl Question {
    pub fn of(operation: &Operation) -> Self {
        let request = &operation.request;
        let mut variables = request.variables.clone();
        // A variable that only says where to resume is not part of what is asked.
        if let Some(name) = cursor_variable(&operation.document.text) {
            variables.remove(name);
        }
        let mut digest = Sha256::new();
        for part in [&operation.document.text, request.operation_name.as_deref().unwrap_or_default()] {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        digest.update(serde_json::to_vec(&variables).unwrap_or_default());
        Self {
            document: operation.document.clone(),
            operation_name: request.operation_name.clone(),
            variables,
            name: operation.name.clone(),
            asked: digest.finalize().into(),
        }
    }

    pub fn request(&self) -> Request {
        execute::request(&self.document, self.operation_name.clone(), self.variables.clone())
    }
}

/// The variable behind `after: $…`, if the document uses it for nothing else and it may be absent.
fn cursor_variable(query: &str) -> Option<&str> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let name = query.split("after:").skip(1).find_map(|rest| rest.trim_start().strip_prefix('$'))?;
    let name = &name[..name.find(|c| !is_name(c)).unwrap_or(name.len())];
    let uses = query
        .match_indices('$')
        .filter(|(at, _)| query[at + 1..].strip_prefix(name).is_some_and(|rest| !rest.starts_with(is_name)));
    let definition = format!("${name}");
    let optional = query.split_once(&definition)?.1.trim_start().strip_prefix(':')?.trim_start();
    let optional = optional.strip_prefix("String")?;
    (uses.count() == 2 && !optional.starts_with('!')).then_some(name)
}

/// The item in the words of the question: from whoever asked the same a moment ago, or worked out now.
pub async fn words(server: &Server, cx: &Cx, question: &Question, item: Item, seq: i64, beat: i64) -> Result<Words> {
    let key = Key { asked: question.asked, scope: cx.scope().clone(), seq, beat };
    let mut worked_out = false;
    let work = async {
        worked_out = true;
        // A heartbeat reads nothing.
        let own = Cx::new(server.app.clone(), cx.actor.clone());
        let own = if beat == 0 { own.in_snapshot().await? } else { own };
        let reads = own.reads.clone();
        let span = match &item {
            Item::Event { event, .. } => tracing::debug_span!("feed item", kind = event.entity_type.to_value()),
            Item::Heartbeat { .. } => tracing::Span::none(),
        };
        let response = ask(server, &own, question.request(), Ask::Item(item)).instrument(span).await;
        let Some(response) = response else { return Ok(Words { payload: None, shown: Arc::default() }) };
        // An item that could not be told whole is neither skipped nor shared.
        let passing = |error: &ServerError| measure::code(error) == "UNAVAILABLE";
        if response.data == async_graphql::Value::Null || response.errors.iter().any(passing) {
            return Err(Error::Unavailable("the feed"));
        }
        Ok(Words { payload: Some(serde_json::to_vec(&response)?.into()), shown: Arc::new(reads.take()) })
    };
    let words = server.rendered.0.try_get_with(key, work).await.map_err(|error: Arc<Error>| (*error).clone());
    server.app.metrics.feed_item(!worked_out);
    words
}

pub async fn ask(server: &Server, cx: &Cx, request: Request, ask: Ask) -> Option<Response> {
    let who = Arc::new(Who::known(cx.clone()));
    let request = request.data(server.app.clone()).data(who).data(ask);
    let mut answers = Box::pin(server.schema.execute_stream(request));
    match execute::survived(answers.next()).await {
        Ok(answer) => answer,
        Err(error) => {
            Some(Response::from_errors(vec![async_graphql::Error::from(error).into_server_error(Pos::default())]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::cursor_variable;

    #[test]
    fn the_cursor_is_no_part_of_the_question() {
        let plain =
            "subscription Feed($team: ID!, $after: String) { teamFeed(careTeamId: $team, after: $after) { at } }";
        assert_eq!(cursor_variable(plain), Some("after"));
        let twice = "subscription ($after: String) { teamFeed(careTeamId: \"x\", after: $after) { ...on TaskChanged \
                     { task { comments(after: $after) { totalCount } } } } }";
        assert_eq!(cursor_variable(twice), None);
        assert_eq!(cursor_variable("subscription { teamFeed(careTeamId: \"x\", after: \"y\") { at } }"), None);
        assert_eq!(
            cursor_variable("subscription ($a: String!) { teamFeed(careTeamId: \"x\", after: $a) { at } }"),
            None
        );
    }
}
