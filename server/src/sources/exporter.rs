//! CineExporter: what machines there are, where they stand, what is read of them, and when their next show begins.

mod coverage;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod text;

use cineportal_schema::metrics::EXPORTER_MACHINES;
use jiff::Timestamp;

pub use self::coverage::Coverage;
use super::SetupError;
use super::address::Address;
use super::client::{Client, DEADLINE, Page, SourceError};
use crate::domain::machine::Machine;

/// 100,000 machines tell about 124 MB.
const MAX_BODY_BYTES: usize = 128 << 20;
/// The older format is asked for: all exporters speak it. What comes in the other one is read, too.
const ACCEPT: &str = "text/plain;version=0.0.4,*/*;q=0.1";
const OPEN_METRICS: &str = "application/openmetrics-text";

/// Reads one CineExporter.
#[derive(Clone)]
pub struct Exporter {
    address: Address,
    coverage: Coverage,
    client: ExporterClient,
}

/// The client that reads all exporters.
#[derive(Clone)]
pub struct ExporterClient(Client);

/// What an exporter told.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExporterReading {
    /// All machines that it lists, in the order of lists.
    pub machines: Vec<Machine>,
    /// When it last read the whole fleet itself: its values are as old as that. `None`: it does not say.
    pub fleet_read_at: Option<Timestamp>,
    /// How many more it listed, of regions that it may not speak for.
    pub foreign: usize,
}

impl ExporterClient {
    /// A client for any number of exporters.
    ///
    /// # Errors
    /// [`SetupError::Client`].
    pub fn new() -> Result<Self, SetupError> {
        Ok(Self(Client::new()?))
    }

    /// The exporter at this address; its `/metrics` is read.
    ///
    /// # Errors
    /// [`SetupError::Address`].
    pub fn exporter(&self, address: &str, coverage: Coverage) -> Result<Exporter, SetupError> {
        Ok(Exporter { address: Address::parse(address)?, coverage, client: self.clone() })
    }
}

impl Exporter {
    /// Host, port and path, for logs and metrics: nothing secret is in it.
    pub fn name(&self) -> String {
        self.address.to_string()
    }

    /// Whose machines it may tell of.
    pub fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// Reads it once, within the deadline.
    ///
    /// # Errors
    /// [`SourceError`]; what it told so far is dropped then.
    pub async fn read(&self) -> Result<ExporterReading, SourceError> {
        tokio::time::timeout(DEADLINE, self.ask()).await.unwrap_or(Err(SourceError::Late))
    }

    async fn ask(&self) -> Result<ExporterReading, SourceError> {
        let page = self.client.0.page(self.address.page("/metrics"), ACCEPT, MAX_BODY_BYTES).await?;
        let coverage = self.coverage.clone();
        // Megabytes of text would hold up the other tasks of this thread.
        let reading = tokio::task::spawn_blocking(move || read(&page, &coverage)).await;
        reading.map_err(|_| SourceError::Unreadable("the server is stopping".to_owned()))?
    }
}

/// What a page tells. A machine that is missing would look like one that is gone, so all of it must be there:
/// what HTTP itself cannot notice is that a proxy, or the program, cut it off.
fn read(page: &Page, coverage: &Coverage) -> Result<ExporterReading, SourceError> {
    let incomplete = |reason: String| Err(SourceError::Incomplete(reason));
    let text = std::str::from_utf8(&page.body);
    let text = text.map_err(|_| SourceError::Unreadable("it is not text".to_owned()))?;
    if text.is_empty() {
        return incomplete("it is empty".to_owned());
    }
    if !text.ends_with('\n') {
        return incomplete("its last line does not end".to_owned());
    }
    let told = text::parse(text, coverage).map_err(|error| SourceError::Unreadable(error.to_string()))?;
    let is_counted = told.announced.is_some();
    if (is_counted || page.media_type.starts_with(OPEN_METRICS)) && !super::exposition::has_end(text) {
        return incomplete("its end is missing".to_owned());
    }
    let listed = told.reading.machines.len() + told.reading.foreign;
    match told.announced {
        Some(announced) if announced != listed as f64 => {
            incomplete(format!("it lists {listed} machines, and {EXPORTER_MACHINES} says {announced}"))
        }
        // So answers an exporter that was just started, or a program that is none.
        None | Some(_) if listed == 0 && told.reading.fleet_read_at.is_none() => {
            incomplete("it has not read any machines yet".to_owned())
        }
        _ => Ok(told.reading),
    }
}

#[cfg(test)]
mod tests;
