//! What Huddle is built of, and what must not lie in it.
use std::{fs, path::Path, process::Command};

fn tracked() -> Vec<String> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let listed = Command::new("git").args(["ls-files", "-z"]).current_dir(root).output().expect("git is there");
    let names = String::from_utf8(listed.stdout).unwrap();
    let names: Vec<String> = names.split_terminator('\0').map(str::to_owned).collect();
    assert!(names.len() > 200, "the files of the repository");
    names
}

/// The beginnings of keys that somebody else would take seriously, put together here so that this file holds none.
fn secrets() -> Vec<String> {
    [
        "-----BEGIN |PRIVATE KEY-----",
        "-----BEGIN RSA |PRIVATE KEY-----",
        "-----BEGIN EC |PRIVATE KEY-----",
        "AKIA|IOSF",
        "ghp|_",
        "xox|b-",
        "npm|_",
        "sk_|live_",
    ]
    .map(|parts| parts.replace('|', ""))
    .to_vec()
}

#[test]
fn case_96_no_secret_lies_in_the_repository() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let mut found = Vec::new();
    for name in tracked() {
        let file = name.rsplit('/').next().unwrap_or_default();
        if [".pem", ".key", ".p12", ".pfx", ".db", ".sqlite"].iter().any(|end| file.ends_with(end)) || file == ".env" {
            found.push(name.clone());
        }
        let Ok(text) = fs::read_to_string(root.join(&name)) else { continue };
        found.extend(
            secrets()
                .into_iter()
                .filter(|secret| text.contains(secret.as_str()))
                .map(|secret| format!("{name}: {secret}")),
        );
        // A bearer token of ours, which has 64 digits.
        let token = text
            .split("hdl_")
            .skip(1)
            .any(|rest| rest.len() >= 64 && rest.bytes().take(64).all(|byte| byte.is_ascii_hexdigit()));
        if token {
            found.push(format!("{name}: a token"));
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// Nobody can sign in to a new database: there is nobody in it, and the demonstration's password opens nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_96_a_new_server_has_no_account_and_no_password_of_its_own() {
    let store = tests::Store::migrated(tests::Kind::Sqlite).await;
    let process = tests::Process::start(&store.url, &[]);
    for email in ["admin@demo.example", "admin", "admin@localhost", "root", "huddle"] {
        for password in ["huddle-demo", "admin", "password", "huddle", ""] {
            let input = serde_json::json!({ "email": email, "password": password });
            let answer = tests::people::act(&process.stranger(), "signIn", input).await;
            assert!(!answer.text.contains("\"token\":\""), "{email} {password}: {answer}");
        }
    }
    let stranger = process.stranger();
    assert_eq!(stranger.ask("{ viewer { isDisplay } }", serde_json::json!({})).await.code(), "UNAUTHENTICATED");
}

#[test]
fn case_96_what_is_checked_of_the_crates_is_written_down_with_its_reasons() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let deny = fs::read_to_string(root.join("deny.toml")).unwrap();
    assert!(deny.contains("unknown-registry = \"deny\"") && deny.contains("unknown-git = \"deny\""));
    let ignored = deny.split("ignore = [").nth(1).and_then(|rest| rest.split(']').next()).unwrap();
    for line in ignored.lines().filter(|line| line.contains("RUSTSEC-")) {
        assert!(line.contains("reason"), "an advisory is ignored without a reason: {line}");
    }
}
