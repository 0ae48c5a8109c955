//! One GraphQL operation: checked, run under the rights of its actor, and its reads put on record.
use super::{
    Server,
    denied::Asked,
    measure::{self, Measured, Root},
};
use crate::{
    Actor, Cx, Error, Result, audit,
    graphql::{Who, guard},
    people::graphql::SessionCookie,
};
use async_graphql::{
    Request, Response, ServerError, Variables,
    parser::{
        parse_query,
        types::{DocumentOperations, OperationType, Selection},
    },
};
use futures_util::FutureExt;
use rand::Rng;
use serde::Deserialize;
use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};
use tokio::sync::OwnedSemaphorePermit;
use tracing::Instrument;

/// What a client sends.
#[derive(Clone, Debug, Deserialize)]
pub struct Params {
    pub query: String,
    #[serde(rename = "operationName")]
    pub operation_name: Option<String>,
    #[serde(default)]
    pub variables: Option<serde_json::Map<String, serde_json::Value>>,
    #[serde(default)]
    #[expect(dead_code, reason = "the protocol names it and wants its type checked")]
    extensions: Option<serde_json::Map<String, serde_json::Value>>,
}

/// An operation that may run.
pub struct Operation {
    pub kind: OperationType,
    /// What the audit record calls it: the document's own name for it, or its first field.
    pub name: String,
    pub roots: Vec<Root>,
    /// What it asks for, should it be refused.
    pub asked: Asked,
    pub request: Request,
}

const LONGEST_NAME: usize = 100;
/// How long a query waits for its turn.
const TURN: Duration = Duration::from_secs(2);

/// Parses and bounds a document. The errors are those of a request that is never run.
pub fn prepare(server: &Server, params: Params) -> Result<Operation, Vec<ServerError>> {
    parse(params).inspect_err(|errors| {
        server.app.metrics.operation("none", errors.first().map_or("BAD_USER_INPUT", measure::code));
    })
}

fn parse(params: Params) -> Result<Operation, Vec<ServerError>> {
    let refuse = |error: Error| vec![async_graphql::Error::from(error).into_server_error(Default::default())];
    if params.query.len() > guard::TEXT {
        return Err(refuse(Error::TooComplex(format!("a document has at most {} bytes", guard::TEXT))));
    }
    if nesting(&params.query) > 4 * guard::DEPTH {
        return Err(refuse(Error::TooComplex("the document is nested too deeply".to_owned())));
    }
    let document = parse_query(&params.query).map_err(|error| vec![ServerError::from(error)])?;
    let variables = Variables::from_json(serde_json::Value::Object(params.variables.unwrap_or_default()));
    let operation = guard::check(&document, params.operation_name.as_deref(), &variables).map_err(refuse)?;

    let kind = operation.node.ty;
    let fields = &operation.node.selection_set.node.items;
    let root = fields.iter().find_map(|item| match &item.node {
        Selection::Field(field) => Some(field.node.name.node.to_string()),
        Selection::FragmentSpread(_) | Selection::InlineFragment(_) => None,
    });
    let roots = Root::all(&document, operation);
    let asked = Asked::of(&document, &operation.node.selection_set.node, &variables);
    let own = match &document.operations {
        DocumentOperations::Multiple(all) if all.len() == 1 => all.keys().next().map(ToString::to_string),
        DocumentOperations::Multiple(_) | DocumentOperations::Single(_) => None,
    };
    let mut name = params.operation_name.clone().or(own).or(root).unwrap_or_default();
    name.truncate(name.floor_char_boundary(LONGEST_NAME));
    let mut request = Request::new(params.query).variables(variables);
    request.operation_name = params.operation_name;
    request.set_parsed_query(document);
    Ok(Operation { kind, name, roots, asked, request })
}

/// Levels of brackets outside of strings: parsing goes down the stack with each.
fn nesting(text: &str) -> usize {
    let (mut depth, mut deepest, mut in_string, mut escaped) = (0_usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'(' | b'[' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b')' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Runs a query or a mutation. What a query reads is of one moment; what it shows is on record before it is answered.
pub async fn run(
    server: &Server,
    actor: Option<Actor>,
    operation: Operation,
    cookie: SessionCookie,
) -> Result<Response> {
    let measured = Measured::start(operation.kind, operation.roots.clone());
    let answer = answer(server, actor, operation, cookie).instrument(measured.span.clone()).await;
    measured.end(&server.app.metrics, &answer);
    answer
}

async fn answer(
    server: &Server,
    actor: Option<Actor>,
    operation: Operation,
    cookie: SessionCookie,
) -> Result<Response> {
    let reads = operation.kind == OperationType::Query && actor.is_some();
    let _turn = if reads { Some((snapshot_turn(server).await?, server.app.metrics.snapshot())) } else { None };
    let who = Arc::new(match actor {
        None => Who::anonymous(),
        Some(actor) => {
            let cx = Cx::new(server.app.clone(), actor);
            Who::known(if reads { cx.in_snapshot().await? } else { cx })
        }
    });
    let request = operation.request.data(server.app.clone()).data(who.clone()).data(cookie);
    let response = survived(server.schema.execute(request)).await?;
    let cx = who.cx().map(Cx::out_of_snapshot);
    drop(who);
    if let Some(cx) = cx {
        audit::record_denied(&cx, operation.asked.denied(&response.errors)).await?;
        audit::record_reads(&cx, &operation.name).await?;
    }
    Ok(response)
}

/// The answer, or an error of ours where a defect ended the work: it ends nothing else. What it said may hold anything.
pub async fn survived<T>(work: impl Future<Output = T>) -> Result<T> {
    AssertUnwindSafe(work).catch_unwind().await.map_err(|_| Error::broken("an operation runs to its end"))
}

/// Waits a moment for a turn; then it is better that the screen comes back later than that all wait longer.
async fn snapshot_turn(server: &Server) -> Result<OwnedSemaphorePermit> {
    match tokio::time::timeout(TURN, server.snapshots.clone().acquire_owned()).await {
        Ok(Ok(turn)) => Ok(turn),
        // At different moments, so that not all come back at once.
        _ => {
            server.app.metrics.snapshot_refused();
            Err(Error::Busy { retry_after: rand::rng().random_range(1..=5) })
        }
    }
}

/// The library's own errors carry no code: they are all about the request.
pub fn with_codes(errors: &mut [ServerError]) {
    for error in errors {
        let extensions = error.extensions.get_or_insert_default();
        if extensions.get("code").is_none() {
            extensions.set("code", "BAD_USER_INPUT");
        }
    }
}

/// Nothing was run: the document did not validate, or its variables did not fit.
pub fn was_refused(response: &Response) -> bool {
    response.data == async_graphql::Value::Null
        && !response.errors.is_empty()
        && response.errors.iter().all(|error| error.path.is_empty())
}
