//! The files of an import: which are read, in which order, and how their bytes are reached.
use super::progress::Watched;
use flate2::read::MultiGzDecoder;
use indicatif::ProgressBar;
use std::{
    cmp::Reverse,
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

/// A resource as JSON, one resource a line, or something that is no JSON at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Json,
    Lines,
    Xml,
}

/// The files of a folder that are meant to be FHIR. XML is among them so that it is refused and not overlooked.
pub fn wanted(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    [".json", ".ndjson", ".jsonl", ".xml"].iter().any(|ending| name.ends_with(ending))
}

/// The bytes of a file, unpacked.
pub fn open(path: &Path, bar: &ProgressBar) -> io::Result<Box<dyn BufRead + Send>> {
    let watched = Watched { inner: File::open(path)?, bar: bar.clone() };
    let mut packed = BufReader::with_capacity(1 << 17, watched);
    let start = packed.fill_buf()?;
    let gzip = start.starts_with(&[0x1f, 0x8b]);
    let mut plain: Box<dyn BufRead + Send> =
        if gzip { Box::new(BufReader::with_capacity(1 << 17, MultiGzDecoder::new(packed))) } else { Box::new(packed) };
    if plain.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
        plain.consume(3);
    }
    Ok(plain)
}

pub fn format(path: &Path, start: &[u8]) -> Format {
    let name = path.to_string_lossy().to_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    if start.trim_ascii_start().starts_with(b"<") {
        return Format::Xml;
    }
    let lines = name.ends_with(".ndjson") || name.ends_with(".jsonl") || begins_as_lines(start);
    if lines { Format::Lines } else { Format::Json }
}

/// A whole object on the first line and another one after it, whatever the file is called.
fn begins_as_lines(start: &[u8]) -> bool {
    let start = start.trim_ascii_start();
    let Some(end) = start.iter().position(|byte| *byte == b'\n') else { return false };
    let (first, rest) = start.split_at(end);
    first.starts_with(b"{") && first.trim_ascii_end().ends_with(b"}") && rest.trim_ascii_start().starts_with(b"{")
}

/// What others refer to comes first, so that little has to wait. Any order would do.
pub fn in_order(mut files: Vec<PathBuf>) -> Vec<PathBuf> {
    files.sort_by_cached_key(|path| (Reverse(rank(path).unwrap_or_default()), path.clone()));
    files
}

fn rank(path: &Path) -> io::Result<u8> {
    let mut start = Vec::new();
    open(path, &ProgressBar::hidden())?.take(8 << 10).read_to_end(&mut start)?;
    let start = String::from_utf8_lossy(&start);
    let kinds = start.split("\"resourceType\"").skip(1).filter_map(|rest| rest.split('"').nth(1));
    Ok(match kinds.into_iter().find(|kind| *kind != "Bundle") {
        Some("Organization" | "Location" | "Practitioner" | "PractitionerRole") => 2,
        Some("Patient") => 1,
        _ => 0,
    })
}

/// A line of at most `limit` bytes, without its end.
#[derive(Debug, PartialEq, Eq)]
pub enum Line {
    Text(Vec<u8>),
    TooLong,
    End,
}

pub fn read_line(source: &mut dyn BufRead, limit: usize) -> io::Result<Line> {
    let mut line = Vec::new();
    let (mut any, mut too_long) = (false, false);
    loop {
        let buffer = source.fill_buf()?;
        if buffer.is_empty() {
            break;
        }
        any = true;
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let piece = end.map_or(buffer, |end| &buffer[..end]);
        too_long |= line.len() + piece.len() > limit;
        if !too_long {
            line.extend_from_slice(piece);
        }
        let used = end.map_or(buffer.len(), |end| end + 1);
        source.consume(used);
        if end.is_some() {
            break;
        }
    }
    Ok(match (any, too_long) {
        (false, _) => Line::End,
        (true, true) => Line::TooLong,
        (true, false) => Line::Text(line),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_too_long_is_skipped_and_the_next_one_read() {
        let mut source = BufReader::with_capacity(4, &b"one\n\ntoo long a line\nlast"[..]);
        let mut next = || read_line(&mut source, 6).unwrap();
        assert_eq!([next(), next()], [Line::Text(b"one".to_vec()), Line::Text(Vec::new())]);
        assert_eq!([next(), next(), next()], [Line::TooLong, Line::Text(b"last".to_vec()), Line::End]);
    }

    #[test]
    fn files_are_known_by_name_and_content() {
        assert!(wanted(Path::new("a/B.JSON.gz")) && wanted(Path::new("a.ndjson")) && wanted(Path::new("a.xml")));
        assert!(!wanted(Path::new("a.fsh")) && !wanted(Path::new("json")));
        assert_eq!(format(Path::new("a.ndjson.gz"), b"{"), Format::Lines);
        assert_eq!(format(Path::new("a.json"), b" <Bundle"), Format::Xml);
        assert_eq!(format(Path::new("a.json"), b"{\"a\":1}\n{\"a\":2}"), Format::Lines);
        assert_eq!(format(Path::new("a.json"), b"{\n \"a\": {}\n}\n"), Format::Json);
    }
}
