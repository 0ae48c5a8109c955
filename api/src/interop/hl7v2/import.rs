//! Files of messages, one or many a file.
use super::{
    Answer, Effect, Options, accept_split,
    split::{Piece, Splitter},
};
use crate::{
    Cx, Error, Result,
    interop::{files, report::Report},
};
use indicatif::{ProgressBar, ProgressStyle};
use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

/// Takes every message in the files.
pub async fn import(cx: &Cx, paths: &[PathBuf], options: &Options) -> Result<Report> {
    let files = files(paths, is_hl7).map_err(|error| Error::bad_input("PATH", error.to_string()))?;
    let total = files.iter().filter_map(|file| file.metadata().ok()).map(|about| about.len()).sum();
    let bar = if options.progress { ProgressBar::new(total) } else { ProgressBar::hidden() };
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {msg} {eta}") {
        bar.set_style(style);
    }
    let mut report = Report::default();
    for file in &files {
        report.files += 1;
        if let Err(error) = import_file(cx, file, options, &mut report, &bar).await? {
            report.refuse(file, None, error.to_string());
        }
    }
    bar.finish_and_clear();
    Ok(report)
}

fn is_hl7(path: &Path) -> bool {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    extension.is_some_and(|extension| matches!(extension.as_str(), "hl7" | "hl7v2" | "adt" | "txt" | "dat" | "msg"))
}

/// The inner result is the file's.
async fn import_file(
    cx: &Cx,
    path: &Path,
    options: &Options,
    report: &mut Report,
    bar: &ProgressBar,
) -> Result<io::Result<()>> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) => return Ok(Err(error)),
    };
    let mut splitter = Splitter::default();
    let mut buffer = vec![0; 64 << 10];
    let mut number = 0;
    loop {
        match file.read(&mut buffer) {
            Ok(0) => splitter.finish(),
            Ok(read) => {
                splitter.push(&buffer[..read]);
                bar.inc(read as u64);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Ok(Err(error)),
        }
        let mut pieces = 0;
        while let Some(piece) = splitter.next() {
            pieces += 1;
            take_piece(cx, path, piece, options, (&mut *report, &mut number)).await?;
        }
        bar.set_message(format!("{} refused", report.refused.len()));
        if pieces == 0 && splitter.is_finished() {
            break;
        }
    }
    if number == 0 {
        report.refuse(path, None, "it holds no HL7 v2 message");
    }
    Ok(Ok(()))
}

async fn take_piece(
    cx: &Cx,
    path: &Path,
    piece: Piece,
    options: &Options,
    (report, number): (&mut Report, &mut u64),
) -> Result<()> {
    let bytes = match piece {
        Piece::WrongCount { said, held } => {
            let reason = format!("BTS-1 says {said} messages, the batch holds {held}");
            report.refuse(path, Some("batch".to_owned()), reason);
            return Ok(());
        }
        Piece::TooLarge => None,
        Piece::Message(bytes) => Some(bytes),
    };
    *number += 1;
    let Some(bytes) = bytes else {
        report.refuse(path, Some(format!("message {number}")), "it is larger than 16 MB");
        return Ok(());
    };
    match accept_split(cx, &bytes, options).await? {
        Answer::Accepted(accepted) => {
            let count = report.count(&accepted.kind);
            match accepted.effect {
                Effect::Created => count.created += 1,
                Effect::Updated => count.updated += 1,
                Effect::Unchanged => count.unchanged += 1,
            }
        }
        Answer::Refused { kind, reason } => {
            let kind = kind.map(|kind| format!(" ({kind})")).unwrap_or_default();
            report.refuse(path, Some(format!("message {number}{kind}")), reason);
        }
    }
    Ok(())
}
