//! Makes documents of a schema: nested, aliased, in fragments, with pages and filters.
use crate::sdl::{Argument, Field, Sdl, Type};
use rand::{Rng, rngs::StdRng, seq::IndexedRandom};
use std::{collections::BTreeMap, fmt::Write};

/// Ids that are there, by the word that an argument's name holds.
pub struct Known {
    pub team: Vec<String>,
    pub patient: Vec<String>,
    pub task: Vec<String>,
    pub staff: Vec<String>,
}

/// A document whose pages are not yet sized.
pub struct Document {
    parts: Vec<String>,
    /// Between the parts: rows that a page asks for, in parts of the largest.
    pages: Vec<f64>,
}

impl Document {
    /// With pages of this size at most.
    pub fn sized(&self, largest: u32) -> String {
        let mut text = self.parts[0].clone();
        for (page, part) in self.pages.iter().zip(&self.parts[1..]) {
            let rows = (page * f64::from(largest)).ceil().clamp(1.0, f64::from(largest));
            write!(text, "{rows}{part}").expect("a string takes all");
        }
        text
    }
}

/// Stands for the size of a page until it is known.
const PAGE: char = '\u{1}';

pub struct Grower<'a> {
    sdl: &'a Sdl,
    known: &'a Known,
    random: &'a mut StdRng,
    /// Fields that may still be written.
    left: usize,
    deep: usize,
    aliases: usize,
    fragments: Vec<(String, String)>,
    pages: Vec<f64>,
}

impl<'a> Grower<'a> {
    pub fn new(sdl: &'a Sdl, known: &'a Known, random: &'a mut StdRng) -> Self {
        let left = random.random_range(20..400);
        let deep = random.random_range(3..10);
        Self { sdl, known, random, left, deep, aliases: 0, fragments: Vec::new(), pages: Vec::new() }
    }

    pub fn query(mut self) -> Document {
        let mut body = String::new();
        for _ in 0..self.random.random_range(1..=6) {
            let fields = self.sdl.fields("Query");
            let names: Vec<_> = fields.keys().collect();
            let name = names.choose(self.random).expect("fields").to_string();
            self.field(&name, &fields[&name], 1, true, &mut body);
        }
        self.finish("query", &body)
    }

    /// A mutation that does something small, and shows much.
    pub fn mutation(mut self) -> Document {
        let mut body = String::new();
        for n in 0..self.random.random_range(1..=4) {
            let task = self.known.task.choose(self.random).expect("a task").clone();
            let mut shown = String::new();
            self.selection("TaskPayload", 2, &mut shown);
            write!(body, " m{n}: addTaskComment(input: {{ taskId: \"{task}\", text: \"x\" }}) {shown}").expect("text");
        }
        self.finish("mutation", &body)
    }

    fn finish(self, kind: &str, body: &str) -> Document {
        let mut text = format!("{kind} Fuzz {{{body} }}");
        for (n, (on, selection)) in self.fragments.iter().enumerate() {
            // One that nothing spreads is refused.
            if text.contains(&format!("...F{n} "))
                || self.fragments.iter().any(|(_, s)| s.contains(&format!("...F{n} ")))
            {
                write!(text, " fragment F{n} on {on} {selection}").expect("text");
            }
        }
        // Pages stand in the text in another order than they were made: each carries its number.
        let (mut parts, mut pages) = (Vec::new(), Vec::new());
        for (n, part) in text.split(PAGE).enumerate() {
            if n % 2 == 0 {
                parts.push(part.to_owned());
            } else {
                pages.push(self.pages[part.parse::<usize>().expect("a number")]);
            }
        }
        Document { parts, pages }
    }

    fn selection(&mut self, of: &str, depth: usize, out: &mut String) {
        let known: Vec<usize> = (0..self.fragments.len()).filter(|n| self.fragments[*n].0 == of).collect();
        match known.choose(self.random).copied() {
            Some(n) if self.random.random_bool(0.3) => return write!(out, "{{ ...F{n} }}").expect("text"),
            _ => {}
        }
        let mut own = String::from("{ __typename");
        match &self.sdl.0[of] {
            Type::Object { fields, .. } => self.fields(fields, depth, &mut own),
            Type::Interface { fields } => {
                self.fields(fields, depth, &mut own);
                let implementing: Vec<&String> =
                    self.sdl.0.iter().filter(|(_, ty)| implements(ty, of)).map(|(name, _)| name).collect();
                for name in implementing.choose_multiple(self.random, 2) {
                    own.push_str(" ... on ");
                    own.push_str(name);
                    own.push(' ');
                    self.selection(name, depth, &mut own);
                }
            }
            _ => {}
        }
        own.push_str(" }");
        if depth > 1 && self.random.random_bool(0.15) {
            write!(out, "{{ ...F{} }}", self.fragments.len()).expect("text");
            self.fragments.push((of.to_owned(), own));
        } else {
            out.push_str(&own);
        }
    }

    fn fields(&mut self, fields: &BTreeMap<String, Field>, depth: usize, out: &mut String) {
        // Pages live in these, and are what costs.
        let keen = fields.contains_key("nodes");
        for (name, field) in fields {
            let is_leaf = self.is_leaf(field);
            let chance = match (is_leaf, keen) {
                (true, _) => 0.6,
                (false, true) => 0.7,
                (false, false) => 0.45,
            };
            if self.random.random_bool(chance) {
                self.field(name, field, depth, false, out);
            }
        }
    }

    fn is_leaf(&self, field: &Field) -> bool {
        matches!(self.sdl.0.get(bare(&field.ty)), None | Some(Type::Scalar | Type::Enum(_)))
    }

    fn field(&mut self, name: &str, field: &Field, depth: usize, alias: bool, out: &mut String) {
        let leaf = self.is_leaf(field);
        if self.left == 0 || (!leaf && depth >= self.deep) {
            return;
        }
        self.left -= 1;
        out.push(' ');
        // What has arguments gets a name of its own, so that no two are in each other's way.
        if alias || !field.arguments.is_empty() {
            write!(out, "a{}: ", self.aliases).expect("text");
            self.aliases += 1;
        }
        out.push_str(name);
        let mut given = Vec::new();
        for (argument, how) in &field.arguments {
            if argument != "after" && (how.is_required() || self.random.random_bool(0.6)) {
                let value = self.value(name, argument, how);
                given.push(format!("{argument}: {value}"));
            }
        }
        if !given.is_empty() {
            write!(out, "({})", given.join(", ")).expect("text");
        }
        if !leaf {
            out.push(' ');
            self.selection(bare(&field.ty), depth + 1, out);
        }
    }

    fn value(&mut self, field: &str, name: &str, how: &Argument) -> String {
        if let Some(item) = how.ty.trim_end_matches('!').strip_prefix('[') {
            let item = Argument { ty: item.trim_end_matches(']').to_owned(), default: None };
            let items: Vec<_> = (0..self.random.random_range(1..4)).map(|_| self.value(field, name, &item)).collect();
            return format!("[{}]", items.join(", "));
        }
        match (bare(&how.ty), self.sdl.0.get(bare(&how.ty))) {
            (_, Some(Type::Enum(values))) => {
                let values: Vec<_> = values.iter().collect();
                values.choose(self.random).expect("a value").to_string()
            }
            (_, Some(Type::Input(fields))) => {
                let mut given = Vec::new();
                for (name, how) in fields {
                    if how.is_required() || self.random.random_bool(0.3) {
                        given.push(format!("{name}: {}", self.value(field, name, how)));
                    }
                }
                format!("{{ {} }}", given.join(", "))
            }
            ("Int", _) => {
                self.pages.push(self.random.random_range(0.05..1.0));
                format!("{PAGE}{}{PAGE}", self.pages.len() - 1)
            }
            ("Boolean", _) => self.random.random_bool(0.5).to_string(),
            ("Float", _) => "1.5".to_owned(),
            ("ID", _) => format!("\"{}\"", self.id(field, name)),
            ("DateTime", _) => "\"2026-01-05T00:00:00Z\"".to_owned(),
            ("Date", _) => "\"2026-01-05\"".to_owned(),
            _ => {
                let words = ["a", "e", "%", "_", "ma", "19", "o r", "%%%%%%%%", "aaaaaaaaaaaaaaaaaaaaaaaa"];
                format!("\"{}\"", words.choose(self.random).expect("a word"))
            }
        }
    }

    fn id(&mut self, field: &str, name: &str) -> String {
        let word = format!("{field} {name}").to_lowercase();
        let pool = match name.to_lowercase() {
            name if name.contains("team") => &self.known.team,
            name if name.contains("patient") => &self.known.patient,
            name if name.contains("task") => &self.known.task,
            name if name != "id" => &self.known.staff,
            _ if word.contains("team") => &self.known.team,
            _ if word.contains("patient") => &self.known.patient,
            _ => &self.known.task,
        };
        pool.choose(self.random).cloned().unwrap_or_default()
    }
}

fn implements(ty: &Type, interface: &str) -> bool {
    matches!(ty, Type::Object { implements, .. } if implements.contains(interface))
}

fn bare(ty: &str) -> &str {
    ty.trim_matches(['[', ']', '!'])
}
