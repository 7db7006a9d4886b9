//! CineExporter: what machines there are, where they stand, and when their next show begins.

use std::collections::HashMap;
use std::error::Error;
use std::time::Duration;

use cineportal_regions::RegionId;
use cineportal_schema::{labels, metrics};
use jiff::Timestamp;
use reqwest::{Response, StatusCode, Url, redirect};

use super::exposition::{Malformed, Sample, samples};
use crate::domain::incident::Named;
use crate::domain::machine::Machine;

/// How long an answer may take, from the first byte sent to the last one received.
const DEADLINE: Duration = Duration::from_secs(5);
/// 25,000 machines tell about 32 MB.
const MAX_BODY_BYTES: usize = 32 << 20;

/// Reads one CineExporter.
#[derive(Clone, Debug)]
pub struct ExporterClient {
    name: String,
    metrics: Url,
    http: reqwest::Client,
}

/// What an exporter told.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExporterReading {
    /// All machines that it lists.
    pub machines: Vec<Machine>,
    /// When it last read the whole fleet itself: its values are as old as that. `None`: it does not say.
    pub fleet_read_at: Option<Timestamp>,
}

/// An address that cannot be one of an exporter.
#[derive(Debug, thiserror::Error)]
pub enum BadExporter {
    /// Not an http or https address. Does not tell it back: it may hold a password.
    #[error("the address of an exporter is wrong: write http://HOST:PORT or https://HOST/PATH")]
    Address,
    /// The system's TLS setup cannot be used.
    #[error("the HTTP client cannot be set up")]
    Client(#[from] reqwest::Error),
}

/// Why an exporter could not be read. Told to people behind "CineExporter fails since …: ".
#[derive(Debug, thiserror::Error)]
pub enum ExporterError {
    /// No answer in time.
    #[error("it did not answer within {} seconds", DEADLINE.as_secs())]
    TooSlow,
    /// No answer at all, or one that broke off.
    #[error("it does not answer ({})", root_cause(.0))]
    Unreachable(reqwest::Error),
    /// An answer other than 200.
    #[error("it answered {0}")]
    Refused(StatusCode),
    /// More bytes than an exporter has to tell.
    #[error("it answered more than {} MB", MAX_BODY_BYTES >> 20)]
    TooLarge,
    /// Not UTF-8.
    #[error("its answer is not text")]
    NotText,
    /// Not the exposition format.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// The server is stopping.
    #[error("the server is stopping")]
    Stopping,
}

impl ExporterClient {
    /// A client for the exporter at this address; its `/metrics` is read.
    ///
    /// # Errors
    /// [`BadExporter`].
    pub fn new(address: &str) -> Result<Self, BadExporter> {
        let bad = || BadExporter::Address;
        let mut metrics = Url::parse(address).map_err(|_| bad())?;
        let host = metrics.host_str().filter(|_| matches!(metrics.scheme(), "http" | "https"));
        let port = metrics.port_or_known_default().unwrap_or_default();
        let name = format!("{}:{port}", host.ok_or_else(bad)?);
        metrics.path_segments_mut().map_err(|()| bad())?.pop_if_empty().push("metrics");
        // reqwest comes without a TLS provider. Only the first call in a process has an effect.
        let _already_installed = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .timeout(DEADLINE)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .user_agent(concat!("cineportal/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { name, metrics, http })
    }

    /// Host and port, for logs and metrics: nothing secret is in it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Reads it once.
    ///
    /// # Errors
    /// [`ExporterError`].
    pub async fn read(&self) -> Result<ExporterReading, ExporterError> {
        let response = self.http.get(self.metrics.clone()).send().await?;
        if response.status() != StatusCode::OK {
            return Err(ExporterError::Refused(response.status()));
        }
        let body = body(response).await?;
        // Megabytes of text would hold up the other tasks of this thread.
        let parsed = tokio::task::spawn_blocking(move || {
            let text = std::str::from_utf8(&body).map_err(|_| ExporterError::NotText)?;
            Ok(parse(text)?)
        });
        parsed.await.map_err(|_| ExporterError::Stopping)?
    }
}

impl From<reqwest::Error> for ExporterError {
    fn from(error: reqwest::Error) -> Self {
        if error.is_timeout() { Self::TooSlow } else { Self::Unreachable(error) }
    }
}

async fn body(mut response: Response) -> Result<Vec<u8>, ExporterError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > MAX_BODY_BYTES {
            return Err(ExporterError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn parse(text: &str) -> Result<ExporterReading, Malformed> {
    let mut reading = ExporterReading::default();
    let mut shows = HashMap::new();
    let mut online = HashMap::new();
    for sample in samples(text) {
        let sample = sample?;
        match (sample.name, sample.label(labels::MACHINE_ID)) {
            (metrics::MACHINE_INFO, Some(id)) => reading.machines.extend(machine(id, &sample)),
            (metrics::NEXT_SHOW_SECONDS, Some(id)) => {
                shows.extend(instant(sample.value).map(|show| (id.to_owned(), show)));
            }
            (metrics::MACHINE_UP, Some(id)) => {
                online.insert(id.to_owned(), sample.value == 1.0);
            }
            (metrics::EXPORTER_LAST_SUCCESS_SECONDS, _) => reading.fleet_read_at = instant(sample.value),
            _ => {}
        }
    }
    for machine in &mut reading.machines {
        machine.next_show = shows.remove(&machine.id);
        machine.online = online.remove(&machine.id);
    }
    Ok(reading)
}

/// A machine as its labels describe it; one without a region belongs to nobody.
fn machine(id: &str, info: &Sample<'_>) -> Option<Machine> {
    let named = |id: &str, name: &str| {
        let id = info.label(id)?;
        Some(Named { id: id.to_owned(), name: info.label(name).unwrap_or(id).to_owned() })
    };
    Some(Machine {
        id: id.to_owned(),
        region: RegionId::new(info.label(labels::REGION)?),
        cinema: named(labels::CINEMA_ID, labels::CINEMA),
        screen: named(labels::SCREEN_ID, labels::SCREEN),
        time_zone: info.label(labels::TIME_ZONE).map(str::to_owned),
        online: None,
        next_show: None,
    })
}

/// Seconds since 1970 as an instant, to the millisecond; `None` for what cannot be one.
fn instant(seconds: f64) -> Option<Timestamp> {
    let milliseconds = (seconds * 1_000.0).round();
    let is_time = milliseconds.is_finite() && milliseconds > 0.0;
    is_time.then(|| Timestamp::from_millisecond(milliseconds as i64).ok()).flatten()
}

/// What lies deepest says most: "Connection refused".
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `cine-exporter` told of a fleet of a few machines, as recorded from the real program.
    const CINE_EXPORTER: &str = include_str!("fixtures/cine_exporter.prom");

    #[test]
    fn what_our_exporter_tells_is_understood() {
        let reading = parse(CINE_EXPORTER).unwrap();
        assert!(reading.fleet_read_at.is_some());
        assert!(!reading.machines.is_empty());
        for machine in &reading.machines {
            assert!(machine.cinema.is_some() && machine.screen.is_some(), "{machine:?}");
            assert!(machine.time_zone.is_some() && machine.online.is_some(), "{machine:?}");
        }
        assert!(reading.machines.iter().any(|machine| machine.next_show.is_some()));
    }

    #[test]
    fn a_machine_is_put_together_from_its_series_in_any_order() {
        let text = r#"
cine_next_show_timestamp_seconds{machine_id="a",region="denmark"} 1763736000.5
cine_machine_info{machine_id="a",cinema_id="c",cinema="Grand",screen_id="s",region="denmark",time_zone="Europe/Copenhagen"} 1
cine_machine_up{machine_id="a",region="denmark"} 0
"#;
        let reading = parse(text).unwrap();
        let machine = Machine {
            id: "a".to_owned(),
            region: RegionId::new("denmark"),
            cinema: Some(Named { id: "c".to_owned(), name: "Grand".to_owned() }),
            screen: Some(Named { id: "s".to_owned(), name: "s".to_owned() }),
            time_zone: Some("Europe/Copenhagen".to_owned()),
            online: Some(false),
            next_show: Some("2025-11-21T14:40:00.5Z".parse().unwrap()),
        };
        assert_eq!(reading, ExporterReading { machines: vec![machine], fleet_read_at: None });
    }

    #[test]
    fn a_show_at_no_time_is_none() {
        for value in ["NaN", "+Inf", "-1", "0", "1e300"] {
            assert_eq!(instant(value.parse().unwrap()), None, "{value}");
        }
    }

    #[test]
    fn the_name_of_an_exporter_holds_no_password() {
        let client = ExporterClient::new("https://user:secret@exporter.example/prefix/").unwrap();
        assert_eq!(client.name(), "exporter.example:443");
        assert_eq!(client.metrics.path(), "/prefix/metrics");
    }

    #[test]
    fn what_is_no_web_address_is_refused() {
        for address in ["", "127.0.0.1:9991", "ftp://127.0.0.1/", "mailto:somebody"] {
            assert!(matches!(ExporterClient::new(address), Err(BadExporter::Address)), "{address}");
        }
    }
}
