//! What is counted of a GraphQL operation: its kind and how it ended, and each mutation by its name.
use super::execute::was_refused;
use crate::{Result, error::ErrorCode, metrics::Metrics};
use async_graphql::{
    PathSegment, Positioned, Response, ServerError, Value,
    parser::types::{ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet},
    resolver_utils::EnumType,
};
use std::{collections::BTreeSet, time::Instant};
use tracing::{Span, field::Empty};

/// Fields at the root that a span names.
const NAMED: usize = 10;

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
    roots: Vec<Root>,
    since: Instant,
    pub span: Span,
}

impl Measured {
    pub fn start(of: OperationType, roots: Vec<Root>) -> Self {
        let span = tracing::info_span!("operation", kind = kind(of), fields = Empty, outcome = Empty);
        Self { kind: of, roots, since: Instant::now(), span }
    }

    pub fn end(self, metrics: &Metrics, answer: &Result<Response>) {
        let kind = kind(self.kind);
        let outcome = match answer {
            Ok(response) => response.errors.first().map_or("ok", code),
            Err(error) => name(error.code()),
        };
        metrics.operation(kind, outcome);
        metrics.operation_took(kind, self.since.elapsed());
        self.span.record("outcome", outcome);
        // A document that was refused may hold any names.
        if answer.as_ref().is_ok_and(was_refused) {
            return;
        }
        if answer.is_ok() && !self.span.is_disabled() {
            self.span.record("fields", fields(&self.roots));
        }
        if self.kind != OperationType::Mutation {
            return;
        }
        for Root { key, name } in self.roots {
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

/// What a validated document asks for, in the words of the schema.
pub fn fields(roots: &[Root]) -> String {
    let names: BTreeSet<&str> = roots.iter().map(|root| root.name.as_str()).collect();
    names.into_iter().take(NAMED).collect::<Vec<_>>().join(",")
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
