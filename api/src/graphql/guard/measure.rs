//! Measures an operation without writing its fragments out: each is looked at once for each type that it is spread on.
use super::{
    costs::{Costs, LARGEST_PAGE, PAGE, Rows},
    values::Count,
};
use crate::{Error, Result};
use async_graphql::{
    Name, Positioned, Variables,
    parser::types::{
        Directive, ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet,
    },
};
use async_graphql_value::{ConstValue, Value};
use std::collections::HashMap;

#[derive(Clone, Copy, Default)]
pub struct Size {
    pub fields: u64,
    /// Fields at this level alone.
    pub here: u64,
    pub aliases: u64,
    pub directives: u64,
    pub depth: usize,
    /// For one parent object.
    pub cost: u64,
    /// Of a connection: what is done once, however many rows there are.
    once: u64,
}

impl Size {
    fn add(&mut self, other: Self) {
        self.fields = self.fields.saturating_add(other.fields);
        self.here = self.here.saturating_add(other.here);
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.directives = self.directives.saturating_add(other.directives);
        self.depth = self.depth.max(other.depth);
        self.cost = self.cost.saturating_add(other.cost);
        self.once = self.once.saturating_add(other.once);
    }
}

pub struct Measure<'a> {
    costs: &'static Costs,
    document: &'a ExecutableDocument,
    variables: &'a Variables,
    introspection: bool,
    values: Count,
    /// None while a fragment is being measured: meeting it again then is a circle.
    known: HashMap<&'a Name, Option<Size>>,
}

impl<'a> Measure<'a> {
    pub fn of(document: &'a ExecutableDocument, variables: &'a Variables, introspection: bool) -> Self {
        let costs = Costs::served();
        Self { costs, document, variables, introspection, values: Count::default(), known: HashMap::new() }
    }

    pub fn operation(&mut self, operation: &'a OperationDefinition) -> Result<Size> {
        let root = self.costs.named(match operation.ty {
            OperationType::Query => "Query",
            OperationType::Mutation => "Mutation",
            OperationType::Subscription => "Subscription",
        });
        for variable in &operation.variable_definitions {
            if let Some(default) = &variable.node.default_value {
                self.values.literal(&default.node.clone().into_value(), 0)?;
            }
        }
        let mut size = self.selections(&operation.selection_set.node, root)?;
        size.directives = size.directives.saturating_add(self.directives(&operation.directives)?);
        // Those that nothing spreads are validated as well.
        for name in self.document.fragments.keys() {
            self.fragment(name)?;
        }
        Ok(size)
    }

    fn selections(&mut self, set: &'a SelectionSet, of: Option<usize>) -> Result<Size> {
        let mut sum = Size::default();
        for item in &set.items {
            let (mut size, directives) = match &item.node {
                Selection::Field(field) => (self.field(&field.node, of)?, &field.node.directives),
                Selection::InlineFragment(inline) => {
                    let on = inline.node.type_condition.as_ref();
                    let of = on.map_or(of, |on| self.costs.named(on.node.on.node.as_str()));
                    (self.selections(&inline.node.selection_set.node, of)?, &inline.node.directives)
                }
                Selection::FragmentSpread(spread) => {
                    (self.fragment(&spread.node.fragment_name.node)?, &spread.node.directives)
                }
            };
            size.directives = size.directives.saturating_add(self.directives(directives)?);
            sum.add(size);
        }
        Ok(sum)
    }

    fn directives(&mut self, directives: &'a [Positioned<Directive>]) -> Result<u64> {
        for directive in directives {
            self.arguments(&directive.node.arguments)?;
        }
        Ok(directives.len() as u64)
    }

    fn arguments(&mut self, arguments: &'a [(Positioned<Name>, Positioned<Value>)]) -> Result<()> {
        arguments.iter().try_for_each(|(_, value)| self.values.literal(&value.node, 0))
    }

    fn field(&mut self, field: &'a Field, of: Option<usize>) -> Result<Size> {
        let name = field.name.node.as_str();
        let of_the_schema = name.starts_with("__") && name != "__typename";
        if of_the_schema && !self.introspection {
            return Err(Error::bad_input("query", "this server does not describe its schema this way"));
        }
        self.arguments(&field.arguments)?;
        let known = self.costs.field(of, name);
        let inner = self.selections(&field.selection_set.node, known.inner)?;
        let rows = match known.rows {
            Rows::One => 1,
            Rows::Some(rows) => rows,
            Rows::Page => self.page_size(field, PAGE, LARGEST_PAGE),
            Rows::UpTo(usual, most) => self.page_size(field, usual, most),
        };
        let cost = inner.cost.saturating_mul(rows).saturating_add(inner.once).saturating_add(known.own);
        let is_of_each_row = !self.costs.is_connection(of) || matches!(name, "nodes" | "edges");
        Ok(Size {
            fields: inner.fields.saturating_add(1),
            here: 1,
            aliases: inner.aliases.saturating_add(u64::from(field.alias.is_some())),
            directives: inner.directives,
            // Introspection is deep by nature and small: its fields count, its levels do not.
            depth: if of_the_schema { 1 } else { inner.depth + 1 },
            cost: if is_of_each_row { cost } else { 0 },
            once: if is_of_each_row { 0 } else { cost },
        })
    }

    /// How many rows are asked for.
    fn page_size(&self, field: &Field, usual: u64, most: u64) -> u64 {
        let given = match field.get_argument("first").map(|value| &value.node) {
            Some(Value::Number(number)) => number.as_u64(),
            Some(Value::Variable(name)) => match self.variables.get(name) {
                Some(ConstValue::Number(number)) => number.as_u64(),
                _ => Some(most),
            },
            _ => Some(usual),
        };
        given.unwrap_or(most).min(most)
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
        let of = self.costs.named(fragment.node.type_condition.node.on.node.as_str());
        let mut size = self.selections(&fragment.node.selection_set.node, of)?;
        size.directives = size.directives.saturating_add(self.directives(&fragment.node.directives)?);
        self.known.insert(name, Some(size));
        Ok(size)
    }
}
