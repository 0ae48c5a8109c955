//! The files that Huddle is run by name only what there is.
use serde_json::Value;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};
use tests::{Kit, Scrape, both, process};

fn read(name: &str) -> String {
    let path = root().join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// All words of a text that begin so: names of metrics, of settings.
fn words<'a>(text: &'a str, beginning: &str) -> BTreeSet<&'a str> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let all = text.split(|c: char| !is_name(c));
    all.filter(|word| word.starts_with(beginning) && word.len() > beginning.len()).collect()
}

both!(the_dashboard_and_the_alerts_ask_for_metrics_that_are_served, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    ana.creates(&cedar, "Call").await;
    ana.follows(&cedar, None).await.close().await;
    let served = Scrape::of(&ana.browser).await;
    let served = served.names();

    let dashboard = read("deploy/grafana/huddle.json");
    let parsed: Value = serde_json::from_str(&dashboard).expect("the dashboard is JSON");
    assert!(parsed["panels"].as_array().is_some_and(|panels| panels.len() > 15));
    for file in [dashboard, read("deploy/prometheus/alerts.yml"), read("docs/operations.md")] {
        let asked = words(&file, "huddle_");
        // Users and roles of the database are no metrics.
        let asked: Vec<_> = asked.into_iter().filter(|name| !["huddle_app", "huddle_owner"].contains(name)).collect();
        assert!(asked.len() >= 5, "{asked:?}");
        // A histogram is asked for by the names of its parts.
        let is_served = |name: &str| served.contains(name) || served.contains(format!("{name}_count").as_str());
        let unknown: Vec<_> = asked.iter().filter(|name| !is_served(name)).collect();
        assert!(unknown.is_empty(), "not served: {unknown:?}, of {served:?}");
    }
});

#[test]
fn every_alert_says_what_it_means_and_what_to_do() {
    let alerts = read("deploy/prometheus/alerts.yml");
    let manual = read("docs/operations.md");

    let all: Vec<&str> = alerts.split("- alert: ").skip(1).collect();

    assert!(all.len() >= 7);
    for alert in all {
        let name = alert.lines().next().unwrap();
        for part in ["expr: ", "severity: ", "summary: ", "description: ", "action: "] {
            assert!(alert.contains(part), "{name} has no {part}");
        }
        assert!(manual.contains(name), "docs/operations.md says nothing of {name}");
    }
}

#[test]
fn the_files_name_settings_and_commands_that_there_are() {
    let help = |command: &[&str]| {
        let ran = process::run(&[command, &["--help"]].concat());
        assert!(ran.status.success(), "{command:?}");
        String::from_utf8(ran.stdout).unwrap()
    };
    let known: String =
        [&["serve"][..], &["health"], &["backup"], &["restore"], &["organization", "add"]].map(help).concat();
    let known = words(&known, "HUDDLE_");
    // Read by the program itself, by the log, and by the proxy's file.
    let elsewhere = ["HUDDLE_LOG", "HUDDLE_SITE"];
    let files = [
        "Dockerfile",
        "compose.yaml",
        "deploy/compose/Caddyfile",
        "deploy/kubernetes/deployment.yaml",
        "deploy/kubernetes/kustomization.yaml",
        "deploy/prometheus/alerts.yml",
        "deploy/systemd/huddle.service",
        "deploy/systemd/huddle-backup.service",
        "docs/operations.md",
    ];
    for file in files {
        let text = read(file);
        let unknown: Vec<_> = words(&text, "HUDDLE_")
            .into_iter()
            .filter(|name| !known.contains(name) && !elsewhere.contains(name))
            .collect();
        assert!(unknown.is_empty(), "{file} names {unknown:?}, there are {known:?}");
    }
    let commands = help(&[]);
    for command in ["serve", "health", "backup", "restore", "reset-feeds", "migrate"] {
        assert!(
            commands.lines().any(|line| line.trim_start().starts_with(&format!("{command} "))),
            "{command}: {commands}"
        );
    }
}

#[test]
fn no_file_holds_a_password_and_no_container_may_more_than_it_must() {
    let compose = read("compose.yaml");
    let deployment = read("deploy/kubernetes/deployment.yaml");
    let docker = read("Dockerfile");
    let unit = read("deploy/systemd/huddle.service");

    // A password in an address of a database stands between a colon and an @.
    for (name, text) in [("compose", &compose), ("deployment", &deployment), ("docker", &docker), ("unit", &unit)] {
        let settings = text.lines().filter(|line| !line.trim_start().starts_with('#'));
        let told: Vec<_> = settings.filter(|line| line.contains("://") && line.contains('@')).collect();
        assert!(told.is_empty(), "{name}: {told:?}");
    }
    assert!(compose.contains("POSTGRES_PASSWORD_FILE") && !compose.contains("POSTGRES_PASSWORD:"));
    for wanted in ["read_only: true", "cap_drop: [ALL]", "no-new-privileges:true"] {
        assert!(compose.contains(wanted), "{wanted}");
    }
    for wanted in
        ["readOnlyRootFilesystem: true", "runAsNonRoot: true", "drop: [ALL]", "allowPrivilegeEscalation: false"]
    {
        assert!(deployment.contains(wanted), "{wanted}");
    }
    assert!(docker.contains("USER 65532:65532"), "a number, so that the cluster can see that it is not root");
    assert!(unit.contains("ProtectSystem=strict") && unit.contains("NoNewPrivileges=yes"));
}

#[test]
fn there_is_time_for_the_drain_wherever_it_runs() {
    let number = |text: &str, after: &str| -> u64 {
        let rest = text.split(after).nth(1).unwrap_or_else(|| panic!("no {after}"));
        let digits: String =
            rest.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap()
    };
    let (compose, deployment) = (read("compose.yaml"), read("deploy/kubernetes/deployment.yaml"));
    // After the drain a request may still take this long.
    const REQUEST: u64 = 20;

    let drain = number(&compose, "HUDDLE_DRAIN_SECONDS:");
    assert!(number(&compose, "stop_grace_period:") >= drain + REQUEST);
    let drain = number(&deployment, "name: HUDDLE_DRAIN_SECONDS");
    let before = number(&deployment, "preStop:");
    assert!(number(&deployment, "terminationGracePeriodSeconds:") >= before + drain + REQUEST);
}
