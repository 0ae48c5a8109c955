//! Keyset paging: a page begins after the last row of the one before, however many rows came or went in between.
use crate::{Cx, Error, Result};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, ModelTrait, Order, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select, Value,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use uuid::Uuid;

const DEFAULT: i32 = 50;
const MOST: i32 = 200;

/// The arguments of a connection.
#[derive(Clone, Debug, Default)]
pub struct PageArgs {
    pub first: Option<i32>,
    pub after: Option<String>,
}

impl PageArgs {
    /// How many rows: 50 unless told, 200 at most.
    pub fn limit(&self) -> Result<u64> {
        match self.first.unwrap_or(DEFAULT) {
            first if first < 0 => Err(Error::bad_input("first", "must not be negative")),
            first => Ok(u64::from(first.min(MOST).unsigned_abs())),
        }
    }
}

/// Counts the whole list, if anybody asks.
pub type Count = Arc<dyn Fn(Cx) -> BoxFuture<'static, Result<u64>> + Send + Sync>;

pub struct Page<T> {
    /// Each row with its cursor.
    pub rows: Vec<(String, T)>,
    pub has_next: bool,
    pub has_previous: bool,
    pub count: Count,
}

/// One part of a sort key, as a cursor carries it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Part {
    Number(i64),
    At(DateTime<Utc>),
    Id(Uuid),
    Text(String),
}

impl Part {
    fn of(value: Value) -> Result<Self> {
        match value {
            Value::Int(Some(number)) => Ok(Self::Number(number.into())),
            Value::BigInt(Some(number)) => Ok(Self::Number(number)),
            Value::ChronoDateTimeUtc(Some(at)) => Ok(Self::At(at)),
            Value::Uuid(Some(id)) => Ok(Self::Id(id)),
            Value::String(Some(text)) => Ok(Self::Text(text)),
            _ => Err(Error::broken("sort keys are never null")),
        }
    }
}

impl From<Part> for Value {
    fn from(part: Part) -> Self {
        match part {
            Part::Number(number) => number.into(),
            Part::At(at) => at.into(),
            Part::Id(id) => id.into(),
            Part::Text(text) => text.into(),
        }
    }
}

/// A cursor's text. Its `order` keeps it from being used in a list that is sorted otherwise.
pub fn encode(order: &str, parts: &[Part]) -> Result<String> {
    Ok(URL_SAFE_NO_PAD.encode(serde_json::to_vec(&(order, parts))?))
}

pub fn decode(order: &str, cursor: &str) -> Result<Vec<Part>> {
    let unknown = || Error::bad_input("after", "is not a cursor of this list");
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| unknown())?;
    let (of, parts): (String, Vec<Part>) = serde_json::from_slice(&bytes).map_err(|_| unknown())?;
    if of == order { Ok(parts) } else { Err(unknown()) }
}

/// How a list is sorted. The last column is unique, and no column is null.
pub struct Sort<E: EntityTrait> {
    pub name: &'static str,
    pub columns: Vec<(E::Column, Order)>,
}

/// One page of `select` in the order of `sort`.
pub async fn page<E>(cx: &Cx, select: Select<E>, sort: Sort<E>, args: &PageArgs) -> Result<Page<E::Model>>
where
    E: EntityTrait + Send + Sync + 'static,
    E::Model: FromQueryResult + ModelTrait<Entity = E> + Sized + Send + Sync + 'static,
{
    let limit = args.limit()?;
    let rows = ordered(select.clone(), &sort, args.after.as_deref())?;
    let mut models = rows.limit(limit + 1).all(&cx.db()).await?;
    let has_next = models.len() as u64 > limit;
    models.truncate(limit as usize);

    let mut rows = Vec::with_capacity(models.len());
    for model in models {
        let parts = sort.columns.iter().map(|(column, _)| Part::of(model.get(*column))).collect::<Result<Vec<_>>>()?;
        rows.push((encode(sort.name, &parts)?, model));
    }
    let count: Count = Arc::new(move |cx: Cx| {
        let select = select.clone();
        Box::pin(async move { Ok(select.count(&cx.db()).await?) })
    });
    Ok(Page { rows, has_next, has_previous: args.after.is_some(), count })
}

/// The rows of `select` in the order of `sort`, from after the cursor on.
pub fn ordered<E: EntityTrait>(select: Select<E>, sort: &Sort<E>, after: Option<&str>) -> Result<Select<E>> {
    let mut rows = select;
    for (column, order) in &sort.columns {
        rows = rows.order_by(*column, order.clone());
    }
    match after {
        Some(after) => Ok(rows.filter(later_than(sort, decode(sort.name, after)?)?)),
        None => Ok(rows),
    }
}

/// `(a, b, c)` after `parts`: a beyond, or a equal and b beyond, or …
fn later_than<E: EntityTrait>(sort: &Sort<E>, parts: Vec<Part>) -> Result<Condition> {
    if parts.len() != sort.columns.len() {
        return Err(Error::bad_input("after", "is not a cursor of this list"));
    }
    let mut any = Condition::any();
    for (index, (column, order)) in sort.columns.iter().enumerate() {
        let mut all = Condition::all();
        for ((equal, _), part) in sort.columns.iter().zip(&parts).take(index) {
            all = all.add(equal.eq(Value::from(part.clone())));
        }
        let part = Value::from(parts[index].clone());
        all = all.add(match order {
            Order::Desc => column.lt(part),
            _ => column.gt(part),
        });
        any = any.add(all);
    }
    Ok(any)
}
