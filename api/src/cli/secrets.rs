//! Settings that are secret, or that others must agree with.
use super::Failure;
use crate::{db, people::seal::SecretKey};
use std::{
    env, fs,
    fs::OpenOptions,
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};
use url::Url;

/// The key that secrets are sealed with: from the file that was named, from the environment, else from a file beside a
/// SQLite database. Nodes on one PostgreSQL need one and the same, so there is none that was not given.
pub fn key(file: Option<&Path>, database: &str) -> Result<Option<SecretKey>, Failure> {
    let (text, from) = match (file, env::var("HUDDLE_SECRET_KEY"), db::sqlite_path(database)) {
        (Some(file), _, _) => (read(file)?, format!("--secret-key-file {}", file.display())),
        (None, Ok(text), _) => (text, "HUDDLE_SECRET_KEY".to_owned()),
        (None, Err(_), Some(database)) => {
            let file = PathBuf::from(database + ".key");
            (read_or_make(&file)?, file.display().to_string())
        }
        (None, Err(_), None) => return Ok(None),
    };
    let key = SecretKey::parse(&text);
    key.map(Some).ok_or_else(|| Failure::Usage(format!("{from}: needs 64 hexadecimal digits")))
}

fn read(file: &Path) -> Result<String, Failure> {
    fs::read_to_string(file).map_err(|error| Failure::Usage(format!("--secret-key-file {}: {error}", file.display())))
}

fn read_or_make(file: &Path) -> Result<String, Failure> {
    let failed = |error: std::io::Error| Failure::Failed(format!("{}: {error}", file.display()));
    match fs::read_to_string(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        read => return read.map_err(failed),
    }
    let text = SecretKey::generate().to_text();
    let mut made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file).map_err(failed)?;
    made.write_all(text.as_bytes()).and_then(|()| made.sync_all()).map_err(failed)?;
    tracing::debug!(file = %file.display(), "made a key for the secrets of authenticator apps: keep it with the backups");
    Ok(text)
}

/// Scheme and name, nothing behind it.
pub fn public_url(text: &str) -> Result<String, Failure> {
    let wrong =
        || Failure::Usage("--public-url: give scheme and name, such as https://huddle.practice.example".to_owned());
    let url = Url::parse(text).map_err(|_| wrong())?;
    let whole = matches!(url.scheme(), "https" | "http") && url.host_str().is_some() && url.path() == "/";
    if whole && url.query().is_none() && url.fragment().is_none() && url.username().is_empty() {
        Ok(url.origin().ascii_serialization())
    } else {
        Err(wrong())
    }
}
