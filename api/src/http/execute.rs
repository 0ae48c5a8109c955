//! One GraphQL operation: checked, run under the rights of its actor, and its reads put on record.
use super::{
    Server,
    denied::Asked,
    documents::{self, Document},
    measure::{self, Measured, Root},
    sender::Sender,
};
use crate::{
    Actor, Cx, Error, Result, audit,
    cx::ClientAddress,
    graphql::{Who, guard},
    people::graphql::SessionCookie,
    policy::Capacity,
};
use async_graphql::{
    Request, Response, ServerError, Variables,
    parser::types::{DocumentOperations, OperationType, Selection},
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
    pub query: Option<String>,
    /// A registered document, in place of a query.
    #[serde(rename = "documentId")]
    pub document_id: Option<String>,
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
    pub document: Arc<Document>,
    /// In about microseconds of a core, at most.
    pub cost: u64,
    /// What it asks for, should it be refused.
    pub asked: Asked,
    pub request: Request,
}

const LONGEST_NAME: usize = 100;
/// How long a query waits for its turn.
const TURN: Duration = Duration::from_secs(2);
/// How long an operation may take once it has its turn.
const OPERATION: Duration = Duration::from_secs(10);
/// What it costs to look at a document and refuse it.
const REFUSED: u64 = 2_000;
/// Errors of a document that was not run, and of one that was.
const MOST_REFUSALS: usize = 10;
const MOST_ERRORS: usize = 100;
const LONGEST_MESSAGE: usize = 400;

/// Parses and bounds a document, and takes what it costs from the budgets. The errors are those of a request that is
/// never run.
pub fn prepare(
    server: &Server,
    actor: Option<&Actor>,
    sender: &Sender,
    params: Params,
) -> Result<Operation, Vec<ServerError>> {
    let charge = |cost| {
        let left = server.limits.take(actor, sender.address, cost);
        left.map_err(|error| vec![documents::refusal(error)])
    };
    let prepared = parse(server, actor, params).map_err(|error| match charge(REFUSED) {
        Ok(()) => vec![error],
        Err(limited) => limited,
    });
    let prepared = prepared.and_then(|operation| charge(operation.cost).map(|()| operation));
    prepared.inspect_err(|errors| {
        server.app.metrics.operation("none", errors.first().map_or("BAD_USER_INPUT", measure::code));
    })
}

fn parse(server: &Server, actor: Option<&Actor>, params: Params) -> Result<Operation, ServerError> {
    let is_program = actor.is_some_and(|actor| matches!(actor.scope.capacity, Capacity::Integration { .. }));
    let free_for_all = server.app.config.free_documents;
    let document = server.documents.find(&params, free_for_all || is_program)?;
    let variables = Variables::from_json(serde_json::Value::Object(params.variables.unwrap_or_default()));
    let parsed = &document.parsed;
    let introspection = document.introspection && free_for_all;
    let checked = guard::check(parsed, params.operation_name.as_deref(), &variables, introspection);
    let guard::Checked { operation, cost } = checked.map_err(documents::refusal)?;

    let kind = operation.node.ty;
    let fields = &operation.node.selection_set.node.items;
    let root = fields.iter().find_map(|item| match &item.node {
        Selection::Field(field) => Some(field.node.name.node.to_string()),
        Selection::FragmentSpread(_) | Selection::InlineFragment(_) => None,
    });
    let roots = Root::all(parsed, operation);
    let asked = Asked::of(parsed, &operation.node.selection_set.node, &variables);
    let own = match &parsed.operations {
        DocumentOperations::Multiple(all) if all.len() == 1 => all.keys().next().map(ToString::to_string),
        DocumentOperations::Multiple(_) | DocumentOperations::Single(_) => None,
    };
    let mut name = params.operation_name.clone().or(own).or(root).unwrap_or_default();
    name.truncate(name.floor_char_boundary(LONGEST_NAME));
    let request = request(&document, params.operation_name, variables);
    Ok(Operation { kind, name, roots, document, cost, asked, request })
}

/// What the library runs. It has the document parsed and needs no text.
pub fn request(document: &Document, operation_name: Option<String>, variables: Variables) -> Request {
    let mut request = Request::new(String::new()).variables(variables);
    request.operation_name = operation_name;
    request.set_parsed_query(document.parsed.clone());
    request
}

/// Runs a query or a mutation. What a query reads is of one moment; what it shows is on record before it is answered.
pub async fn run(
    server: &Server,
    actor: Option<Actor>,
    sender: &Sender,
    operation: Operation,
    cookie: SessionCookie,
) -> Result<Response> {
    let measured = Measured::start(operation.kind, operation.roots.clone());
    let answer = answer(server, actor, sender, operation, cookie).instrument(measured.span.clone()).await;
    measured.end(&server.app.metrics, &answer);
    answer
}

async fn answer(
    server: &Server,
    actor: Option<Actor>,
    sender: &Sender,
    operation: Operation,
    cookie: SessionCookie,
) -> Result<Response> {
    let reads = operation.kind == OperationType::Query && actor.is_some();
    let _turn = if reads { Some((snapshot_turn(server).await?, server.app.metrics.snapshot())) } else { None };
    let who = Arc::new(match actor {
        None => Who::anonymous(),
        Some(actor) => {
            let cx = Cx::new(server.app.clone(), actor).from(sender.address);
            Who::known(if reads { cx.in_snapshot().await? } else { cx })
        }
    });
    let request = operation.request.data(server.app.clone()).data(who.clone()).data(cookie);
    let request = request.data(ClientAddress(sender.address));
    // What has not been committed by then is undone.
    let response = tokio::time::timeout(OPERATION, survived(server.schema.execute(request))).await;
    let response = response.map_err(|_| Error::Unavailable("an answer in time"))??;
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

/// A refusal says what is wrong; that it is wrong a thousand times is not said.
pub fn refusals(errors: &mut Vec<ServerError>) {
    errors.truncate(MOST_REFUSALS);
    with_codes(errors);
}

/// The library's own errors carry no code: they are all about the request.
pub fn with_codes(errors: &mut Vec<ServerError>) {
    errors.truncate(MOST_ERRORS);
    for error in errors {
        error.message.truncate(error.message.floor_char_boundary(LONGEST_MESSAGE));
        let extensions = error.extensions.get_or_insert_default();
        if extensions.get("code").is_none() {
            extensions.set("code", "BAD_USER_INPUT");
        }
    }
}

/// After how many seconds to come back: of who asked for too much.
pub fn retry_after(error: &ServerError) -> Option<u64> {
    match error.extensions.as_ref()?.get("retryAfter")? {
        async_graphql::Value::Number(seconds) => seconds.as_u64(),
        _ => None,
    }
}

/// Nothing was run: the document did not validate, or its variables did not fit.
pub fn was_refused(response: &Response) -> bool {
    response.data == async_graphql::Value::Null
        && !response.errors.is_empty()
        && response.errors.iter().all(|error| error.path.is_empty())
}
