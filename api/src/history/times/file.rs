//! Times as a file to take away, in the same cells for both formats: numbers are numbers, and no patient is in it.
use super::{Asked, Group, GroupBy, Times, rules::Spread, times};
use crate::{
    Cx, Error, Result,
    audit::{self, export::inert},
};
use chrono::Duration;
use rust_xlsxwriter::{Format, Workbook};
use sea_orm::ActiveEnum;
use serde_json::json;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Csv,
    Xlsx,
}

enum Cell {
    Text(String),
    Number(i64),
    Nothing,
}

const COLUMNS: [&str; 12] = [
    "group",
    "name",
    "measure",
    "tasks",
    "reached",
    "waiting",
    "ended",
    "p25_seconds",
    "median_seconds",
    "p75_seconds",
    "p90_seconds",
    "total_seconds",
];

const NOTES: [&str; 7] = [
    "Of tasks that were created in the period, without drafts and without what was entered in error.",
    "first-touch: until a person did anything with the task. claim: until it had a holder. completion: until it was done.",
    "Each counts from the moment at which the team could take the task. All times are in seconds.",
    "Percentiles are the estimate of Kaplan and Meier: what is still open counts for as long as it is there. Where nothing \
     is, they are the nearest rank.",
    "An empty percentile: not so many have come so far, or there are fewer than five tasks and who took the file is no \
     manager.",
    "reached: came so far. waiting: not yet. ended: cancelled or failed before.",
    "in-…: how long all tasks of the group were in that state together, until the file was made.",
];

/// Makes the file, for who said a moment ago who they are. That it leaves is on record first.
pub async fn make(cx: &Cx, asked: &Asked, by: GroupBy, form: Form) -> Result<Vec<u8>> {
    cx.require_recent()?;
    let times = times(cx, asked, by).await?;
    let file = match form {
        Form::Csv => csv(&times)?,
        Form::Xlsx => xlsx(&times)?,
    };
    let what = json!({
        "careTeam": asked.care_team.map(|team| team.to_string()), "from": asked.from, "to": asked.to,
        "kinds": asked.kinds, "tasks": times.total.tasks,
    });
    audit::record_export(cx, "times.export", &[], what).await?;
    Ok(file)
}

fn rows(times: &Times) -> Vec<[Cell; 12]> {
    times.groups.iter().chain([&times.total]).flat_map(rows_of).collect()
}

fn rows_of(group: &Group) -> Vec<[Cell; 12]> {
    let begins = |measure: &str| {
        [
            Cell::Text(group.key.clone()),
            Cell::Text(group.name.clone()),
            Cell::Text(measure.to_owned()),
            number(group.tasks),
        ]
    };
    let mut rows = Vec::new();
    let spreads = [("first-touch", group.first_touch), ("claim", group.claim), ("completion", group.completion)];
    for (measure, Spread { reached, waiting, ended, p25, median, p75, p90 }) in spreads {
        let [key, name, measure, tasks] = begins(measure);
        let [p25, median, p75, p90] = [p25, median, p75, p90].map(seconds);
        let counts = [number(reached), number(waiting), number(ended)];
        let [reached, waiting, ended] = counts;
        rows.push([key, name, measure, tasks, reached, waiting, ended, p25, median, p75, p90, Cell::Nothing]);
    }
    for (status, spent) in &group.in_status {
        let [key, name, measure, tasks] = begins(&format!("in-{}", status.to_value()));
        let none = || Cell::Nothing;
        let spent = seconds(Some(*spent));
        rows.push([key, name, measure, tasks, none(), none(), none(), none(), none(), none(), none(), spent]);
    }
    rows
}

fn number(count: usize) -> Cell {
    i64::try_from(count).map_or(Cell::Nothing, Cell::Number)
}

fn seconds(time: Option<Duration>) -> Cell {
    time.map_or(Cell::Nothing, |time| Cell::Number(time.num_seconds()))
}

fn csv(times: &Times) -> Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(COLUMNS).map_err(Error::internal)?;
    for row in rows(times) {
        let cells = row.map(|cell| match cell {
            Cell::Text(text) => inert(text),
            Cell::Number(number) => number.to_string(),
            Cell::Nothing => String::new(),
        });
        writer.write_record(cells).map_err(Error::internal)?;
    }
    writer.into_inner().map_err(|_| Error::broken("memory can be written to"))
}

/// A text cell of a workbook is never run: it says that it is text. It is written as in the other format all the same, as
/// people copy from one to the other.
fn xlsx(times: &Times) -> Result<Vec<u8>> {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold();
    let sheet = book.add_worksheet().set_name("Times").map_err(Error::internal)?;
    sheet.set_freeze_panes(1, 0).map_err(Error::internal)?;
    for (column, name) in (0..).zip(COLUMNS) {
        sheet.write_string_with_format(0, column, name, &bold).map_err(Error::internal)?;
    }
    for (line, row) in (1..).zip(rows(times)) {
        for (column, cell) in (0..).zip(row) {
            match cell {
                Cell::Text(text) => sheet.write_string(line, column, inert(text)),
                // Seconds of years are far below what a float holds.
                Cell::Number(number) => sheet.write_number(line, column, number as f64),
                Cell::Nothing => continue,
            }
            .map_err(Error::internal)?;
        }
    }
    sheet.autofit();
    let about = book.add_worksheet().set_name("About").map_err(Error::internal)?;
    let period = format!("{} to {}, days of {}", times.from, times.to, times.time_zone);
    for (line, note) in (0..).zip([period.as_str()].into_iter().chain(NOTES)) {
        about.write_string(line, 0, note).map_err(Error::internal)?;
    }
    book.save_to_buffer().map_err(Error::internal)
}
