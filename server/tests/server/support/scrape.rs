//! What `/metrics` tells, as a program that scrapes it sees it.

use std::collections::{BTreeMap, BTreeSet};

use super::{PATIENCE, TestServer};

/// One answer of `/metrics`, in plain text.
pub(crate) struct Scrape(pub(crate) String);

/// The kind of a family, and the labels that its series have.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Family {
    pub(crate) kind: String,
    pub(crate) labels: BTreeSet<String>,
}

impl TestServer {
    /// What its metrics are now.
    pub(crate) async fn scrape(&self) -> Scrape {
        Scrape(self.get("/metrics").await.text().await.unwrap())
    }

    /// What its metrics are, as soon as they look as expected.
    pub(crate) async fn scrape_once(&self, expected: impl Fn(&Scrape) -> bool) -> Scrape {
        let mut last = self.scrape().await;
        let reached = async {
            while !expected(&last) {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                last = self.scrape().await;
            }
        };
        let reached = tokio::time::timeout(PATIENCE, reached).await;
        assert!(reached.is_ok(), "the metrics are not as expected: {}", last.0);
        last
    }
}

impl Scrape {
    /// The value of a series, with its labels; 0 where there is none yet.
    pub(crate) fn value(&self, series: &str) -> f64 {
        let value = |line: &str| line.strip_prefix(series)?.strip_prefix(' ')?.parse().ok();
        self.0.lines().find_map(value).unwrap_or(0.0)
    }

    /// How many series of this name there are.
    pub(crate) fn series(&self, name: &str) -> usize {
        let of_it = |line: &&str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(['{', ' ']));
        self.0.lines().filter(of_it).count()
    }

    /// All families by name.
    pub(crate) fn families(&self) -> BTreeMap<String, Family> {
        let mut families = BTreeMap::new();
        let mut name = String::new();
        for line in self.0.lines() {
            if let Some((family, kind)) = line.strip_prefix("# TYPE ").and_then(|line| line.split_once(' ')) {
                family.clone_into(&mut name);
                let labels = BTreeSet::new();
                families.insert(name.clone(), Family { kind: kind.to_owned(), labels });
            } else if let Some(family) = families.get_mut(&name).filter(|_| !line.starts_with('#')) {
                family.labels.extend(labels(line));
            }
        }
        families
    }
}

/// Names of a sample's labels. Those of our tests hold neither commas nor quotes in their values.
fn labels(sample: &str) -> impl Iterator<Item = String> {
    let labels =
        sample.split_once('{').and_then(|(_, rest)| rest.rsplit_once('}')).map_or("", |(labels, _)| labels);
    let names = labels.split(',').filter_map(|label| label.split_once('=')).map(|(name, _)| name.to_owned());
    names.filter(|name| name != "le").collect::<Vec<_>>().into_iter()
}
