//! A schema as data: for comparing two, and for visiting every field of one.
use async_graphql::parser::{
    parse_schema,
    types::{FieldDefinition, InputValueDefinition, TypeKind, TypeSystemDefinition},
};
use std::collections::{BTreeMap, BTreeSet};

/// The types by name. What the language itself brings is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sdl(pub BTreeMap<String, Type>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    Scalar,
    Object { implements: BTreeSet<String>, fields: BTreeMap<String, Field> },
    Interface { fields: BTreeMap<String, Field> },
    Union(BTreeSet<String>),
    Enum(BTreeSet<String>),
    Input(BTreeMap<String, Argument>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub arguments: BTreeMap<String, Argument>,
    pub ty: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    pub ty: String,
    pub default: Option<String>,
}

impl Argument {
    pub fn is_required(&self) -> bool {
        self.ty.ends_with('!') && self.default.is_none()
    }
}

const BUILT_IN: [&str; 5] = ["Boolean", "Float", "ID", "Int", "String"];

impl Sdl {
    #[track_caller]
    pub fn parse(text: &str) -> Self {
        let document = parse_schema(text).unwrap_or_else(|error| panic!("not a schema: {error}"));
        let mut types = BTreeMap::new();
        for definition in document.definitions {
            let TypeSystemDefinition::Type(definition) = definition else { continue };
            let name = definition.node.name.to_string();
            if !BUILT_IN.contains(&name.as_str()) {
                types.insert(name, convert(definition.node.kind));
            }
        }
        Self(types)
    }

    /// The fields of `Query`, `Mutation` or `Subscription`.
    pub fn fields(&self, of: &str) -> &BTreeMap<String, Field> {
        match &self.0[of] {
            Type::Object { fields, .. } | Type::Interface { fields } => fields,
            other => panic!("{of} has no fields: {other:?}"),
        }
    }

    /// Everything of `core` that is missing here, renamed or narrowed, in words.
    pub fn lacks(&self, core: &Self) -> Vec<String> {
        let mut missing = Vec::new();
        for (name, wanted) in &core.0 {
            match self.0.get(name) {
                None => missing.push(format!("type {name}")),
                Some(served) => compare(name, served, wanted, &mut missing),
            }
        }
        missing
    }
}

fn convert(kind: TypeKind) -> Type {
    let fields = |fields: Vec<async_graphql::Positioned<FieldDefinition>>| {
        fields.into_iter().map(|field| (field.node.name.to_string(), convert_field(field.node))).collect()
    };
    let names = |names: Vec<async_graphql::Positioned<async_graphql::Name>>| {
        names.into_iter().map(|name| name.node.to_string()).collect()
    };
    match kind {
        TypeKind::Scalar => Type::Scalar,
        TypeKind::Object(object) => {
            Type::Object { implements: names(object.implements), fields: fields(object.fields) }
        }
        TypeKind::Interface(interface) => Type::Interface { fields: fields(interface.fields) },
        TypeKind::Union(union) => Type::Union(names(union.members)),
        TypeKind::Enum(values) => {
            Type::Enum(values.values.into_iter().map(|value| value.node.value.to_string()).collect())
        }
        TypeKind::InputObject(input) => Type::Input(convert_arguments(input.fields)),
    }
}

fn convert_field(field: FieldDefinition) -> Field {
    Field { arguments: convert_arguments(field.arguments), ty: field.ty.to_string() }
}

fn convert_arguments(arguments: Vec<async_graphql::Positioned<InputValueDefinition>>) -> BTreeMap<String, Argument> {
    let convert = |one: InputValueDefinition| {
        let default = one.default_value.map(|value| value.node.to_string());
        (one.name.to_string(), Argument { ty: one.ty.to_string(), default })
    };
    arguments.into_iter().map(|argument| convert(argument.node)).collect()
}

fn compare(name: &str, served: &Type, wanted: &Type, missing: &mut Vec<String>) {
    match (served, wanted) {
        (Type::Scalar, Type::Scalar) => {}
        (Type::Object { implements, fields }, Type::Object { implements: wanted, fields: core }) => {
            missing.extend(wanted.difference(implements).map(|one| format!("{name} implements {one}")));
            compare_fields(name, fields, core, missing);
        }
        (Type::Interface { fields }, Type::Interface { fields: core }) => compare_fields(name, fields, core, missing),
        (Type::Union(served), Type::Union(wanted)) | (Type::Enum(served), Type::Enum(wanted)) => {
            missing.extend(wanted.difference(served).map(|one| format!("{name}.{one}")));
        }
        (Type::Input(served), Type::Input(wanted)) => compare_arguments(name, served, wanted, missing),
        (served, _) => missing.push(format!("{name} is another kind of type: {served:?}")),
    }
}

fn compare_fields(
    name: &str,
    served: &BTreeMap<String, Field>,
    wanted: &BTreeMap<String, Field>,
    missing: &mut Vec<String>,
) {
    for (field, core) in wanted {
        let place = format!("{name}.{field}");
        match served.get(field) {
            None => missing.push(place),
            Some(served) => {
                if served.ty != core.ty {
                    missing.push(format!("{place} is {}, not {}", served.ty, core.ty));
                }
                compare_arguments(&place, &served.arguments, &core.arguments, missing);
            }
        }
    }
}

fn compare_arguments(
    place: &str,
    served: &BTreeMap<String, Argument>,
    wanted: &BTreeMap<String, Argument>,
    missing: &mut Vec<String>,
) {
    for (argument, core) in wanted {
        match served.get(argument) {
            Some(served) if served == core => {}
            Some(served) => missing.push(format!("{place}({argument}) is {served:?}, not {core:?}")),
            None => missing.push(format!("{place}({argument})")),
        }
    }
    let more = served.iter().filter(|(argument, served)| !wanted.contains_key(*argument) && served.is_required());
    missing.extend(more.map(|(argument, _)| format!("{place}({argument}) is new and required")));
}
