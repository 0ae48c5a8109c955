//! The record as a file of comma-separated values, in pieces.
use super::{
    chain::to_hex,
    head::head,
    list::{self, Filter, Order},
    record::record_export,
    report, rules,
};
use crate::{Cx, Error, Result};
use chrono::SecondsFormat;
use entity::audit_entry;
use sea_orm::{ActiveEnum, PaginatorTrait, QuerySelect};
use serde_json::{Value, json};

/// Rows of one file.
pub const MOST: u64 = 100_000;
const CHUNK: u64 = 1_000;

const COLUMNS: [&str; 16] = [
    "number",
    "at",
    "actor_kind",
    "actor_id",
    "actor",
    "kind",
    "operation",
    "purpose",
    "result",
    "entity_type",
    "entity_id",
    "patients",
    "address",
    "session",
    "detail",
    "hash",
];

/// A file that is being written.
pub struct File {
    cx: Cx,
    filter: Filter,
    order: Order,
    last: Option<audit_entry::Model>,
    state: State,
}

#[derive(PartialEq)]
enum State {
    Beginning,
    Rows,
    Over,
}

/// Begins a file, for who may review access and said a moment ago who they are. That it left is on record before its
/// first byte is sent.
pub async fn begin(cx: &Cx, mut filter: Filter, order: Order) -> Result<File> {
    list::enter(cx)?;
    cx.require_recent()?;
    // Neither its own row, nor what comes while it is written.
    filter.until = Some(head(&cx.db(), cx.organization()).await?.number);
    let rows = filter.select(cx).limit(MOST + 1).count(&cx.db()).await?;
    if rows > MOST {
        return Err(Error::bad_input("filter", format!("has more than {MOST} rows: choose a shorter period")));
    }
    let what = json!({ "rows": rows, "filter": filter.told() });
    record_export(cx, "audit.export", filter.patient.as_slice(), what).await?;
    Ok(File { cx: cx.clone(), filter, order, last: None, state: State::Beginning })
}

impl File {
    /// The next piece of it; none where it is whole.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>> {
        match self.state {
            State::Over => return Ok(None),
            State::Beginning => {
                self.state = State::Rows;
                return Ok(Some(csv([COLUMNS.map(str::to_owned)])?));
            }
            State::Rows => {}
        }
        let rows = list::chunk(&self.cx, &self.filter, self.order, self.last.as_ref(), CHUNK).await?;
        if (rows.len() as u64) < CHUNK {
            self.state = State::Over;
        }
        let staff = rows.iter().filter_map(|row| row.actor_id).collect();
        let sessions = rows.iter().filter(|row| row.actor_id.is_none()).filter_map(|row| row.session_id).collect();
        let names = report::names(&self.cx, staff, sessions).await?;
        let bytes = csv(rows.iter().map(|row| cells(row, &names)))?;
        self.last = rows.into_iter().next_back().or(self.last.take());
        Ok(Some(bytes))
    }
}

/// No patient's name leaves in bulk: ids are enough to count, to compare and to ask on.
fn cells(row: &audit_entry::Model, names: &report::Names) -> [String; 16] {
    let patients = row.patients.as_array().into_iter().flatten().filter_map(Value::as_str);
    [
        row.number.map(|number| number.to_string()).unwrap_or_default(),
        row.at.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        row.actor_kind.clone(),
        row.actor_id.map(|id| id.to_string()).unwrap_or_default(),
        names.of(&row.actor_kind, row.actor_id, row.session_id),
        row.kind.to_value(),
        row.operation.clone(),
        row.purpose.map(|purpose| purpose.to_value()).unwrap_or_default(),
        if rules::is_denied(row.kind) { "denied" } else { "success" }.to_owned(),
        row.entity_type.clone().unwrap_or_default(),
        row.entity_id.map(|id| id.to_string()).unwrap_or_default(),
        patients.collect::<Vec<_>>().join(" "),
        row.address.clone().unwrap_or_default(),
        row.session_id.map(|id| id.to_string()).unwrap_or_default(),
        row.detail.as_ref().map(Value::to_string).unwrap_or_default(),
        row.hash.as_deref().map(to_hex).unwrap_or_default(),
    ]
}

fn csv(rows: impl IntoIterator<Item = [String; 16]>) -> Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row.map(inert)).map_err(Error::internal)?;
    }
    writer.into_inner().map_err(|_| Error::broken("memory can be written to"))
}

/// A spreadsheet takes what begins like this for a formula. (OWASP: CSV injection.)
pub fn inert(cell: String) -> String {
    let risky = |c: char| matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠');
    match cell.trim_start_matches(' ').starts_with(risky) {
        true => format!("'{cell}"),
        false => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::inert;

    #[test]
    fn what_a_spreadsheet_would_run_is_text() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "＠x"] {
            assert_eq!(inert(formula.to_owned()), format!("'{formula}"));
        }
        for text in ["", "Ana", "a=b", "2026-11-22", "'quoted"] {
            assert_eq!(inert(text.to_owned()), text);
        }
    }
}
