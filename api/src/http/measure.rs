//! What is counted of a GraphQL operation: its kind and how it ended, and each mutation by its name.
use super::execute::was_refused;
use crate::{Result, error::ErrorCode, metrics::Metrics};
use async_graphql::{
    PathSegment, Positioned, Response, ServerError, Value,
    parser::types::{ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet},
    resolver_utils::EnumType,
};
use std::time::Instant;

/// A field at the root: what the answer calls it, and what the schema calls it.
#[derive(Clone, Debug)]
pub struct Root {
    key: String,
    name: String,
}

impl Root {
    /// Of a document that the guard has found to be without circles.
    pub fn all(document: &ExecutableDocument, operation: &Positioned<OperationDefinition>) -> Vec<Self> {
        let mut found = Vec::new();
        collect(document, &operation.node.selection_set.node, &mut found);
        found
    }
}

fn collect(document: &ExecutableDocument, set: &SelectionSet, found: &mut Vec<Root>) {
    for item in &set.items {
        match &item.node {
            Selection::Field(field) => found
                .push(Root { key: field.node.response_key().node.to_string(), name: field.node.name.node.to_string() }),
            Selection::InlineFragment(inline) => collect(document, &inline.node.selection_set.node, found),
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                    collect(document, &fragment.node.selection_set.node, found);
                }
            }
        }
    }
}

pub fn kind(of: OperationType) -> &'static str {
    match of {
        OperationType::Query => "query",
        OperationType::Mutation => "mutation",
        OperationType::Subscription => "subscription",
    }
}

/// An operation that runs.
pub struct Measured {
    kind: OperationType,
    mutations: Vec<Root>,
    since: Instant,
}

impl Measured {
    pub fn start(kind: OperationType, roots: &[Root]) -> Self {
        let mutations = if kind == OperationType::Mutation { roots.to_vec() } else { Vec::new() };
        Self { kind, mutations, since: Instant::now() }
    }

    pub fn end(self, metrics: &Metrics, answer: &Result<Response>) {
        let kind = kind(self.kind);
        let outcome = match answer {
            Ok(response) => response.errors.first().map_or("ok", code),
            Err(error) => name(error.code()),
        };
        metrics.operation(kind, outcome);
        metrics.operation_took(kind, self.since.elapsed());
        // A document that was refused may hold any names.
        if answer.as_ref().is_ok_and(was_refused) {
            return;
        }
        for Root { key, name } in self.mutations {
            match answer {
                Err(_) => metrics.mutation(name, outcome),
                Ok(response) => match (error_of(response, &key), &response.data) {
                    (Some(error), Value::Object(_)) => metrics.mutation(name, code(error)),
                    (Some(error), _) => {
                        metrics.mutation(name, code(error));
                        // They run one after the other, and one that may not be null ends them all.
                        return;
                    }
                    (None, Value::Object(fields)) if !fields.contains_key(key.as_str()) => {} // skipped
                    (None, _) => metrics.mutation(name, "ok"),
                },
            }
        }
    }
}

fn error_of<'a>(response: &'a Response, key: &str) -> Option<&'a ServerError> {
    let about =
        |error: &&ServerError| matches!(error.path.first(), Some(PathSegment::Field(name)) if name.as_str() == key);
    response.errors.iter().find(about)
}

/// The library's own errors carry no code: they are all about the request.
pub fn code(error: &ServerError) -> &'static str {
    let given = error.extensions.as_ref().and_then(|extensions| extensions.get("code"));
    let known = ErrorCode::items().iter().find(|item| match given {
        Some(Value::Enum(name)) => name.as_str() == item.name,
        Some(Value::String(name)) => name == item.name,
        _ => false,
    });
    known.map_or("BAD_USER_INPUT", |item| item.name)
}

pub fn name(code: ErrorCode) -> &'static str {
    ErrorCode::items().iter().find(|item| item.value == code).map_or("INTERNAL", |item| item.name)
}
