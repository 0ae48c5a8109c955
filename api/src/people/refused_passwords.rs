//! Which passwords nobody may choose: NIST SP 800-63B 5.1.1.2. What others know of a person, and what was stolen before.
use crate::{Error, Result};
use sha1::{Digest, Sha1};
use std::{
    fs::File,
    io::{BufRead, BufReader, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

/// What must be left of a password without the names in it.
const OWN_SIGNS: usize = 6;
const HASH: usize = 40;
/// Longer than any line of a list.
const LINE: usize = 1_024;

/// Refused even where the operator supplies no list.
const COMMON: [&str; 18] = [
    "password",
    "passw0rd",
    "password1",
    "password123",
    "12345678",
    "123456789",
    "1234567890",
    "qwertyui",
    "qwertyuiop",
    "qwerty123",
    "11111111",
    "iloveyou",
    "sunshine",
    "football",
    "baseball",
    "letmein1",
    "welcome1",
    "changeme",
];

/// Refuses with the reason in words. `names` are those that others would try: the person's, the practice's.
pub async fn check(field: &str, password: &str, names: &[&str], list: Option<PathBuf>) -> Result<()> {
    if let Some(why) = too_easy(password, names) {
        return Err(Error::bad_input(field, why));
    }
    let Some(list) = list else { return Ok(()) };
    let password = password.to_owned();
    let found = tokio::task::spawn_blocking(move || is_listed(&list, &password)).await.map_err(Error::internal)?;
    match found.map_err(Error::internal)? {
        true => Err(Error::bad_input(field, "is on a list of passwords that were stolen somewhere: choose another")),
        false => Ok(()),
    }
}

fn too_easy(password: &str, names: &[&str]) -> Option<&'static str> {
    let lower = password.to_lowercase();
    if COMMON.contains(&lower.as_str()) || is_a_row(&lower) {
        return Some("is among the first that anybody would try: choose another");
    }
    let mut own = lower;
    let words = names.iter().flat_map(|name| name.split(|sign: char| !sign.is_alphanumeric()));
    let mut words: Vec<String> =
        words.map(str::to_lowercase).chain(["huddle".to_owned()]).filter(|word| word.chars().count() >= 3).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let whole = own.clone();
    for word in words {
        own = own.replace(&word, "");
    }
    let few = own.chars().filter(|sign| sign.is_alphanumeric()).count() < OWN_SIGNS;
    (own != whole && few).then_some("is made of names that others know: choose another")
}

/// The same sign over and over, or signs that follow each other.
fn is_a_row(text: &str) -> bool {
    let signs: Vec<u32> = text.chars().map(u32::from).collect();
    let steps = |by: i64| signs.windows(2).all(|two| i64::from(two[1]) - i64::from(two[0]) == by);
    [0, 1, -1].into_iter().any(steps)
}

/// Refuses at the start what could not be searched later.
pub fn check_list(path: &Path) -> Result<(), String> {
    let wrong = |error: std::io::Error| format!("{}: {error}", path.display());
    let mut file = File::open(path).map_err(wrong)?;
    if !holds_hashes(&mut file).map_err(wrong)? {
        return Ok(());
    }
    let length = file.metadata().map_err(wrong)?.len();
    let mut before = String::new();
    for step in 0..64 {
        let Some(hash) = hash_at(&mut file, length * step / 64).map_err(wrong)? else { break };
        if hash < before {
            return Err(format!("{}: is not sorted by hash", path.display()));
        }
        before = hash;
    }
    Ok(())
}

/// A list of plain words is read through; one of hashes is sorted, and may be far larger than memory.
fn is_listed(path: &Path, password: &str) -> std::io::Result<bool> {
    let mut file = File::open(path)?;
    if holds_hashes(&mut file)? {
        let digest = Sha1::digest(password.as_bytes());
        let wanted: String = digest.iter().map(|byte| format!("{byte:02X}")).collect();
        return search(&mut file, &wanted);
    }
    file.rewind()?;
    let lower = password.to_lowercase();
    let mut lines = BufReader::new(file);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? > 0 {
        if String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_lowercase() == lower {
            return Ok(true);
        }
        line.clear();
    }
    Ok(false)
}

/// Whether the lines are SHA-1 in hexadecimal, perhaps with a count, as Have I Been Pwned hands them out.
fn holds_hashes(file: &mut File) -> std::io::Result<bool> {
    file.rewind()?;
    let mut start = Vec::new();
    file.take(HASH as u64 + 1).read_to_end(&mut start)?;
    let hash = start.len() >= HASH && start[..HASH].iter().all(u8::is_ascii_hexdigit);
    Ok(hash && start.get(HASH).is_none_or(|after| b":\r\n".contains(after)))
}

/// Binary search over the bytes of a sorted file: about forty reads for all that there are.
fn search(file: &mut File, wanted: &str) -> std::io::Result<bool> {
    let (mut low, mut high) = (0, file.metadata()?.len());
    // Invariant: the first line that is not below `wanted` begins in low..=high, counted from a line's start.
    while low < high {
        let middle = low + (high - low) / 2;
        match hash_at(file, middle)? {
            Some(hash) if hash.as_str() < wanted => low = middle + 1,
            Some(hash) if hash == wanted => return Ok(true),
            Some(_) | None => high = middle,
        }
    }
    Ok(hash_at(file, low)?.is_some_and(|hash| hash == wanted))
}

/// The hash of the first line that begins at or after the position; none after the last.
fn hash_at(file: &mut File, position: u64) -> std::io::Result<Option<String>> {
    // One byte earlier, so that a line that begins right there is seen to begin.
    file.seek(SeekFrom::Start(position.saturating_sub(1)))?;
    let mut read = BufReader::with_capacity(LINE, &mut *file);
    if position > 0 {
        read.skip_until(b'\n')?;
    }
    let mut line = String::new();
    read.take(LINE as u64).read_line(&mut line)?;
    Ok(line.get(..HASH).map(str::to_uppercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_rows_are_too_easy() {
        let names = ["Ana Torres", "ana.torres@elm.example", "Elm Clinic"];
        for bad in ["Torres2026", "ElmClinic!", "huddle-huddle1", "aaaaaaaaa", "12345678", "PassWord", "hgfedcba"] {
            assert!(too_easy(bad, &names).is_some(), "{bad}");
        }
        for good in ["correct horse battery", "Torres likes long walks", "x7#kQ2!pv", "clinical judgement"] {
            assert_eq!(too_easy(good, &names), None, "{good}");
        }
    }

    #[test]
    fn every_line_of_a_sorted_list_is_found_and_nothing_else() {
        let path = std::env::temp_dir().join(format!("huddle-breached-{}", uuid::Uuid::new_v4().simple()));
        let words: Vec<String> = (0..500).map(|n| format!("stolen {n}")).collect();
        let hash = |word: &str| Sha1::digest(word).iter().map(|byte| format!("{byte:02X}")).collect::<String>();
        let mut lines: Vec<String> = words.iter().map(|word| format!("{}:{}", hash(word), word.len() * 37)).collect();
        lines.sort();
        for end in ["\n", "\r\n"] {
            std::fs::write(&path, lines.join(end)).unwrap();
            assert_eq!(check_list(&path), Ok(()));
            assert!(words.iter().all(|word| is_listed(&path, word).unwrap()));
            assert!(!(0..500).any(|n| is_listed(&path, &format!("own {n}")).unwrap()));
        }
        lines.reverse();
        std::fs::write(&path, lines.join("\n")).unwrap();
        assert!(check_list(&path).is_err());
        std::fs::write(&path, "hunter22\r\nLetMeInPlease\n").unwrap();
        assert!(is_listed(&path, "letmeinplease").unwrap() && is_listed(&path, "hunter22").unwrap());
        assert!(!is_listed(&path, "hunter").unwrap());
        std::fs::remove_file(&path).unwrap();
    }
}
