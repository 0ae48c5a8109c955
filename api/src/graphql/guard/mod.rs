//! Bounds what a document can cost before anything validates or runs it.
//!
//! The library walks a fragment again at every place that spreads it, so a document of a kilobyte can keep a core busy
//! for minutes. Here each fragment is measured once, with the fields of the schema as the measure.
mod costs;
mod measure;
mod text;
mod values;

pub use costs::Costs;
pub use text::parse;

use crate::{Error, Result};
use async_graphql::{
    Positioned, Variables,
    parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition, OperationType},
};
use fail::fail_point;
use measure::{Measure, Size};

pub const DEPTH: usize = 10;
pub const TEXT: usize = 16 * 1024;
/// What a document may cost, in about microseconds of a core. `checker fuzz` looks for one that is worse than it seems.
pub const COST: u64 = 150_000;
const OPERATIONS: usize = 10;
const FRAGMENTS: usize = 64;
/// Fields after all fragments are written out; likewise the limits below.
const FIELDS: u64 = 2_000;
const ALIASES: u64 = 100;
const DIRECTIVES: u64 = 50;
const MUTATIONS: u64 = 10;
const FIELDS_OF_ROOT: u64 = 50;

/// An operation that may run, and what it costs at most.
pub struct Checked<'a> {
    pub operation: &'a Positioned<OperationDefinition>,
    pub cost: u64,
}

/// The operation that would run, if its document is one that we take.
pub fn check<'a>(
    document: &'a ExecutableDocument,
    operation: Option<&str>,
    variables: &Variables,
    introspection: bool,
) -> Result<Checked<'a>> {
    let operations = match &document.operations {
        DocumentOperations::Single(_) => 1,
        DocumentOperations::Multiple(all) => all.len(),
    };
    at_most("operations", operations as u64, OPERATIONS as u64)?;
    at_most("fragments", document.fragments.len() as u64, FRAGMENTS as u64)?;
    values::check_variables(variables)?;
    let chosen = choose(document, operation)?;
    fail_point!("guard.off", |_| Ok(Checked { operation: chosen, cost: 0 }));
    let (mut fields, mut cost) = (0_u64, 0);
    // All operations of a document are validated, whichever is chosen.
    for (_, operation) in document.operations.iter() {
        let size = measured(document, operation, variables, introspection)?;
        fields = fields.saturating_add(size.fields);
        if std::ptr::eq(operation, chosen) {
            cost = size.cost;
        }
    }
    at_most("fields", fields, FIELDS)?;
    at_most("work", cost, COST)?;
    Ok(Checked { operation: chosen, cost })
}

/// How large an operation is, if its shape is one that we take.
fn measured(
    document: &ExecutableDocument,
    operation: &Positioned<OperationDefinition>,
    variables: &Variables,
    introspection: bool,
) -> Result<Size> {
    let operation = &operation.node;
    at_most("variables", operation.variable_definitions.len() as u64, values::VARIABLES as u64)?;
    let size = Measure::of(document, variables, introspection).operation(operation)?;
    match operation.ty {
        OperationType::Mutation => at_most("mutations", size.here, MUTATIONS)?,
        OperationType::Query => at_most("fields at the root", size.here, FIELDS_OF_ROOT)?,
        OperationType::Subscription => {}
    }
    at_most("levels", size.depth as u64, DEPTH as u64)?;
    at_most("aliases", size.aliases, ALIASES)?;
    at_most("directives", size.directives, DIRECTIVES)?;
    Ok(size)
}

pub(super) fn at_most(what: &str, is: u64, limit: u64) -> Result<()> {
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
