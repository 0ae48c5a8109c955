//! Files that are whole on disk, or not there.
use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// `huddle.db` and `-wal` make `huddle.db-wal`.
pub fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Empty, and nobody else's to read: it will hold patient data.
pub fn create_private(path: &Path) -> Result<File, String> {
    remove(path)?;
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    file.map_err(|error| format!("cannot create {}: {error}", path.display()))
}

pub fn remove(path: &Path) -> Result<(), String> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(format!("cannot remove {}: {error}", path.display()))
        }
        _ => Ok(()),
    }
}

/// Until the disk has it.
pub fn sync(path: &Path) -> Result<(), String> {
    let synced = File::open(path).and_then(|file| file.sync_all());
    synced.map_err(|error| format!("cannot write {} to disk: {error}", path.display()))
}

/// Puts a finished file in the place of another, in one step.
pub fn replace(finished: &Path, place: &Path) -> Result<(), String> {
    sync(finished)?;
    fs::rename(finished, place).map_err(|error| format!("cannot put {} in its place: {error}", place.display()))?;
    let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    sync(folder)
}

/// A second name for a file; where the file system has none, a copy.
pub fn keep(path: &Path, aside: &Path) -> Result<(), String> {
    let kept = fs::hard_link(path, aside).or_else(|_| fs::copy(path, aside).map(drop));
    kept.map_err(|error| format!("cannot keep {} as {}: {error}", path.display(), aside.display()))
}
