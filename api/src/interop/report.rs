//! What an import did, for the person who ran it.
use std::{collections::BTreeMap, fmt, path::PathBuf};

/// Counted by resource or message type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
}

/// Something that was not taken. The reason names fields and positions, never a patient's data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub file: PathBuf,
    /// Which entry, line or message of the file, in words: `entry 12 (Observation)`, `line 3`, `message 2`.
    pub entry: Option<String>,
    pub reason: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub files: u64,
    pub counts: BTreeMap<String, Count>,
    pub refused: Vec<Refusal>,
    /// What the person who ran it should know and need not mend, without a patient's data.
    pub notes: Vec<String>,
}

impl Report {
    pub fn count(&mut self, kind: &str) -> &mut Count {
        self.counts.entry(kind.to_owned()).or_default()
    }

    pub fn refuse(&mut self, file: impl Into<PathBuf>, entry: Option<String>, reason: impl Into<String>) {
        self.refused.push(Refusal { file: file.into(), entry, reason: reason.into() });
    }

    pub fn total(&self) -> Count {
        self.counts.values().fold(Count::default(), |sum, one| Count {
            created: sum.created + one.created,
            updated: sum.updated + one.updated,
            unchanged: sum.unchanged + one.unchanged,
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for refusal in &self.refused {
            write!(f, "refused {}", refusal.file.display())?;
            if let Some(entry) = &refusal.entry {
                write!(f, ", {entry}")?;
            }
            writeln!(f, ": {}", refusal.reason)?;
        }
        for note in &self.notes {
            writeln!(f, "note: {note}")?;
        }
        writeln!(f, "{:<24}{:>10}{:>10}{:>10}", "", "created", "updated", "unchanged")?;
        for (kind, count) in &self.counts {
            writeln!(f, "{kind:<24}{:>10}{:>10}{:>10}", count.created, count.updated, count.unchanged)?;
        }
        let total = self.total();
        writeln!(f, "{:<24}{:>10}{:>10}{:>10}", "total", total.created, total.updated, total.unchanged)?;
        write!(f, "{} files, {} refused", self.files, self.refused.len())
    }
}
