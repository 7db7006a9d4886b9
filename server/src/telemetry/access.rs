//! Who was refused, as one log line each with the target `audit`, and counted.

use jiff::Timestamp;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

/// Why somebody was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
#[expect(non_camel_case_types, reason = "the names are the label values")]
pub enum Why {
    /// It is not known who asks.
    unauthenticated,
    /// They may not see it, and are told that there is nothing.
    hidden,
    /// They may see it, but not do this.
    forbidden,
    /// It was not looked at: whoever is not known tries too often from there.
    limited,
}

/// Why somebody was refused.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct RefusalLabels {
    /// Why.
    pub why: Why,
}

/// A refusal, for the log. Holds nothing that is a secret.
#[derive(Clone, Copy, Debug)]
pub struct Refused<'a> {
    /// Who asked; empty where that is not known.
    pub who: &'a str,
    /// What was asked.
    pub what: &'a str,
    /// In which region; empty where that does not matter.
    pub region: &'a str,
    /// Why it was refused.
    pub why: Why,
    /// The same in words.
    pub reason: &'a str,
}

/// A change of who may come in, for the log. Holds nothing that is a secret.
#[derive(Clone, Copy, Debug)]
pub struct Changed<'a> {
    /// Who changed it; empty where that is not known here.
    pub who: &'a str,
    /// What was done.
    pub what: &'a str,
    /// Of whom it speaks.
    pub whom: &'a str,
    /// When it ends by itself; `None`: never.
    pub until: Option<Timestamp>,
}

/// Metrics of who was refused.
pub struct AccessMetrics {
    /// Refusals, by why.
    pub refusals: Family<RefusalLabels, Counter>,
}

impl AccessMetrics {
    /// New metrics, shown by this registry.
    pub fn register(registry: &mut Registry) -> Self {
        let refusals = Family::<RefusalLabels, Counter>::default();
        [Why::unauthenticated, Why::hidden, Why::forbidden]
            .into_iter()
            .for_each(|why| drop(refusals.get_or_create(&RefusalLabels { why })));
        registry.register("access_refusals", "What somebody was refused, by why", refusals.clone());
        Self { refusals }
    }

    /// Writes a change of who may come in into the log.
    pub fn change(&self, Changed { who, what, whom, until }: Changed<'_>) {
        let until = until.map_or_else(|| "never".to_owned(), |until| until.to_string());
        tracing::info!(target: "audit", who, what, whom, until, "access changed");
    }

    /// Counts a request that was not looked at. Not each is logged: a log could be filled with them.
    pub fn limit(&self) {
        self.refusals.get_or_create(&RefusalLabels { why: Why::limited }).inc();
    }

    /// Counts a refusal, and writes it into the log.
    pub fn refuse(&self, Refused { who, what, region, why, reason }: Refused<'_>) {
        self.refusals.get_or_create(&RefusalLabels { why }).inc();
        tracing::warn!(target: "audit", who, what, region, ?why, reason, "refused");
    }
}
