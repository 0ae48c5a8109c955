//! FHIR R4 bundles, resources and NDJSON, plain or gzip.
//!
//! Every resource is kept verbatim in `fhir_resource`, linked to its patient. What the product uses becomes rows:
//! patients with identifiers and contacts, tasks, and the standing care teams of the practice.
//!
//! **Whole or not at all.** A bundle (transaction, collection, batch, searchset, document, history, message) comes in
//! in one database transaction or is refused; in NDJSON each line stands alone. Neither affects its neighbours.
//!
//! **References.** What a file refers to may stand in any file of the run, or have come in earlier: who has to wait is
//! read again when all others are in. Refused is, in the end, what refers
//! - to an entry (`urn:…`) that its bundle does not have;
//! - to its own patient (`subject`, `patient`, `beneficiary`, `for`, `individual`) where that patient is nowhere;
//! - conditionally (`Practitioner?identifier=…`) to what is nowhere, as a FHIR server would refuse it.
//!
//! Other references by id may lead nowhere: exports leave out practitioners and places, and still are true.
//!
//! **The same thing.** A resource is known by its id; one without by an identifier, or by what it says. A patient that
//! comes under a new id is known by medical record number and the like, unless the sender asks for exactly that id
//! (`PUT Patient/…`): then it is a patient of its own. Two patients under one number are refused, never guessed at.
//! One id for resources of two patients is two resources.
//! An older version never replaces a newer one, and a copy without a version that has been replaced stays replaced.
//!
//! **Memory.** One bundle's facts and 48 MB of its text, or 500 lines, are held at a time, whatever the files' size.
mod batch;
mod bundle;
mod contact;
mod facts;
mod identity;
mod json;
mod judge;
mod known;
mod local;
mod mapped;
mod patient_rows;
mod patients;
mod person;
mod progress;
mod read;
mod reference;
mod release;
mod resources;
mod run;
mod source;
mod spool;
mod states;
mod tasks;
mod teams;
mod values;
mod versions;
mod walk;
mod work;

use crate::{Cx, Error, Result, interop, interop::report::Report};
use batch::Work;
use std::{path::PathBuf, sync::Arc};

/// What a status, and a task, that came from here says of itself.
pub const SOURCE: &str = "FHIR import";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Whose are the patients whose files name no care team that we know.
    pub team: String,
    /// Show on a terminal how far it is.
    pub progress: bool,
}

/// Brings in files, and those of folders. What is refused stands in the report; an error is ours or the database's.
pub async fn import(cx: &Cx, paths: &[PathBuf], options: &Options) -> Result<Report> {
    let paths = paths.to_vec();
    let listed = tokio::task::spawn_blocking(move || interop::files(&paths, source::wanted).map(source::in_order));
    let files = listed.await.map_err(Error::internal)?.map_err(|error| Error::bad_input("PATH", error.to_string()))?;
    let bytes = files.iter().filter_map(|file| std::fs::metadata(file).ok()).map(|about| about.len()).sum();
    let mut report = Report { files: files.len() as u64, ..Report::default() };
    let bar = progress::bar(options.progress, bytes);
    let mut work: Vec<Work> = files.into_iter().map(|file| Work { file: Arc::new(file), lines: None }).collect();

    let mut run = run::Run { cx, options, report: &mut report, bar: bar.clone(), refusals: Default::default() };
    let (mut before, mut last) = (usize::MAX, false);
    while !work.is_empty() {
        work = run.round(work, last).await?;
        let waiting = work.iter().map(|one| one.lines.as_ref().map_or(1, Vec::len)).sum();
        last = waiting == before;
        before = waiting;
    }
    bar.finish_and_clear();
    // A file that is read twice complains twice.
    report.refused.sort_by(|one, other| one.file.cmp(&other.file));
    report.refused.dedup();
    Ok(report)
}
