//! The world's formats, turned into commands of the capabilities.
pub mod fhir;
pub mod hl7v2;
pub mod report;

use std::{
    io,
    path::{Path, PathBuf},
};

/// The files below `paths` that `wanted` accepts, each once, in a stable order. A file that is named itself is taken
/// whatever it is called.
pub fn files(paths: &[PathBuf], wanted: fn(&Path) -> bool) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in paths {
        let about = std::fs::metadata(path).map_err(|error| named(path, &error))?;
        if about.is_dir() { walk(path, wanted, &mut found)? } else { found.push(path.clone()) }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

fn walk(folder: &Path, wanted: fn(&Path) -> bool, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder).map_err(|error| named(folder, &error))? {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, wanted, found)?;
        } else if wanted(&path) {
            found.push(path);
        }
    }
    Ok(())
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
