//! One round over files: the reader beside, batches written as they come, and a list of what has to wait.
use super::{
    Options,
    batch::{Batch, Read, Work},
    judge::{self, Judged, Verdict},
    known::Known,
    local::Local,
    patient_rows,
    patients::{self, Plans},
    read,
    resources::{self, Outcome},
    states, tasks,
    teams::Teams,
};
use crate::{Cx, Error, Result, Tx, interop::report::Report};
use indicatif::ProgressBar;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Batches that are ready while one is written.
const AHEAD: usize = 1;
const REFUSALS: usize = 1_000;
const REFUSALS_AND_ONE: usize = REFUSALS + 1;

pub struct Run<'a> {
    pub cx: &'a Cx,
    pub options: &'a Options,
    pub report: &'a mut Report,
    pub bar: ProgressBar,
    /// How much was refused of the file that is being read.
    pub refusals: (PathBuf, usize),
}

impl Run<'_> {
    /// Takes in what it can and returns what has to wait. In the `last` round nothing waits any longer.
    pub async fn round(&mut self, work: Vec<Work>, last: bool) -> Result<Vec<Work>> {
        let (sender, mut batches) = tokio::sync::mpsc::channel(AHEAD);
        let bar = self.bar.clone();
        let reader = tokio::task::spawn_blocking(move || read::read_all(work, &bar, &sender));
        let mut waiting: BTreeMap<Arc<PathBuf>, Work> = BTreeMap::new();
        while let Some(read) = batches.recv().await {
            match read {
                Read::Refused { file, entry, reason } => self.refuse(&file, entry, reason),
                Read::Batch(batch) => self.take(batch, last, &mut waiting).await?,
            }
        }
        // A reader that is gone has sent everything: it stops early only when nobody listens.
        let _ = reader.await.map_err(Error::internal)?;
        Ok(waiting.into_values().collect())
    }

    /// A file of a million bad lines is told of by its first thousand.
    fn refuse(&mut self, file: &Path, entry: Option<String>, reason: String) {
        if self.refusals.0 != file {
            self.refusals = (file.to_owned(), 0);
        }
        self.refusals.1 += 1;
        match self.refusals.1 {
            ..=REFUSALS => self.report.refuse(file, entry, reason),
            REFUSALS_AND_ONE => self.report.refuse(file, None, "and more that is refused and not listed"),
            _ => {}
        }
    }

    async fn take(&mut self, mut batch: Batch, last: bool, waiting: &mut BTreeMap<Arc<PathBuf>, Work>) -> Result<()> {
        if batch.entries.is_empty() {
            return Ok(());
        }
        let mut tx = self.cx.begin("import.fhir").await?;
        let local = Local::of(&batch.entries);
        let mut known = Known::load(&tx, &batch.entries, &local).await?;
        let mut judged = judge::judge(&batch, &local, &known);
        let plans = patients::plan(&tx, &batch.entries, &known, &mut judged).await?;
        judge::follow_patients(&mut judged);

        if last {
            judge::give_up(&mut judged);
        }
        let (refused, waits) = outcome(&batch, &judged);
        let any_refused = !refused.is_empty();
        for (entry, reason) in refused {
            self.refuse(&batch.file, entry, reason);
        }
        if batch.is_whole() && (any_refused || !waits.is_empty()) {
            if !any_refused {
                waiting.insert(batch.file.clone(), Work { file: batch.file.clone(), lines: None });
            }
            return Ok(());
        }
        if !waits.is_empty() {
            let work = Work { file: batch.file.clone(), lines: Some(Vec::new()) };
            let work = waiting.entry(batch.file.clone()).or_insert(work);
            work.lines.get_or_insert_default().extend(waits);
        }

        states::part_patients(&tx, &mut batch.entries, &mut known, (&judged, &plans)).await?;
        let file = batch.file.clone();
        let outcome = self.write(&mut tx, batch, Findings { local, known, judged, plans }).await?;
        tx.commit().await?;
        for (kind, count) in outcome.counts {
            let total = self.report.count(&kind);
            total.created += count.created;
            total.updated += count.updated;
            total.unchanged += count.unchanged;
        }
        if outcome.older > 0 {
            let (file, number) = (file.display(), outcome.older);
            self.report.notes.push(format!("{file}: kept what is stored, which is newer, for {number} resources"));
        }
        Ok(())
    }

    async fn write(&self, tx: &mut Tx, batch: Batch, found: Findings) -> Result<Outcome> {
        let Findings { local, known, judged, plans } = found;
        let Batch { entries, texts, .. } = batch;
        let texts = texts.read().map_err(Error::internal)?;
        let states = states::states(tx, &entries, &known, &judged).await?;
        let mut teams = Teams::of_batch(tx, &entries, &states, (&judged, &plans), &self.options.team).await?;
        let homes = patients::write(tx, &entries, &states, &plans, &mut teams).await?;
        let turned = local.turned(&entries, &known);
        let rows = resources::Rows {
            entries: &entries,
            states: &states,
            judged: &judged,
            plans: &plans,
            known: &known,
            turned: &turned,
        };
        let outcome = resources::write(tx, &rows, texts).await?;
        let mut contacts = homes.updated.clone();
        for (index, entry) in entries.iter().enumerate() {
            if entry.facts.kind == "RelatedPerson" && states[index].is_news() {
                contacts.extend(resources::owner(&judged[index], &plans));
            }
        }
        patient_rows::rebuild_contacts(tx, contacts).await?;
        teams.move_patients(self.cx, tx, &homes).await?;
        let batch = tasks::Tasks {
            entries: &entries,
            states: &states,
            judged: &judged,
            plans: &plans,
            local: &local,
            homes: &homes,
        };
        tasks::write(self.cx, tx, &batch, &mut teams).await?;
        Ok(outcome)
    }
}

/// What was found out of a batch before any of it is written.
struct Findings {
    local: Local,
    known: Known,
    judged: Vec<Judged>,
    plans: Plans,
}

type Refused = Vec<(Option<String>, String)>;

/// What is refused, by name and with the reason, and the numbers of those that wait.
fn outcome(batch: &Batch, judged: &[Judged]) -> (Refused, Vec<u64>) {
    let (mut refused, mut waits) = (Vec::new(), Vec::new());
    for (one, entry) in judged.iter().zip(&batch.entries) {
        match &one.verdict {
            Verdict::Take => {}
            Verdict::Wait(_) => waits.push(entry.number),
            Verdict::Refuse(reason) => refused.push((batch.name(entry), reason.clone())),
        }
    }
    (refused, waits)
}
