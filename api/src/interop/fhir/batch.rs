//! What the reader hands to the writer: a bundle, which comes in whole or not at all, or lines that stand alone.
use super::{facts::Facts, mapped::Mapped, spool::Spool};
use std::{path::PathBuf, sync::Arc};

pub struct Entry {
    /// Its place in the bundle, or its line, from 1.
    pub number: u64,
    pub full_url: Option<String>,
    /// The sender asks for exactly this id.
    pub put: bool,
    /// What names the same resource in every import.
    pub key: String,
    pub facts: Facts,
    pub mapped: Mapped,
}

pub struct Batch {
    pub file: Arc<PathBuf>,
    pub shape: BatchShape,
    pub entries: Vec<Entry>,
    /// The entries' texts, in the same order.
    pub texts: Spool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchShape {
    Bundle,
    Resource,
    Lines,
}

impl Batch {
    /// How a report names an entry.
    pub fn name(&self, entry: &Entry) -> Option<String> {
        let (number, kind) = (entry.number, &entry.facts.kind);
        match self.shape {
            BatchShape::Bundle => Some(format!("entry {number} ({kind})")),
            BatchShape::Lines => Some(format!("line {number} ({kind})")),
            BatchShape::Resource => None,
        }
    }

    /// One refusal refuses all of it.
    pub fn is_whole(&self) -> bool {
        self.shape != BatchShape::Lines
    }
}

/// What to read: a file, or those lines of it that had to wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    pub file: Arc<PathBuf>,
    pub lines: Option<Vec<u64>>,
}

pub enum Read {
    Batch(Batch),
    Refused { file: Arc<PathBuf>, entry: Option<String>, reason: String },
}
