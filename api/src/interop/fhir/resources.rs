//! The rows of the verbatim resources, and of the names that they are found by.
use super::{
    batch::Entry,
    facts::{self, Facts},
    judge::{Judged, Owner},
    known::Known,
    patients::Plans,
    spool::Texts,
    states::{State, was},
};
use crate::{Error, Result, Tx, interop::report::Count};
use entity::{
    audit_entry::AuditKind,
    fhir_key, fhir_resource,
    ids::{FhirResourceId, PatientId},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Rows of one statement: 8 parameters each, of 32,766 that SQLite takes.
const ROWS: usize = 500;
const ROWS_TEXT: usize = 8 << 20;
const KEYS: usize = 2_000;

#[derive(Default)]
pub struct Outcome {
    pub counts: BTreeMap<String, Count>,
    pub older: u64,
}

pub struct Rows<'a> {
    pub entries: &'a [Entry],
    pub states: &'a [State],
    pub judged: &'a [Judged],
    pub plans: &'a Plans,
    pub known: &'a Known,
    /// References as they are kept.
    pub turned: &'a HashMap<String, String>,
}

/// Whose a resource is.
pub fn owner(judged: &Judged, plans: &Plans) -> Option<PatientId> {
    match judged.owner? {
        Owner::Here(index) => plans.get(&index).map(|plan| plan.id),
        Owner::Stored(patient) => Some(patient),
    }
}

pub async fn write(tx: &mut Tx, rows: &Rows<'_>, mut texts: Texts) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut writer = Writer::default();
    let mut first = None;
    let mut patients = BTreeSet::new();
    for (index, entry) in rows.entries.iter().enumerate() {
        let text = texts.next().map_err(Error::internal)?;
        let state = rows.states[index];
        let count = outcome.counts.entry(entry.facts.kind.clone());
        let id = match state {
            State::Out => continue,
            State::Same => {
                count.or_default().unchanged += 1;
                continue;
            }
            State::Older => {
                outcome.older += 1;
                count.or_default().unchanged += 1;
                continue;
            }
            State::New(id) => {
                count.or_default().created += 1;
                id
            }
            State::Changed(id) => {
                count.or_default().updated += 1;
                id
            }
        };
        let patient = owner(&rows.judged[index], rows.plans);
        let content = super::json::turn_references(text, rows.turned);
        first = first.or(Some(id));
        patients.extend(patient);
        writer.keys(tx, &entry.facts, id);
        match state {
            State::Changed(_) => {
                let old = rows.known.by_key(&entry.facts.kind, &entry.key);
                change(tx, &entry.facts, id, (patient, content)).await?;
                let old = old.map(|stored| was(&stored.digest));
                writer.keys.extend(old.map(|key| key_row(tx, &entry.facts.kind, key, id)));
            }
            State::New(_) => writer.push(tx, row(tx, entry, id, (patient, content))).await?,
            State::Out | State::Same | State::Older => {}
        }
    }
    writer.flush(tx).await?;
    if let Some(first) = first {
        tx.note(AuditKind::Write, Some(("fhir_resource", first.0)), patients.into_iter().collect());
    }
    Ok(outcome)
}

async fn change(tx: &Tx, facts: &Facts, id: FhirResourceId, new: (Option<PatientId>, String)) -> Result<()> {
    use fhir_resource::Column;
    let (patient, content) = new;
    fhir_resource::Entity::update_many()
        .col_expr(Column::Digest, Expr::value(facts.digest.to_vec()))
        .col_expr(Column::PatientId, Expr::value(patient))
        .col_expr(Column::Content, Expr::value(content))
        .col_expr(Column::ImportedAt, Expr::value(tx.at))
        .filter(Column::OrganizationId.eq(tx.organization()))
        .filter(Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    fhir_key::Entity::delete_many()
        .filter(fhir_key::Column::OrganizationId.eq(tx.organization()))
        .filter(fhir_key::Column::ResourceId.eq(id))
        .filter(fhir_key::Column::Key.not_like("was:%"))
        .exec(&**tx)
        .await?;
    Ok(())
}

fn row(
    tx: &Tx,
    entry: &Entry,
    id: FhirResourceId,
    (patient, content): (Option<PatientId>, String),
) -> fhir_resource::ActiveModel {
    fhir_resource::ActiveModel {
        organization_id: Set(tx.organization()),
        id: Set(id),
        resource_type: Set(entry.facts.kind.clone()),
        source_key: Set(entry.key.clone()),
        digest: Set(entry.facts.digest.to_vec()),
        patient_id: Set(patient),
        content: Set(content),
        imported_at: Set(tx.at),
    }
}

fn key_row(tx: &Tx, kind: &str, key: String, id: FhirResourceId) -> fhir_key::ActiveModel {
    fhir_key::ActiveModel {
        organization_id: Set(tx.organization()),
        resource_type: Set(kind.to_owned()),
        key: Set(key),
        resource_id: Set(id),
    }
}

/// Gathers rows for statements of many.
#[derive(Default)]
struct Writer {
    rows: Vec<fhir_resource::ActiveModel>,
    text: usize,
    keys: Vec<fhir_key::ActiveModel>,
}

impl Writer {
    /// Nobody refers to a bill by its number, and there are many.
    fn keys(&mut self, tx: &Tx, facts: &Facts, id: FhirResourceId) {
        if matches!(facts.kind.as_str(), "Claim" | "ClaimResponse" | "ExplanationOfBenefit") {
            return;
        }
        let keys: BTreeSet<String> = facts.identifiers.iter().map(facts::Identifier::key).collect();
        self.keys.extend(keys.into_iter().map(|key| key_row(tx, &facts.kind, key, id)));
    }

    async fn push(&mut self, tx: &Tx, row: fhir_resource::ActiveModel) -> Result<()> {
        self.text += row.content.try_as_ref().map_or(0, String::len);
        self.rows.push(row);
        if self.rows.len() >= ROWS || self.text >= ROWS_TEXT {
            self.flush(tx).await?;
        }
        Ok(())
    }

    async fn flush(&mut self, tx: &Tx) -> Result<()> {
        self.text = 0;
        let rows = std::mem::take(&mut self.rows);
        if !rows.is_empty() {
            fhir_resource::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
        }
        let keys = std::mem::take(&mut self.keys);
        for chunk in keys.chunks(KEYS) {
            use fhir_key::Column;
            let twice = [Column::OrganizationId, Column::ResourceType, Column::Key, Column::ResourceId];
            let twice = sea_orm::sea_query::OnConflict::columns(twice).do_nothing().to_owned();
            fhir_key::Entity::insert_many(chunk.to_vec()).on_conflict(twice).exec_without_returning(&**tx).await?;
        }
        Ok(())
    }
}
