//! Reads files beside the writer: unpacks, splits, and takes from each resource what the writer needs.
use super::{
    batch::{Batch, BatchShape, Entry, Read, Work},
    bundle::{self, BUNDLES, RawEntry},
    facts::{self, Facts},
    json,
    mapped::Mapped,
    source::{self, Format, Line},
    spool::Spool,
};
use indicatif::ProgressBar;
use serde_json::de::{IoRead, SliceRead};
use std::{
    cell::Cell,
    io::{self, BufRead, Read as _},
    path::PathBuf,
    sync::Arc,
};
use tokio::sync::mpsc::Sender;

/// The longest line, and the longest single resource.
const RESOURCE_LIMIT: usize = 32 << 20;
/// Lines are written together, up to so many resources or so much text.
const LINES: usize = 500;
const LINES_TEXT: usize = 8 << 20;
/// More is not said of one bundle.
const PROBLEMS: usize = 20;

/// The writer is gone: there is nothing left to read for.
pub struct Gone;

pub fn read_all(work: Vec<Work>, bar: &ProgressBar, out: &Sender<Read>) -> Result<(), Gone> {
    for one in work {
        bar.set_message(one.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default());
        let mut reader = Reader { file: one.file.clone(), out };
        if let Err(error) = reader.file(&one, bar) {
            match error {
                Stop::Gone => return Err(Gone),
                Stop::Io(error) => reader.refuse(None, format!("cannot be read: {error}"))?,
            }
        }
    }
    Ok(())
}

enum Stop {
    Gone,
    Io(io::Error),
}

impl From<Gone> for Stop {
    fn from(_: Gone) -> Self {
        Self::Gone
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

struct Reader<'a> {
    file: Arc<PathBuf>,
    out: &'a Sender<Read>,
}

impl Reader<'_> {
    fn file(&mut self, work: &Work, bar: &ProgressBar) -> Result<(), Stop> {
        let mut source = source::open(&work.file, bar)?;
        match source::format(&work.file, source.fill_buf()?) {
            Format::Xml => Ok(self.refuse(None, "it is XML; only FHIR R4 as JSON is taken")?),
            Format::Lines => self.lines(&mut *source, work.lines.as_deref()),
            Format::Json => self.json(source),
        }
    }

    fn json(&mut self, mut source: Box<dyn BufRead + Send>) -> Result<(), Stop> {
        let mut start = Vec::new();
        source.by_ref().take(RESOURCE_LIMIT as u64 + 1).read_to_end(&mut start)?;
        let small = start.len() <= RESOURCE_LIMIT;
        let mut reading = Reading::default();
        let inside = Cell::new(false);
        let mut take = |entry: RawEntry| reading.entry(entry);
        let envelope = if small {
            bundle::read(SliceRead::new(&start), &inside, &mut take)
        } else {
            let stream = io::Cursor::new(&start).chain(source);
            bundle::read(IoRead::new(io::BufReader::with_capacity(1 << 17, stream)), &inside, &mut take)
        };
        let envelope = match envelope {
            Ok(envelope) => envelope,
            Err(error) if error.is_io() => return Err(Stop::Io(error.into())),
            Err(error) => {
                let entry = inside.get().then(|| format!("entry {}", reading.seen + 1));
                return Ok(self.refuse(entry, facts::syntax(&error))?);
            }
        };
        if let Some(error) = reading.broken {
            return Err(Stop::Io(error));
        }
        match (envelope.resource_type.as_deref(), envelope.bundle_type.as_deref()) {
            (Some("Bundle"), Some(kind)) if BUNDLES.contains(&kind) => {}
            (Some("Bundle"), _) => return Ok(self.refuse(None, "it is a Bundle of a type that holds nothing to keep")?),
            (None, _) => return Ok(self.refuse(None, "it has no resourceType")?),
            (Some(_), _) if small => return self.resource(&start),
            (Some(_), _) => return Ok(self.refuse(None, "it is longer than 32 MB")?),
        }
        if reading.problems.is_empty() {
            return Ok(self.send(BatchShape::Bundle, reading.entries, reading.texts)?);
        }
        for (entry, reason) in reading.problems {
            self.refuse(Some(entry), reason)?;
        }
        Ok(())
    }

    fn resource(&mut self, text: &[u8]) -> Result<(), Stop> {
        let mut reading = Reading::default();
        match resource(text) {
            Ok((facts, mapped, text)) => reading.keep(1, None, false, (facts, mapped, text))?,
            Err(reason) => return Ok(self.refuse(None, reason)?),
        }
        Ok(self.send(BatchShape::Resource, reading.entries, reading.texts)?)
    }

    fn lines(&mut self, source: &mut dyn BufRead, only: Option<&[u64]>) -> Result<(), Stop> {
        let mut reading = Reading::default();
        let mut text = 0;
        for number in 1.. {
            let line = match source::read_line(source, RESOURCE_LIMIT)? {
                Line::End => break,
                _ if only.is_some_and(|only| only.binary_search(&number).is_err()) => continue,
                Line::Text(line) if line.trim_ascii().is_empty() => continue,
                Line::Text(line) => resource(&line).map(|resource| (resource, line.len())),
                Line::TooLong => Err("it is longer than 32 MB".to_owned()),
            };
            match line {
                Ok((resource, length)) => {
                    text += length;
                    reading.keep(number, None, false, resource)?;
                }
                Err(reason) if reason == EXPORT_LOG => {}
                Err(reason) => self.refuse(Some(format!("line {number}")), reason)?,
            }
            if reading.entries.len() >= LINES || text >= LINES_TEXT {
                let full = std::mem::take(&mut reading);
                self.send(BatchShape::Lines, full.entries, full.texts)?;
                text = 0;
            }
        }
        Ok(self.send(BatchShape::Lines, reading.entries, reading.texts)?)
    }

    fn send(&self, shape: BatchShape, entries: Vec<Entry>, texts: Spool) -> Result<(), Gone> {
        let batch = Batch { file: self.file.clone(), shape, entries, texts };
        self.out.blocking_send(Read::Batch(batch)).map_err(|_| Gone)
    }

    fn refuse(&self, entry: Option<String>, reason: impl Into<String>) -> Result<(), Gone> {
        let refused = Read::Refused { file: self.file.clone(), entry, reason: reason.into() };
        self.out.blocking_send(refused).map_err(|_| Gone)
    }
}

/// The log that a bulk export leaves beside its resources is no resource, and nothing to complain of.
const EXPORT_LOG: &str = "it is a line of an export's log";

type Taken = (Facts, Mapped, String);

/// A whole resource, which is alone in its file or on its line.
fn resource(text: &[u8]) -> Result<Taken, String> {
    let text = std::str::from_utf8(text)
        .map_err(|error| format!("malformed JSON: no UTF-8 after {} bytes", error.valid_up_to()))?;
    let raw: &serde_json::value::RawValue = serde_json::from_str(text).map_err(|error| {
        // The line is the file's, and named already.
        facts::syntax(&error).replace(" at line 1 column ", " at column ")
    })?;
    take(raw.get())
}

fn take(text: &str) -> Result<Taken, String> {
    let text = json::minify(text);
    let facts = Facts::read(&text).map_err(|reason| {
        let log = text.starts_with("{\"exportId\":") && text.contains("\"eventId\":");
        if log { EXPORT_LOG.to_owned() } else { reason }
    })?;
    let mapped = Mapped::read(&facts, &text)?;
    Ok((facts, mapped, text))
}

/// A bundle, or some lines, while they are read.
#[derive(Default)]
struct Reading {
    seen: u64,
    entries: Vec<Entry>,
    texts: Spool,
    problems: Vec<(String, String)>,
    broken: Option<io::Error>,
}

impl Reading {
    fn entry(&mut self, entry: RawEntry) {
        self.seen += 1;
        let number = self.seen;
        if self.problems.len() >= PROBLEMS || self.broken.is_some() {
            return;
        }
        let method = entry.method();
        let result = match (method.as_deref(), &entry.resource) {
            (Some("DELETE" | "PATCH"), _) => Err("an import adds and updates; it does not delete or patch".to_owned()),
            (Some("GET" | "HEAD"), None) => return,
            (_, None) => Err("it holds no resource".to_owned()),
            (_, Some(raw)) => take(raw.get()),
        };
        match result {
            Ok(taken) => {
                let put = method.as_deref() == Some("PUT");
                if !self.problems.is_empty() {
                    return;
                }
                if let Err(error) = self.keep(number, entry.full_url(), put, taken) {
                    self.broken = Some(error);
                }
            }
            Err(reason) => self.problems.push((format!("entry {number}"), reason)),
        }
    }

    fn keep(&mut self, number: u64, full_url: Option<String>, put: bool, taken: Taken) -> io::Result<()> {
        let (facts, mapped, text) = taken;
        self.texts.push(text)?;
        let key = facts.source_key();
        self.entries.push(Entry { number, full_url, put, key, facts, mapped });
        Ok(())
    }
}
