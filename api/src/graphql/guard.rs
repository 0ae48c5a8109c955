//! Bounds what a document can cost before anything validates or runs it.
//!
//! The library walks a fragment again at every place that spreads it, so a document of a kilobyte can keep a core busy
//! for minutes. Here each fragment is measured once.
use crate::{Error, Result};
use async_graphql::{
    Name, Positioned, Variables,
    parser::types::{
        DocumentOperations, ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet,
    },
};
use async_graphql_value::{ConstValue, Value};
use std::collections::HashMap;

pub const TEXT: usize = 16 * 1024;
pub const DEPTH: usize = 10;
const FRAGMENTS: usize = 64;
const OPERATIONS: usize = 10;
/// Fields after all fragments are written out.
const FIELDS: u64 = 2_000;
/// Objects that nested pages can ask for.
const OBJECTS: u64 = 20_000;
const ALIASES_OF_A_MUTATION: usize = 10;
const ALIASES_OF_ROOT: usize = 50;

#[derive(Clone, Copy, Default)]
struct Size {
    fields: u64,
    depth: usize,
    /// For one parent object.
    objects: u64,
}

/// The operation that would run, if its document is one that we take.
pub fn check<'a>(
    document: &'a ExecutableDocument,
    operation: Option<&str>,
    variables: &Variables,
) -> Result<&'a Positioned<OperationDefinition>> {
    let operations = match &document.operations {
        DocumentOperations::Single(_) => 1,
        DocumentOperations::Multiple(all) => all.len(),
    };
    at_most("operations", operations as u64, OPERATIONS as u64)?;
    at_most("fragments", document.fragments.len() as u64, FRAGMENTS as u64)?;
    let chosen = choose(document, operation)?;

    let mut measure = Measure { document, variables, known: HashMap::new() };
    let size = measure.selections(&chosen.node.selection_set.node)?;
    let roots = chosen.node.selection_set.node.items.len();
    match chosen.node.ty {
        OperationType::Mutation => at_most("mutations", roots as u64, ALIASES_OF_A_MUTATION as u64)?,
        OperationType::Query => at_most("fields at the root", roots as u64, ALIASES_OF_ROOT as u64)?,
        OperationType::Subscription => {}
    }
    at_most("fields", size.fields, FIELDS)?;
    at_most("levels", size.depth as u64, DEPTH as u64)?;
    at_most("objects in nested pages", size.objects, OBJECTS)?;
    Ok(chosen)
}

fn at_most(what: &str, is: u64, limit: u64) -> Result<()> {
    if is <= limit {
        return Ok(());
    }
    Err(Error::TooComplex(format!("the document asks for too much: {is} {what}, {limit} are allowed")))
}

fn choose<'a>(document: &'a ExecutableDocument, name: Option<&str>) -> Result<&'a Positioned<OperationDefinition>> {
    match (&document.operations, name) {
        (DocumentOperations::Single(only), None) => Ok(only),
        (DocumentOperations::Single(_), Some(_)) => {
            Err(Error::bad_input("operationName", "names no operation of the document"))
        }
        (DocumentOperations::Multiple(all), Some(name)) => {
            all.get(name).ok_or_else(|| Error::bad_input("operationName", "names no operation of the document"))
        }
        (DocumentOperations::Multiple(all), None) => match all.values().next() {
            Some(only) if all.len() == 1 => Ok(only),
            _ => Err(Error::bad_input("operationName", "says which of several operations to run")),
        },
    }
}

/// A connection of which only the count or the cursors are asked for shows no rows.
fn asks_for_rows(connection: &Field) -> bool {
    connection.selection_set.node.items.iter().any(|item| match &item.node {
        Selection::Field(field) => matches!(field.node.name.node.as_str(), "nodes" | "edges"),
        Selection::FragmentSpread(_) | Selection::InlineFragment(_) => true,
    })
}

struct Measure<'a> {
    document: &'a ExecutableDocument,
    variables: &'a Variables,
    /// None while a fragment is being measured: meeting it again then is a circle.
    known: HashMap<&'a Name, Option<Size>>,
}

impl<'a> Measure<'a> {
    fn selections(&mut self, set: &'a SelectionSet) -> Result<Size> {
        let mut sum = Size::default();
        for item in &set.items {
            let size = match &item.node {
                Selection::Field(field) => self.field(&field.node)?,
                Selection::InlineFragment(inline) => self.selections(&inline.node.selection_set.node)?,
                Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node)?,
            };
            sum.fields = sum.fields.saturating_add(size.fields);
            sum.objects = sum.objects.saturating_add(size.objects);
            sum.depth = sum.depth.max(size.depth);
        }
        Ok(sum)
    }

    fn field(&mut self, field: &'a Field) -> Result<Size> {
        let inner = self.selections(&field.selection_set.node)?;
        let name = field.name.node.as_str();
        // Introspection is deep by nature and small: its fields count, its levels do not.
        let depth = if name.starts_with("__") { 1 } else { inner.depth + 1 };
        let rows = self.page_size(field);
        Ok(Size {
            fields: inner.fields.saturating_add(1),
            depth,
            objects: match rows {
                Some(rows) => rows.saturating_mul(inner.objects.saturating_add(1)),
                None => inner.objects,
            },
        })
    }

    /// How many rows a connection asks for.
    fn page_size(&self, field: &Field) -> Option<u64> {
        const CONNECTIONS: [&str; 8] =
            ["careTeams", "comments", "coordinatorHistory", "history", "patients", "staff", "tasks", "timeline"];
        if !CONNECTIONS.contains(&field.name.node.as_str()) || !asks_for_rows(field) {
            return None;
        }
        let given = match field.get_argument("first").map(|value| &value.node) {
            Some(Value::Number(number)) => number.as_u64(),
            Some(Value::Variable(name)) => match self.variables.get(name) {
                Some(ConstValue::Number(number)) => number.as_u64(),
                _ => Some(200),
            },
            _ => Some(50),
        };
        Some(given.unwrap_or(200).min(200))
    }

    fn fragment(&mut self, name: &'a Name) -> Result<Size> {
        match self.known.get(name) {
            Some(Some(size)) => return Ok(*size),
            Some(None) => return Err(Error::bad_input("query", format!("fragment {name} contains itself"))),
            None => {}
        }
        // A name without a fragment is for validation to refuse.
        let Some(fragment) = self.document.fragments.get(name) else { return Ok(Size::default()) };
        self.known.insert(name, None);
        let size = self.selections(&fragment.node.selection_set.node)?;
        self.known.insert(name, Some(size));
        Ok(size)
    }
}
