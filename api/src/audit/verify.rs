//! Whether the record is what was written: `huddle audit verify`.
use super::{
    chain::{self, to_hex},
    head,
};
use crate::{Cx, Result};
use entity::{audit_entry, audit_head};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select};

const CHUNK: u64 = 2_000;

/// What to look at.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// From this number on; from the oldest row there is, unless told.
    pub since: Option<i64>,
    /// A head that was noted elsewhere.
    pub expect: Option<(i64, Vec<u8>)>,
}

/// The record is whole.
#[derive(Clone, Debug)]
pub struct Whole {
    pub head: audit_head::Model,
    pub checked: i64,
}

/// The first thing that is wrong, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw(pub String);

/// Looks at every row of one moment, in the order in which they were written.
pub async fn verify(cx: &Cx, asked: &Asked) -> Result<Result<Whole, Flaw>> {
    let cx = cx.clone().in_snapshot().await?;
    let head = head::head(&cx.db(), cx.organization()).await?;
    if let Some(flaw) = before_the_chain(&cx, &head).await? {
        return Ok(Err(flaw));
    }
    let checked = match walk(&cx, &head, asked.since).await? {
        Ok(checked) => checked,
        Err(flaw) => return Ok(Err(flaw)),
    };
    match expected(&cx, &head, asked.expect.as_ref()).await? {
        Some(flaw) => Ok(Err(flaw)),
        None => Ok(Ok(Whole { head, checked })),
    }
}

async fn before_the_chain(cx: &Cx, head: &audit_head::Model) -> Result<Option<Flaw>> {
    // Some are gone with their time, so that nothing can be said of the rest.
    let Some(earlier) = head.earlier else { return Ok(None) };
    let (found, digest) = head::beginning(&cx.db(), head.organization_id).await?;
    if found != earlier {
        return flaw(format!("{found} rows stand in no chain, {earlier} did when it began"));
    }
    match head.floor_number == 0 && digest != head.floor_hash {
        true => flaw(format!("one of the {earlier} rows from before the chain was changed")),
        false => Ok(None),
    }
}

async fn walk(cx: &Cx, head: &audit_head::Model, since: Option<i64>) -> Result<Result<i64, Flaw>> {
    let first = since.unwrap_or(0).max(head.floor_number + 1);
    let mut number = first - 1;
    let mut hash = match number == head.floor_number {
        true => head.floor_hash.clone(),
        false => match row(cx, number).await? {
            Some(row) => row.hash.unwrap_or_default(),
            None => return Ok(Err(Flaw(format!("row {number} is missing")))),
        },
    };
    loop {
        let rows = numbered(cx).filter(audit_entry::Column::Number.gt(number));
        let rows = rows.order_by_asc(audit_entry::Column::Number).limit(CHUNK).all(&cx.db()).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            let here = row.number.unwrap_or_default();
            let id = row.id;
            if here == number {
                return Ok(Err(Flaw(format!("row {here} is there twice, once as {id}"))));
            }
            if here != number + 1 {
                return Ok(Err(Flaw(format!("row {} is missing", number + 1))));
            }
            if here > head.number {
                return Ok(Err(Flaw(format!("row {here} ({id}) was put in after the head, which is {}", head.number))));
            }
            let right = chain::hash(&hash, &row);
            if row.hash.as_deref() != Some(&right) {
                return Ok(Err(Flaw(format!(
                    "row {here} ({id}) is not what was written, or does not follow on row {number}"
                ))));
            }
            (number, hash) = (here, right.to_vec());
        }
    }
    let rows = numbered(cx).filter(audit_entry::Column::Number.gte(first)).count(&cx.db()).await?;
    Ok(match i64::try_from(rows) {
        _ if number < head.number => Err(Flaw(format!("row {} is missing: the head is {}", number + 1, head.number))),
        _ if hash != head.hash => Err(Flaw(format!("row {number} is not the one that the head knows"))),
        Ok(rows) if rows == number + 1 - first => Ok(rows),
        _ => Err(Flaw(format!("{rows} rows have the {} numbers from {first} to {number}", number + 1 - first))),
    })
}

async fn expected(cx: &Cx, head: &audit_head::Model, expect: Option<&(i64, Vec<u8>)>) -> Result<Option<Flaw>> {
    let Some((number, hash)) = expect else { return Ok(None) };
    let stored = match *number {
        number if number > head.number => {
            return flaw(format!("row {number} was on record and is not: the head is {}", head.number));
        }
        number if number < head.floor_number => return flaw(format!("row {number} is gone, as its time was over")),
        number if number == head.floor_number => head.floor_hash.clone(),
        number => row(cx, number).await?.and_then(|row| row.hash).unwrap_or_default(),
    };
    match stored == *hash {
        true => Ok(None),
        false => flaw(format!("row {number} has the hash {}, another one was expected", to_hex(&stored))),
    }
}

fn flaw(words: String) -> Result<Option<Flaw>> {
    Ok(Some(Flaw(words)))
}

fn numbered(cx: &Cx) -> Select<audit_entry::Entity> {
    audit_entry::Entity::find().filter(audit_entry::Column::OrganizationId.eq(cx.organization()))
}

async fn row(cx: &Cx, number: i64) -> Result<Option<audit_entry::Model>> {
    Ok(numbered(cx).filter(audit_entry::Column::Number.eq(number)).one(&cx.db()).await?)
}
