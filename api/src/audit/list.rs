//! The record as who reviews access reads it: filtered, in any order, page by page. Each use is on record itself.
use super::rules;
use crate::{
    Cx, Error, Result,
    page::{self, Page, PageArgs, Part},
    policy,
};
use chrono::{DateTime, Utc};
use entity::{
    audit_entry::{self, AuditKind, AuditPurpose},
    audit_patient,
    ids::{PatientId, StaffId},
};
use sea_orm::{
    ActiveEnum, ColumnTrait, Condition, DbBackend, EntityTrait, ExprTrait, Iterable, Order as Direction,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, Func, SimpleExpr},
};
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// All that is given must hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub patient: Option<PatientId>,
    pub staff: Option<StaffId>,
    pub kinds: Option<Vec<AuditKind>>,
    pub from: Option<DateTime<Utc>>,
    pub to: Option<DateTime<Utc>>,
    pub operation: Option<String>,
    pub purpose: Option<AuditPurpose>,
    pub denied: Option<bool>,
    /// Up to this row: for who reads on while more is put on record.
    pub until: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    At,
    Staff,
    Kind,
    Operation,
    Patient,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    pub by: By,
    pub descending: bool,
}

impl Default for Order {
    fn default() -> Self {
        Self { by: By::At, descending: true }
    }
}

impl Filter {
    /// How the record was asked, for the record: ids, words of ours and moments.
    pub fn told(&self) -> Value {
        let mut told = serde_json::Map::new();
        let mut tell = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                told.insert(name.to_owned(), value);
            }
        };
        tell("patientId", self.patient.map(|id| id.to_string().into()));
        tell("staffId", self.staff.map(|id| id.to_string().into()));
        tell("kinds", self.kinds.as_ref().map(|kinds| kinds.iter().map(|kind| json!(kind.to_value())).collect()));
        tell("from", self.from.map(|at| at.to_rfc3339().into()));
        tell("to", self.to.map(|at| at.to_rfc3339().into()));
        // Somebody may type anything here.
        tell("operation", self.operation.as_ref().map(|_| true.into()));
        tell("purpose", self.purpose.map(|purpose| purpose.to_value().into()));
        tell("denied", self.denied.map(Into::into));
        Value::Object(told)
    }

    pub fn select(&self, cx: &Cx) -> Select<audit_entry::Entity> {
        use audit_entry::Column;
        let mut rows = audit_entry::Entity::find().filter(Column::OrganizationId.eq(cx.organization()));
        if let Some(patient) = self.patient {
            let of = |column: audit_patient::Column| Expr::col((audit_patient::Entity, column));
            let same = Condition::all()
                .add(of(audit_patient::Column::OrganizationId).equals((audit_entry::Entity, Column::OrganizationId)))
                .add(of(audit_patient::Column::EntryId).equals((audit_entry::Entity, Column::Id)))
                .add(of(audit_patient::Column::At).equals((audit_entry::Entity, Column::At)));
            QuerySelect::query(&mut rows).inner_join(audit_patient::Entity, same);
            rows = rows
                .filter(audit_patient::Column::OrganizationId.eq(cx.organization()))
                .filter(audit_patient::Column::PatientId.eq(patient));
        }
        if let Some(staff) = self.staff {
            rows = rows.filter(Column::ActorId.eq(staff));
        }
        if let Some(kinds) = &self.kinds {
            rows = rows.filter(Column::Kind.is_in(kinds.iter().copied()));
        }
        if let Some(denied) = self.denied {
            rows = rows.filter(Column::Kind.is_in(AuditKind::iter().filter(|kind| rules::is_denied(*kind) == denied)));
        }
        if let Some(from) = self.from {
            rows = rows.filter(self.at().gte(from));
        }
        if let Some(to) = self.to {
            rows = rows.filter(self.at().lt(to));
        }
        if let Some(operation) = &self.operation {
            rows = rows.filter(Column::Operation.eq(operation));
        }
        if let Some(until) = self.until {
            rows = rows.filter(Column::Number.is_null().or(Column::Number.lte(until)));
        }
        if let Some(purpose) = self.purpose {
            rows = rows.filter(Column::Purpose.eq(purpose));
        }
        rows
    }

    /// The moment and the id of a row, where the index of what is looked for has them.
    fn at(&self) -> SimpleExpr {
        match self.patient {
            Some(_) => Expr::col((audit_patient::Entity, audit_patient::Column::At)),
            None => Expr::col((audit_entry::Entity, audit_entry::Column::At)),
        }
    }

    fn id(&self) -> SimpleExpr {
        match self.patient {
            Some(_) => Expr::col((audit_patient::Entity, audit_patient::Column::EntryId)),
            None => Expr::col((audit_entry::Entity, audit_entry::Column::Id)),
        }
    }

    /// What a list is sorted by. The last is unique, and none is null: a row without one stands behind all ids.
    fn keys(&self, by: By, backend: DbBackend) -> Vec<SimpleExpr> {
        let column = |column| Expr::col((audit_entry::Entity, column));
        let first = match by {
            By::At => None,
            By::Staff => Some(Func::coalesce([column(audit_entry::Column::ActorId), Expr::value(Uuid::max())]).into()),
            By::Kind => Some(column(audit_entry::Column::Kind)),
            By::Operation => Some(column(audit_entry::Column::Operation)),
            By::Patient => Some(Expr::cust(match backend {
                DbBackend::Sqlite => "coalesce(json_extract(audit_entry.patients, '$[0]'), 'z')",
                _ => "coalesce(audit_entry.patients->>0, 'z')",
            })),
        };
        first.into_iter().chain([self.at(), self.id()]).collect()
    }
}

/// The same of a row that was read.
fn parts(by: By, row: &audit_entry::Model) -> Vec<Part> {
    let first = match by {
        By::At => None,
        By::Staff => Some(Part::Id(row.actor_id.map_or(Uuid::max(), |id| id.0))),
        By::Kind => Some(Part::Text(row.kind.to_value())),
        By::Operation => Some(Part::Text(row.operation.clone())),
        By::Patient => Some(Part::Text(row.patients.get(0).and_then(Value::as_str).unwrap_or("z").to_owned())),
    };
    first.into_iter().chain([Part::At(row.at), Part::Id(row.id.0)]).collect()
}

/// A page of the record. Whoever asks is on record, with how they asked.
pub async fn list(cx: &Cx, filter: Filter, order: Order, args: &PageArgs) -> Result<Page<audit_entry::Model>> {
    enter(cx)?;
    cx.reads.consulted(json!({ "auditEntries": filter.told() }));
    if let Some(patient) = filter.patient {
        cx.reads.saw(patient);
    }
    page(cx, filter, order, args).await
}

/// To read the record: refused to everybody but who reviews access.
pub fn enter(cx: &Cx) -> Result<()> {
    cx.require(policy::may_read_record(cx.scope()), "read the audit record")
}

pub(super) async fn page(cx: &Cx, filter: Filter, order: Order, args: &PageArgs) -> Result<Page<audit_entry::Model>> {
    let limit = args.limit()?;
    let after = args.after.as_deref().map(|after| page::decode(&name(order), after)).transpose()?;
    let mut models = sorted(cx, &filter, order, after)?.limit(limit + 1).all(&cx.db()).await?;
    let has_next = models.len() as u64 > limit;
    models.truncate(limit as usize);
    let mut rows = Vec::with_capacity(models.len());
    for model in models {
        rows.push((page::encode(&name(order), &parts(order.by, &model))?, model));
    }
    let count: page::Count = Arc::new(move |cx: Cx| {
        let filter = filter.clone();
        Box::pin(async move { Ok(filter.select(&cx).count(&cx.db()).await?) })
    });
    Ok(Page { rows, has_next, has_previous: args.after.is_some(), count })
}

/// A cursor is good for one order.
fn name(order: Order) -> String {
    format!("{:?}{}", order.by, if order.descending { "-" } else { "+" })
}

/// The next rows after `last`, oldest first: for who walks all of them.
pub(super) async fn chunk(
    cx: &Cx,
    filter: &Filter,
    order: Order,
    last: Option<&audit_entry::Model>,
    limit: u64,
) -> Result<Vec<audit_entry::Model>> {
    let after = last.map(|row| parts(order.by, row));
    Ok(sorted(cx, filter, order, after)?.limit(limit).all(&cx.db()).await?)
}

fn sorted(cx: &Cx, filter: &Filter, order: Order, after: Option<Vec<Part>>) -> Result<Select<audit_entry::Entity>> {
    let keys = filter.keys(order.by, cx.app.db.backend());
    let direction = if order.descending { Direction::Desc } else { Direction::Asc };
    let mut rows = filter.select(cx);
    for key in &keys {
        rows = rows.order_by(key.clone(), direction.clone());
    }
    let Some(after) = after else { return Ok(rows) };
    if after.len() != keys.len() {
        return Err(Error::bad_input("after", "is not a cursor of this list"));
    }
    // `(a, b, c)` after these: a beyond, or a equal and b beyond, or …
    let mut any = Condition::any();
    for (index, key) in keys.iter().enumerate() {
        let mut all = Condition::all();
        for (equal, part) in keys.iter().zip(&after).take(index) {
            all = all.add(equal.clone().eq(sea_orm::Value::from(part.clone())));
        }
        let part = sea_orm::Value::from(after[index].clone());
        let beyond = if order.descending { key.clone().lt(part) } else { key.clone().gt(part) };
        any = any.add(all.add(beyond));
    }
    // The planner walks the index from here on, where the list is sorted by time.
    if let (By::At, Some(Part::At(at))) = (order.by, after.first()) {
        let at = *at;
        rows = rows.filter(if order.descending { filter.at().lte(at) } else { filter.at().gte(at) });
    }
    Ok(rows.filter(any))
}
