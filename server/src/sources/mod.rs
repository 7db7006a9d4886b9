//! Other programs that the server reads, over HTTP: the exporters, and those that know what fires, each
//! configured Alertmanager and Prometheus. Each fails alone, within a deadline, and says since when and why.

mod address;
mod alertmanager;
mod client;
pub mod exporter;
mod exposition;
pub mod guard;
pub mod prometheus;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures::future::join_all;
use jiff::Timestamp;

pub use address::WrongAddress;
pub use client::SourceError;

use self::address::Address;
use self::client::{Client, DEADLINE};
use self::prometheus::query::Prometheus;
use crate::clock;
use crate::config::SourceAddress;

/// What a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It knows alerts as they reach us.
    Alertmanager,
    /// It knows alerts without the external labels that they get on their way.
    Prometheus,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Alertmanager => "alertmanager",
            Self::Prometheus => "prometheus",
        }
    }
}

/// Why there is nobody to ask.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// What was given as an address is none.
    #[error(transparent)]
    Address(#[from] WrongAddress),
    /// The system's TLS setup cannot be used.
    #[error("no client for the sources can be made: {0}")]
    Client(#[from] reqwest::Error),
}

/// All configured sources.
pub struct Sources {
    all: Vec<Source>,
    client: Client,
}

struct Source {
    kind: Kind,
    address: Address,
    last: Mutex<Last>,
}

/// What came of asking one source, so far.
#[derive(Clone, Debug, Default)]
pub struct Last {
    /// When it last answered.
    pub answered_at: Option<Timestamp>,
    /// Why it did not the last time, in a sentence; `None`: it did, or was never asked.
    pub error: Option<String>,
}

/// What a source said.
#[derive(Debug)]
pub struct Answer {
    /// Since when it runs: what began before that it may not know.
    pub started_at: Timestamp,
    /// The alerts that it knows and that are not over.
    pub alerts: Vec<SourceAlert>,
}

/// One alert of a source.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceAlert {
    /// All labels that this source knows.
    pub labels: BTreeMap<String, String>,
    /// Texts for people.
    pub annotations: BTreeMap<String, String>,
    /// Where it was made; may be empty.
    pub generator_url: String,
    /// When it began; of a Prometheus: when its condition first held.
    pub starts_at: Timestamp,
    /// How far it is.
    pub stage: Stage,
    /// Who gets it, by the names of an Alertmanager.
    pub receivers: Vec<String>,
}

/// How far an alert is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Its condition holds, but not for long enough yet.
    Pending,
    /// It fires.
    Firing,
    /// It fires, and somebody silenced or inhibited it.
    Suppressed,
}

/// What came of asking one source.
#[derive(Debug)]
pub struct Asked {
    /// Its name, without secrets: `prometheus 127.0.0.1:9090`.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// What it said.
    pub answer: Result<Answer, SourceError>,
}

impl Sources {
    /// The sources at these addresses; none of them is asked yet.
    ///
    /// # Errors
    /// [`SetupError`].
    pub fn new(alertmanagers: &[SourceAddress], prometheuses: &[SourceAddress]) -> Result<Self, SetupError> {
        let of_kind = |kind: Kind, addresses: &[SourceAddress]| {
            let source = |address: &SourceAddress| {
                Ok(Source { kind, address: Address::parse(address.as_str())?, last: Mutex::default() })
            };
            addresses.iter().map(source).collect::<Result<Vec<_>, WrongAddress>>()
        };
        let mut all = of_kind(Kind::Alertmanager, alertmanagers)?;
        all.extend(of_kind(Kind::Prometheus, prometheuses)?);
        Ok(Self { all, client: Client::new()? })
    }

    /// The Prometheus at this address, to be asked for what it measured; over the same client as all others.
    ///
    /// # Errors
    /// [`WrongAddress`].
    pub fn prometheus(&self, address: &str) -> Result<Prometheus, WrongAddress> {
        Ok(Prometheus::new(self.client.clone(), Address::parse(address)?))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Their names, and what came of asking each so far.
    pub fn last(&self) -> Vec<(String, Last)> {
        self.all.iter().map(|source| (source.name(), source.lock().clone())).collect()
    }

    /// The names of the Prometheuses that did not answer the last time.
    pub fn failing_prometheuses(&self) -> Vec<String> {
        let prometheuses = self.all.iter().filter(|source| source.kind == Kind::Prometheus);
        prometheuses.filter(|source| source.lock().error.is_some()).map(Source::name).collect()
    }

    /// Asks all of them at once; takes as long as the slowest, but not longer than the deadline.
    pub async fn ask_all(&self) -> Vec<Asked> {
        join_all(self.all.iter().map(|source| source.ask(&self.client))).await
    }
}

impl Source {
    fn name(&self) -> String {
        format!("{} {}", self.kind.name(), self.address)
    }

    async fn ask(&self, client: &Client) -> Asked {
        let answer = async {
            match self.kind {
                Kind::Alertmanager => alertmanager::ask(client, &self.address).await,
                Kind::Prometheus => prometheus::ask(client, &self.address).await,
            }
        };
        let answer = tokio::time::timeout(DEADLINE, answer).await.unwrap_or(Err(SourceError::Late));
        self.note(&answer);
        Asked { name: self.name(), kind: self.kind, answer }
    }

    /// Keeps the outcome, and logs when it is another one than before.
    fn note(&self, answer: &Result<Answer, SourceError>) {
        let mut last = self.lock();
        let source = self.name();
        match answer {
            Ok(_) => {
                if last.error.take().is_some() {
                    tracing::info!(%source, "a source answers again");
                }
                last.answered_at = Some(clock::now());
            }
            Err(error) => {
                if last.error.replace(error.to_string()).is_none() {
                    tracing::warn!(%source, %error, "a source does not answer");
                }
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Last> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
