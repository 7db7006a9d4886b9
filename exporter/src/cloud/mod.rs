//! The client of the cine-cloud: fetches a page of machines and parses it into what we work with.

use std::time::Duration;

use reqwest::header::CONTENT_LENGTH;
use reqwest::{Response, StatusCode, Url, redirect};

use crate::fleet::{Machine, PixelSize};

pub mod wire;

/// A full page is about 70 kB; whoever sends far more is not the cine-cloud.
const MAX_BODY_BYTES: usize = 4 << 20;
/// So much of an error's text goes into the log.
const MAX_REASON_BYTES: usize = 200;

/// Reads one cine-cloud.
#[derive(Debug, Clone)]
pub struct CloudClient {
    http: reqwest::Client,
    machines: Url,
}

/// One page of machines, parsed.
#[derive(Debug, Clone, PartialEq)]
pub struct MachinesPage {
    /// How many machines a full page has, as the cloud counts.
    pub per_page: u32,
    /// How many machines there are on all pages.
    pub total: u32,
    /// The machines on this page that could be understood.
    pub machines: Vec<Machine>,
    /// Why each of the others could not.
    pub rejected: Vec<String>,
}

/// Why a page could not be read.
#[derive(Debug, thiserror::Error)]
pub enum CloudError {
    /// No answer in time, or none at all.
    #[error("the cloud did not answer: {}", causes(.0))]
    Unreachable(#[source] reqwest::Error),
    /// An answer other than 200.
    #[error("the cloud answered {status}: {reason}")]
    Refused {
        /// The status that came.
        status: StatusCode,
        /// Beginning of the text that came with it.
        reason: String,
    },
    /// More bytes than a page can have.
    #[error("the cloud's answer is larger than {MAX_BODY_BYTES} bytes")]
    TooLarge,
    /// Not the JSON that the API promises.
    #[error("the cloud's answer is not a page of machines: {0}")]
    Malformed(#[from] serde_json::Error),
    /// A page of another number, or of no machines a page.
    #[error("the cloud answered another page than the one asked for")]
    WrongPage,
}

impl CloudClient {
    /// A client for the cloud at `cloud_url`; every request fails after `timeout`.
    ///
    /// # Errors
    /// When the system's TLS setup cannot be used.
    pub fn new(cloud_url: &Url, timeout: Duration) -> Result<Self, reqwest::Error> {
        // reqwest comes without a TLS provider. Only the first call in a process has an effect.
        let _already_installed = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .timeout(timeout)
            .redirect(redirect::Policy::none())
            .user_agent(concat!("cine-exporter/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { http, machines: machines_url(cloud_url) })
    }

    /// Reads one page of machines; pages count from 1.
    ///
    /// # Errors
    /// When there is no usable answer. A machine that cannot be understood is no error: it is in `rejected`.
    pub async fn machines_page(&self, page: u32) -> Result<MachinesPage, CloudError> {
        let query = [("page", page), ("per_page", wire::MAX_PER_PAGE)];
        let request = self.http.get(self.machines.clone()).query(&query);
        let response = request.send().await.map_err(CloudError::Unreachable)?;
        let status = response.status();
        let body = read_body(response).await?;
        if status != StatusCode::OK {
            return Err(CloudError::Refused { status, reason: reason(&body) });
        }
        parse_page(&body, page)
    }
}

fn parse_page(body: &[u8], asked: u32) -> Result<MachinesPage, CloudError> {
    let page: wire::Page<serde_json::Value> = serde_json::from_slice(body)?;
    if page.page != asked || page.per_page == 0 {
        return Err(CloudError::WrongPage);
    }
    let mut parsed = MachinesPage {
        per_page: page.per_page,
        total: page.total,
        machines: Vec::new(),
        rejected: Vec::new(),
    };
    for machine in page.machines {
        match parse_machine(machine) {
            Ok(machine) => parsed.machines.push(machine),
            Err(reason) => parsed.rejected.push(reason),
        }
    }
    Ok(parsed)
}

fn parse_machine(value: serde_json::Value) -> Result<Machine, String> {
    let machine: wire::Machine = serde_json::from_value(value).map_err(|error| error.to_string())?;
    if machine.id.is_empty() || machine.region.is_empty() {
        return Err("a machine needs an id and a region".to_owned());
    }
    Ok(Machine::from(machine))
}

impl From<wire::Machine> for Machine {
    fn from(machine: wire::Machine) -> Self {
        let wire::Machine { cinema, screen, display, game, .. } = machine;
        Self {
            id: machine.id,
            region: machine.region,
            time_zone: machine.time_zone,
            cinema_id: cinema.id,
            cinema: cinema.name,
            screen_id: screen.id,
            screen: screen.name,
            online: machine.online,
            last_seen: machine.last_seen,
            display: PixelSize { width: display.width_pixels, height: display.height_pixels },
            expected_display: PixelSize {
                width: display.expected_width_pixels,
                height: display.expected_height_pixels,
            },
            game_version: game.version,
            download_failed: game.download.state == wire::DownloadState::Failed,
            download_progress_ratio: game.download.progress_ratio,
            next_show: machine.next_show,
            temperature_celsius: machine.temperature_celsius,
            disk_free_bytes: machine.disk_free_bytes,
        }
    }
}

async fn read_body(mut response: Response) -> Result<Vec<u8>, CloudError> {
    let announced =
        response.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if announced.is_some_and(|bytes: usize| bytes > MAX_BODY_BYTES) {
        return Err(CloudError::TooLarge);
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(CloudError::Unreachable)? {
        if body.len() + chunk.len() > MAX_BODY_BYTES {
            return Err(CloudError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn machines_url(cloud_url: &Url) -> Url {
    let mut url = cloud_url.clone();
    let path = [url.path().trim_end_matches('/'), &wire::MACHINES_PATH.join("/")].join("/");
    url.set_path(&path);
    url
}

fn reason(body: &[u8]) -> String {
    let beginning = body.get(..MAX_REASON_BYTES).unwrap_or(body);
    String::from_utf8_lossy(beginning).trim().to_owned()
}

/// An error of reqwest says what went wrong only in its causes.
fn causes(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &[u8] = include_bytes!("fixtures/machines-page.json");

    #[test]
    fn a_real_page_is_understood() {
        let page = parse_page(PAGE, 1).unwrap();
        assert_eq!((page.total, page.machines.len(), page.rejected.len()), (700, 3, 0));
    }

    #[test]
    fn a_machine_without_power_is_offline_and_keeps_its_readings() {
        let page = parse_page(PAGE, 1).unwrap();
        let dark = &page.machines[1];
        assert!(!dark.online && dark.temperature_celsius > 0.0);
    }

    #[test]
    fn a_failed_download_is_understood() {
        assert!(parse_page(PAGE, 1).unwrap().machines[2].download_failed);
    }

    #[test]
    fn a_screen_without_a_planned_show_has_no_next_show() {
        assert_eq!(parse_page(PAGE, 1).unwrap().machines[2].next_show, None);
    }

    #[test]
    fn a_machine_that_cannot_be_understood_does_not_cost_its_neighbours() {
        let mut page: serde_json::Value = serde_json::from_slice(PAGE).unwrap();
        page["machines"][0]["disk_free_bytes"] = "plenty".into();
        let page = parse_page(&serde_json::to_vec(&page).unwrap(), 1).unwrap();
        assert_eq!((page.machines.len(), page.rejected.len()), (2, 1));
    }

    #[test]
    fn a_page_of_another_number_is_refused() {
        assert!(matches!(parse_page(PAGE, 2), Err(CloudError::WrongPage)));
    }

    #[test]
    fn a_page_that_is_not_json_is_refused() {
        assert!(matches!(parse_page(b"<html>", 1), Err(CloudError::Malformed(_))));
    }

    #[test]
    fn a_path_in_the_clouds_address_is_kept() {
        let url = machines_url(&Url::parse("https://cloud.example/cine/").unwrap());
        assert_eq!(url.as_str(), "https://cloud.example/cine/api/v1/machines");
    }
}
