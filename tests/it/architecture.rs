//! Rules about our own sources, checked like any other.
use std::{fs, path::Path};

struct Source {
    path: String,
    /// Without comments and without the unit tests below the code.
    code: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../api/src"));
    let mut found = Vec::new();
    collect(root, root, &mut found);
    assert!(found.len() > 30, "the sources are where they were");
    found
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
            let code: String =
                code.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
            found.push(Source { path: path.strip_prefix(root).unwrap().display().to_string(), code });
        }
    }
}

/// None of the sources chosen may hold any of the words.
#[track_caller]
fn nobody_else(rule: &str, chosen: impl Fn(&str) -> bool, words: &[&str]) {
    let mut broken = Vec::new();
    let mut looked_at = 0;
    for source in sources().iter().filter(|source| chosen(&source.path)) {
        looked_at += 1;
        broken.extend(
            words.iter().filter(|word| source.code.contains(*word)).map(|word| format!("{}: {word}", source.path)),
        );
    }
    assert!(looked_at > 0, "{rule}: the rule looks at no file");
    assert!(broken.is_empty(), "{rule}:\n{}", broken.join("\n"));
}

fn is_graphql(path: &str) -> bool {
    path.ends_with("graphql.rs") || path.contains("graphql/")
}

#[test]
fn resolvers_translate_and_neither_query_nor_write() {
    let words = ["sea_orm", "ActiveModel", "Entity::", ".begin(", "begin_write", ".emit(", ".app.db"];
    nobody_else("GraphQL files decide nothing", is_graphql, &words);
}

#[test]
fn services_know_nothing_of_graphql_and_http() {
    let service = |path: &str| {
        ["service.rs", "rules.rs", "protection.rs", "time.rs", "sessions.rs", "kinds.rs"]
            .iter()
            .any(|end| path.ends_with(end))
            || path.starts_with("events/")
            || path.starts_with("policy/")
            || path.starts_with("interop/")
            || path.starts_with("db/")
            || (path.starts_with("people/") && !is_graphql(path))
            || (path.starts_with("audit/") && !path.ends_with("graphql.rs"))
            || ["cx.rs", "once.rs", "page.rs", "text.rs", "clock.rs"].contains(&path)
    };
    nobody_else("services know neither GraphQL nor HTTP", service, &["async_graphql", "axum"]);
}

#[test]
fn rules_and_policy_are_pure() {
    let pure = |path: &str| path.ends_with("rules.rs") || path.starts_with("policy/");
    nobody_else("rules ask neither the database nor the clock", pure, &["async fn", ".await", "clock", "Utc::now"]);
}

#[test]
fn only_a_tx_writes() {
    let others = |path: &str| {
        !["cx.rs", "people/service.rs"].contains(&path)
            && !["audit/", "events/", "db/"].iter().any(|room| path.starts_with(room))
    };
    nobody_else(
        "write transactions begin in cx.rs",
        others,
        &["begin_write", "begin_with_options", ".transaction(", "TransactionTrait"],
    );
    let outside = |path: &str| !path.starts_with("events/");
    nobody_else("only a Tx stores events", outside, &["event::ActiveModel", "event::Entity::insert"]);
    let outside = |path: &str| !path.starts_with("audit/");
    nobody_else(
        "only the audit writes its record",
        outside,
        &["audit_entry::ActiveModel", "audit_entry::Entity::insert"],
    );
}

#[test]
fn the_record_is_only_ever_appended() {
    let words = ["audit_entry::Entity::update", "audit_entry::Entity::delete"];
    // What was kept for its time goes, whole months of it.
    let others = |path: &str| path != "audit/retention.rs";
    nobody_else("no row of the audit is changed or taken away", others, &words);
    nobody_else("no row of the audit is ever changed", |_| true, &words[..1]);
}

#[test]
fn time_comes_from_the_clock() {
    let others = |path: &str| path != "clock.rs";
    nobody_else("time is passed in", others, &["Utc::now()", "Local::now()", "SystemTime::now()"]);
}

#[test]
fn the_real_time_core_knows_no_capability() {
    let words =
        ["crate::tasks", "crate::patients", "crate::people", "crate::care_teams", "crate::graphql", "crate::http"];
    nobody_else("events know ids only", |path| path.starts_with("events/"), &words);
}

#[test]
fn dependencies_point_one_way() {
    let inner = |path: &str| !path.starts_with("http") && !path.starts_with("cli") && path != "main.rs";
    nobody_else("nothing but the command line knows HTTP", inner, &["crate::http", "axum::"]);
    let below = |path: &str| !is_graphql(path) && inner(path);
    nobody_else("nothing below GraphQL knows it", below, &["crate::graphql"]);
}

#[test]
fn entities_are_rows_and_no_api_types() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../entity/src"));
    let mut found = Vec::new();
    collect(root, root, &mut found);
    for source in found {
        assert!(!source.code.contains("async_graphql"), "{}", source.path);
    }
}
