//! `/metrics` as Prometheus reads it.
use crate::Browser;
use std::collections::{BTreeMap, BTreeSet};

/// The samples by name and labels, as they are written: `huddle_mutations_total{name="claimTask",outcome="ok"}`.
#[derive(Clone, Debug)]
pub struct Scrape {
    pub text: String,
    samples: BTreeMap<String, f64>,
}

impl Scrape {
    pub async fn of(browser: &Browser) -> Self {
        let answer = browser.get("/metrics").await;
        assert_eq!(answer.status, 200, "{answer}");
        assert!(answer.header("content-type").starts_with("application/openmetrics-text; version=1.0.0"), "{answer:?}");
        assert!(answer.text.ends_with("# EOF\n"), "all of it");
        let lines = answer.text.lines().filter(|line| !line.starts_with('#'));
        let samples = lines.map(|line| {
            let (name, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("no value: {line}"));
            (name.to_owned(), value.parse().unwrap_or_else(|_| panic!("no number: {line}")))
        });
        Self { samples: samples.collect(), text: answer.text }
    }

    /// Zero for what nobody has counted yet.
    pub fn value(&self, sample: &str) -> f64 {
        self.samples.get(sample).copied().unwrap_or(0.0)
    }

    /// What can be asked of Prometheus by name, without labels.
    pub fn names(&self) -> BTreeSet<&str> {
        self.samples.keys().map(|sample| sample.split('{').next().unwrap_or(sample)).collect()
    }
}
