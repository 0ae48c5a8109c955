//! What each field of the schema costs, in about microseconds of a core.
//!
//! It is worked out from the schema itself: a list by pages is known by its shape, so that a new one cannot be
//! forgotten. Only what a single field hides is written down here.
use async_graphql::parser::{
    parse_schema,
    types::{BaseType, FieldDefinition, TypeKind, TypeSystemDefinition},
};
use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

const LEAF: u64 = 2;
const OBJECT: u64 = 10;
/// A query of the database.
const QUERY: u64 = 200;
/// Rows of a list that has no pages.
const ROWS: u64 = 10;
/// Rows of a page where nothing is said, and the most.
pub const PAGE: u64 = 50;
pub const LARGEST_PAGE: u64 = 200;

/// Fields that do more than their type tells.
const HIDDEN: [(&str, &str, u64); 41] = [
    // A password or a PIN is hashed on purpose slowly, and whoever asks may be nobody yet.
    ("Mutation", "signIn", 50_000),
    ("Mutation", "reauthenticate", 50_000),
    ("Mutation", "acceptLink", 50_000),
    ("Mutation", "setPin", 50_000),
    ("Mutation", "actOnDisplay", 50_000),
    // The old one is checked, the new one made.
    ("Mutation", "changePassword", 80_000),
    ("Mutation", "pairDisplay", 5_000),
    // A board, and the histories of thousands of tasks.
    ("Query", "replay", 20_000),
    ("Query", "replayItems", 10_000),
    ("Query", "workTimes", 20_000),
    ("CareTeam", "caseload", 7 * QUERY),
    ("CareTeam", "feedCursor", QUERY),
    // Everybody's work is counted for it.
    ("CareTeam", "members", 7 * QUERY),
    ("CareTeam", "medianRelativeLoad", QUERY),
    ("CareTeam", "covers", 3 * QUERY),
    // The whole team is read, and a program thinks about it.
    ("Query", "rebalancePlan", 60_000),
    ("Mutation", "applyRebalance", 60_000),
    ("Mutation", "coverMember", 60_000),
    ("CareTeam", "unclaimedTasks", QUERY),
    ("CareTeam", "dayStartedAt", QUERY),
    ("CareTeamMember", "caseload", OBJECT),
    // Its items are looked through, and those whom the viewer does not see left out.
    ("CareTeam", "huddle", QUERY),
    ("Huddle", "currentItem", 3 * QUERY),
    ("Huddle", "currentSince", 3 * QUERY),
    ("Huddle", "itemSeconds", 3 * QUERY),
    ("Huddle", "record", 4 * QUERY),
    // A dozen reads.
    ("Query", "myDay", 12 * QUERY),
    ("Patient", "minutesThisMonth", 30),
    ("Patient", "identifiers", 30),
    ("Patient", "contacts", 30),
    ("Task", "steps", 30),
    ("Task", "timeInStatus", 30),
    // The tasks and patients of it are looked up.
    ("Query", "handoff", 2 * QUERY),
    ("Query", "handoffs", 3 * QUERY),
    ("Query", "claimRequests", 2 * QUERY),
    ("Query", "strandedWork", 2 * QUERY),
    ("HandoffConnection", "totalCount", QUERY),
    ("TaskCommentConnection", "totalCount", QUERY),
    ("TaskConnection", "totalCount", QUERY),
    ("PatientConnection", "totalCount", QUERY),
    ("TimelineConnection", "totalCount", QUERY),
];

/// Lists without pages that say themselves how long they are: where nothing is said, and at most.
const LONG: [(&str, &str, Rows); 17] = [
    ("CareTeam", "loadTrend", Rows::Some(500)),
    ("RebalancePlan", "moves", Rows::Some(200)),
    ("Cover", "items", Rows::Some(50)),
    ("AuditEntry", "patients", Rows::UpTo(5, 50)),
    ("PatientAccessReport", "accesses", Rows::Some(500)),
    ("Query", "claimRequests", Rows::Some(50)),
    // Most are about one task.
    ("Handoff", "items", Rows::Some(4)),
    ("BoardMoment", "patients", Rows::Some(300)),
    ("BoardMoment", "tasks", Rows::Some(300)),
    ("ReplayItems", "items", Rows::Some(200)),
    ("WorkTimes", "groups", Rows::Some(60)),
    ("Huddle", "items", Rows::Some(40)),
    ("Huddle", "nextItems", Rows::UpTo(3, 20)),
    ("HuddleRecord", "items", Rows::Some(40)),
    ("MyDay", "queue", Rows::Some(60)),
    ("MyDay", "waiting", Rows::Some(50)),
    ("SinceLastHuddle", "news", Rows::UpTo(50, 200)),
];

/// What a document can ask of the schema itself: as many rows as there are, about.
const INTROSPECTION: &str = "
    type __Schema { description: String types: [__Type!]! queryType: __Type! mutationType: __Type
      subscriptionType: __Type directives: [__Directive!]! }
    type __Type { kind: String name: String description: String fields: [__Field!] interfaces: [__Type!]
      possibleTypes: [__Type!] enumValues: [__EnumValue!] inputFields: [__InputValue!] ofType: __Type
      specifiedByURL: String isOneOf: Boolean }
    type __Field { name: String description: String args: [__InputValue!]! type: __Type! isDeprecated: Boolean
      deprecationReason: String }
    type __InputValue { name: String description: String type: __Type! defaultValue: String isDeprecated: Boolean
      deprecationReason: String }
    type __EnumValue { name: String description: String isDeprecated: Boolean deprecationReason: String }
    type __Directive { name: String description: String locations: [String!]! args: [__InputValue!]!
      isRepeatable: Boolean }";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    One,
    /// A list without pages.
    Some(u64),
    /// A connection: its `first` says how many.
    Page,
    /// A list without pages whose `first` says how many: where nothing is said, and at most.
    UpTo(u64, u64),
}

#[derive(Clone, Copy, Debug)]
pub struct FieldCost {
    pub own: u64,
    pub rows: Rows,
    /// What is selected of it: an index into [`Costs`], none for a leaf.
    pub inner: Option<usize>,
}

#[derive(Debug, Default)]
struct TypeCost {
    fields: HashMap<String, FieldCost>,
    is_connection: bool,
}

#[derive(Debug)]
pub struct Costs {
    names: HashMap<String, usize>,
    types: Vec<TypeCost>,
}

impl Costs {
    /// Of the schema that is served.
    pub fn served() -> &'static Self {
        static SERVED: LazyLock<Costs> = LazyLock::new(|| Costs::of(crate::graphql::sdl()));
        &SERVED
    }

    fn of(sdl: &str) -> Self {
        let text = format!("{sdl}{INTROSPECTION}");
        let parsed = parse_schema(text).map(|document| document.definitions).unwrap_or_default();
        let mut known: Vec<(String, Vec<FieldDefinition>)> = Vec::new();
        for definition in parsed {
            let TypeSystemDefinition::Type(ty) = definition else { continue };
            let fields = match ty.node.kind {
                TypeKind::Object(object) => object.fields,
                TypeKind::Interface(interface) => interface.fields,
                TypeKind::Union(_) => Vec::new(),
                TypeKind::Scalar | TypeKind::Enum(_) | TypeKind::InputObject(_) => continue,
            };
            known.push((ty.node.name.node.to_string(), fields.into_iter().map(|field| field.node).collect()));
        }
        let names: HashMap<_, _> = known.iter().enumerate().map(|(at, (name, _))| (name.clone(), at)).collect();
        let connections: HashSet<usize> = known
            .iter()
            .enumerate()
            .filter(|(_, (_, fields))| fields.iter().any(|field| field.name.node == "nodes"))
            .map(|(at, _)| at)
            .collect();
        let types = known.iter().enumerate().map(|(at, (name, fields))| TypeCost {
            fields: fields
                .iter()
                .map(|field| (field.name.node.to_string(), cost(name, field, &names, &connections)))
                .collect(),
            is_connection: connections.contains(&at),
        });
        let mut costs = Self { types: types.collect(), names };
        costs.add_introspection();
        costs
    }

    fn add_introspection(&mut self) {
        let inner = |name: &str| self.names.get(name).copied();
        let schema = FieldCost { own: QUERY, rows: Rows::One, inner: inner("__Schema") };
        let ty = FieldCost { own: QUERY, rows: Rows::One, inner: inner("__Type") };
        if let Some(query) = self.names.get("Query").and_then(|at| self.types.get_mut(*at)) {
            query.fields.insert("__schema".to_owned(), schema);
            query.fields.insert("__type".to_owned(), ty);
        }
    }

    pub fn named(&self, name: &str) -> Option<usize> {
        self.names.get(name).copied()
    }

    /// Of a field that is not there nothing runs: validation refuses the document.
    pub fn field(&self, of: Option<usize>, name: &str) -> FieldCost {
        let known = of.and_then(|of| self.types.get(of)).and_then(|ty| ty.fields.get(name));
        known.copied().unwrap_or(FieldCost { own: LEAF, rows: Rows::One, inner: None })
    }

    pub fn is_connection(&self, of: Option<usize>) -> bool {
        of.and_then(|of| self.types.get(of)).is_some_and(|ty| ty.is_connection)
    }
}

fn cost(of: &str, field: &FieldDefinition, names: &HashMap<String, usize>, connections: &HashSet<usize>) -> FieldCost {
    let name = field.name.node.as_str();
    let (is_list, inner) = match &field.ty.node.base {
        BaseType::Named(name) => (false, names.get(name.as_str()).copied()),
        BaseType::List(item) => match &item.base {
            BaseType::Named(name) => (true, names.get(name.as_str()).copied()),
            BaseType::List(_) => (true, None),
        },
    };
    let hidden = HIDDEN.iter().find(|(ty, hidden, _)| *ty == of && *hidden == name).map(|(_, _, cost)| *cost);
    let long = LONG.iter().find(|(ty, long, _)| *ty == of && *long == name).map(|(_, _, rows)| *rows);
    let rows = long.unwrap_or_else(|| match inner {
        Some(inner) if connections.contains(&inner) => Rows::Page,
        // Within a connection: the page was counted where it was asked for.
        _ if matches!(name, "nodes" | "edges") => Rows::One,
        // There are as many types as there are, and each leads to others.
        Some(_) if of == "__Schema" && name == "types" => Rows::Some(names.len() as u64),
        Some(_) if is_list && of.starts_with("__") => Rows::Some(4),
        Some(_) if is_list => Rows::Some(ROWS),
        _ => Rows::One,
    });
    let own = match (rows, inner) {
        // Of the schema everything is at hand.
        _ if of.starts_with("__") => 1,
        (Rows::Page | Rows::UpTo(..) | Rows::Some(_), _) => QUERY,
        (_, Some(_)) if of == "Mutation" || of == "Subscription" => 20 * QUERY,
        (_, Some(_)) if of == "Query" => QUERY,
        (_, Some(_)) => OBJECT,
        (_, None) => LEAF,
    };
    FieldCost { own: hidden.unwrap_or(own), rows, inner }
}

#[cfg(test)]
mod tests {
    use super::{Costs, HIDDEN, LONG, Rows};

    #[test]
    fn every_field_that_is_written_down_is_there() {
        let costs = Costs::served();
        for (ty, field, cost) in HIDDEN {
            assert_eq!(costs.field(costs.named(ty), field).own, cost, "{ty}.{field}");
        }
        for (ty, field, rows) in LONG {
            assert_eq!(costs.field(costs.named(ty), field).rows, rows, "{ty}.{field}");
        }
    }

    #[test]
    fn every_list_by_pages_is_known_by_its_shape() {
        let costs = Costs::served();
        let mut pages = 0;
        for (name, at) in &costs.names {
            for (field, cost) in &costs.types[*at].fields {
                let is_page = cost.rows == Rows::Page;
                pages += usize::from(is_page);
                let to = costs.names.iter().find(|(_, at)| Some(**at) == cost.inner).map(|(name, _)| name.as_str());
                assert_eq!(is_page, to.is_some_and(|to| to.ends_with("Connection")), "{name}.{field}");
            }
        }
        assert!(pages >= 8, "{pages}");
    }
}
