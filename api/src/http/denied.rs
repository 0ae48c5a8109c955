//! What an operation was refused, for the record: which field, and the id that it was asked for.
use crate::{audit::Denial, graphql::id_in_text};
use async_graphql::{
    PathSegment, ServerError, Value, Variables,
    parser::types::{ExecutableDocument, Field, Selection, SelectionSet},
};
use uuid::Uuid;

/// The fields at the root of an operation, by the names under which they are answered, each with the first id that
/// stands in its arguments.
#[derive(Clone, Debug, Default)]
pub struct Asked(Vec<(String, Denial)>);

impl Asked {
    pub fn of(document: &ExecutableDocument, root: &SelectionSet, variables: &Variables) -> Self {
        let mut asked = Self::default();
        asked.read(document, root, variables);
        asked
    }

    fn read(&mut self, document: &ExecutableDocument, set: &SelectionSet, variables: &Variables) {
        for item in &set.items {
            match &item.node {
                Selection::Field(field) => self.0.push((
                    field.node.response_key().node.to_string(),
                    Denial { operation: field.node.name.node.to_string(), entity: named(&field.node, variables) },
                )),
                Selection::InlineFragment(fragment) => {
                    self.read(document, &fragment.node.selection_set.node, variables);
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                        self.read(document, &fragment.node.selection_set.node, variables);
                    }
                }
            }
        }
    }

    /// One for each field that was refused.
    pub fn denied(&self, errors: &[ServerError]) -> Vec<Denial> {
        let mut denied = Vec::new();
        for error in errors.iter().filter(|error| is_denial(error)) {
            let Some(PathSegment::Field(key)) = error.path.first() else { continue };
            let asked = self.0.iter().find(|(name, _)| name == key).map(|(_, denial)| denial.clone());
            if let Some(denial) = asked.filter(|denial| !denied.contains(denial)) {
                denied.push(denial);
            }
        }
        denied
    }
}

fn is_denial(error: &ServerError) -> bool {
    let code = error.extensions.as_ref().and_then(|extensions| extensions.get("code"));
    code.is_some_and(|code| {
        [Value::from("FORBIDDEN"), Value::from("NOT_FOUND")].contains(code)
            || matches!(code, Value::Enum(name) if ["FORBIDDEN", "NOT_FOUND"].contains(&name.as_str()))
    })
}

/// The first id among the arguments, as they were written: the thing that was asked for comes first in our inputs.
fn named(field: &Field, variables: &Variables) -> Option<(String, Uuid)> {
    field.arguments.iter().find_map(|(_, value)| {
        let value = value.node.clone().into_const_with(|name| {
            Ok::<_, std::convert::Infallible>(variables.get(&name).cloned().unwrap_or_default())
        });
        value.ok().as_ref().and_then(in_value)
    })
}

fn in_value(value: &Value) -> Option<(String, Uuid)> {
    match value {
        Value::String(text) => id_in_text(text),
        Value::List(values) => values.iter().find_map(in_value),
        Value::Object(fields) => fields.values().find_map(in_value),
        _ => None,
    }
}
