//! The signed records of a team's huddles as a file of comma-separated values: a row for each item.
use super::{
    record::{self, Shown},
    rules,
    service::list,
};
use crate::{Cx, Error, Result, audit, care_teams, page::PageArgs, patients, policy};
use chrono::{NaiveDate, SecondsFormat};
use entity::{
    huddle,
    ids::{CareTeamId, PatientId},
    patient,
};
use serde_json::json;
use std::collections::BTreeMap;

const COLUMNS: [&str; 21] = [
    "evidence",
    "date",
    "slot",
    "care_team",
    "facilitator",
    "started_at",
    "ended_at",
    "seconds",
    "attendance",
    "mrn",
    "patient",
    "section",
    "reasons",
    "state",
    "item_seconds",
    "note",
    "decisions",
    "addenda",
    "signed_by",
    "sha256",
    "verified",
];
/// Days of one file.
const MOST_DAYS: i64 = 400;

/// The file, for who manages the team and said a moment ago who they are. That it leaves is on record before it does.
pub async fn records(cx: &Cx, team: CareTeamId, from: NaiveDate, to: NaiveDate) -> Result<Vec<u8>> {
    let team = care_teams::service::find(cx, team).await?;
    cx.require(policy::may_export_huddles(cx.scope(), team.id), "take the records of this team's huddles away")?;
    cx.require_recent()?;
    if to < from || (to - from).num_days() > MOST_DAYS {
        return Err(Error::bad_input("to", format!("must be after `from`, by {MOST_DAYS} days at most")));
    }
    let mut shown = Vec::new();
    let mut args = PageArgs { first: Some(200), after: None };
    loop {
        let page = list(cx, team.id, &args).await?;
        let is_last = !page.has_next || page.rows.last().is_some_and(|(_, huddle)| huddle.date < from);
        for (cursor, huddle) in page.rows {
            args.after = Some(cursor);
            if (from..=to).contains(&huddle.date)
                && let Some(record) = record::shown(cx, &huddle).await?
            {
                shown.push((huddle, record));
            }
        }
        if is_last {
            break;
        }
    }
    shown.reverse();
    let named = shown
        .iter()
        .flat_map(|(_, record)| &record.body.items)
        .filter_map(|item| item.patient.as_deref()?.parse().ok());
    let named: Vec<PatientId> = named.collect();
    let patients: BTreeMap<String, patient::Model> = patients::service::find_many(cx, named)
        .await?
        .into_iter()
        .map(|patient| (patient.id.to_string(), patient))
        .collect();
    let ids: Vec<PatientId> = patients.values().map(|patient| patient.id).collect();
    let what = json!({ "careTeam": team.id.to_string(), "from": from, "to": to, "huddles": shown.len() });
    audit::record_export(cx, "huddles.export", &ids, what).await?;

    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(COLUMNS).map_err(Error::internal)?;
    for (huddle, record) in &shown {
        for row in rows(huddle, record, &patients) {
            writer.write_record(row.map(audit::export::inert)).map_err(Error::internal)?;
        }
    }
    writer.into_inner().map_err(|_| Error::broken("memory can be written to"))
}

fn rows(huddle: &huddle::Model, record: &Shown, patients: &BTreeMap<String, patient::Model>) -> Vec<[String; 21]> {
    let body = &record.body;
    let at = |at: Option<chrono::DateTime<chrono::Utc>>| {
        at.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true)).unwrap_or_default()
    };
    let names = body.attendance.iter().map(|person| person.name.as_str()).collect::<Vec<_>>().join("; ");
    let row = |item: Option<&record::Item>| {
        let patient = item.and_then(|item| patients.get(item.patient.as_ref()?));
        let decided = item.into_iter().flat_map(|item| &item.decisions);
        let decided = decided.map(|one| format!("{} ({}, by {})", one.title, one.owner.name, at(Some(one.due_at))));
        [
            body.evidence.clone(),
            huddle.date.to_string(),
            body.slot.clone(),
            body.care_team.name.clone(),
            body.facilitator.as_ref().map(|person| person.name.clone()).unwrap_or_default(),
            at(body.started_at),
            at(body.ended_at),
            body.seconds.to_string(),
            names.clone(),
            patient.and_then(|patient| patient.mrn.clone()).unwrap_or_default(),
            patient.map(patients::rules::full_name).unwrap_or_default(),
            item.map(|item| format!("{:?}", rules::section(&item.reasons)).to_lowercase()).unwrap_or_default(),
            item.map(|item| item.words.join("; ")).unwrap_or_default(),
            item.map(|item| item.state.to_lowercase()).unwrap_or_default(),
            item.map(|item| item.seconds.to_string()).unwrap_or_default(),
            item.and_then(|item| item.note.clone()).unwrap_or_default(),
            decided.collect::<Vec<_>>().join("; "),
            record.addenda.iter().map(|one| one.text.as_str()).collect::<Vec<_>>().join("; "),
            body.signed_by.name.clone(),
            record.row.sha256.clone(),
            record.verified.to_string(),
        ]
    };
    if body.items.is_empty() { vec![row(None)] } else { body.items.iter().map(|item| row(Some(item))).collect() }
}
