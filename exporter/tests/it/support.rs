//! A simulated cloud and an exporter in front of it, each on a free port.

#![expect(clippy::unwrap_used, reason = "in a test, what cannot go on may stop")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::Method;
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Response};
use cine_exporter::cloud::CloudClient;
use cine_exporter::poll::Poller;
use cine_exporter::{http, serve, sim};
use reqwest::Url;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

/// A simulator that answers page 2 with a web page while `breaks_page_two` is set.
pub(crate) struct Simulator {
    pub(crate) url: Url,
    breaks_page_two: Arc<AtomicBool>,
    client: reqwest::Client,
    _stop: DropGuard,
}

impl Simulator {
    pub(crate) async fn start(machines: u32) -> Self {
        let breaks_page_two = Arc::new(AtomicBool::new(false));
        let breaks = Arc::clone(&breaks_page_two);
        let router = sim::router(sim::SimulatedCloud::new(machines).unwrap())
            .layer(middleware::from_fn(move |request, next| page_two_as_html(breaks.clone(), request, next)));
        let (url, stop) = serve_on_a_free_port(router).await;
        let client = http_client(&url);
        Self { url, breaks_page_two, client, _stop: stop }
    }

    pub(crate) fn break_page_two(&self) {
        self.breaks_page_two.store(true, Ordering::Relaxed);
    }

    pub(crate) async fn break_machine(&self, id: &str, fault: &str) {
        let path = format!("/sim/v1/machines/{id}/faults/{fault}");
        assert_eq!(self.send(Method::POST, &path, None).await.0, 200);
    }

    pub(crate) async fn mend_machine(&self, id: &str) {
        assert_eq!(self.send(Method::DELETE, &format!("/sim/v1/machines/{id}/faults"), None).await.0, 200);
    }

    pub(crate) async fn set_mode(&self, mode: &str) {
        assert_eq!(self.send(Method::PUT, "/sim/v1/cloud", Some(mode)).await.0, 200);
    }

    /// Status and text of an answer.
    pub(crate) async fn send(&self, method: Method, path: &str, json: Option<&str>) -> (u16, String) {
        let mut request = self.client.request(method, self.url.join(path).unwrap());
        if let Some(json) = json {
            request = request.header("content-type", "application/json").body(json.to_owned());
        }
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    pub(crate) async fn get_json(&self, path: &str) -> Value {
        let (status, body) = self.send(Method::GET, path, None).await;
        assert_eq!(status, 200, "{body}");
        serde_json::from_str(&body).unwrap()
    }
}

/// An exporter whose polls the test starts itself.
pub(crate) struct Exporter {
    poller: Poller,
    url: Url,
    client: reqwest::Client,
    _stop: DropGuard,
}

impl Exporter {
    pub(crate) async fn of(cloud: &Url) -> Self {
        Self::with_timeout(cloud, Duration::from_secs(30)).await
    }

    pub(crate) async fn with_timeout(cloud: &Url, timeout: Duration) -> Self {
        let (poller, snapshots) = Poller::new(CloudClient::new(cloud, timeout).unwrap(), 8);
        let (url, stop) = serve_on_a_free_port(http::router(snapshots)).await;
        let client = http_client(&url);
        Self { poller, url, client, _stop: stop }
    }

    /// Polls the cloud once and answers what Prometheus would read then.
    pub(crate) async fn poll_and_scrape(&self) -> Metrics {
        self.poller.poll().await;
        let response = self.client.get(self.url.join("/metrics").unwrap()).send().await.unwrap();
        assert_eq!(response.status().as_u16(), 200);
        Metrics(response.text().await.unwrap())
    }
}

/// A scraped text.
pub(crate) struct Metrics(String);

impl Metrics {
    /// Value of the one series that begins with `series`.
    pub(crate) fn value(&self, series: &str) -> Option<f64> {
        let mut lines = self.0.lines().filter_map(|line| line.strip_prefix(series)?.rsplit(' ').next());
        let value = lines.next()?.parse().unwrap();
        assert_eq!(lines.next(), None, "{series} is not one series");
        Some(value)
    }

    /// Value of a machine's reading.
    pub(crate) fn of_machine(&self, metric: &str, id: &str) -> Option<f64> {
        self.value(&format!("{metric}{{machine_id=\"{id}\""))
    }

    /// How many series a metric has.
    pub(crate) fn count(&self, metric: &str) -> usize {
        self.0.lines().filter(|line| line.starts_with(&format!("{metric}{{"))).count()
    }
}

async fn page_two_as_html(breaks: Arc<AtomicBool>, request: Request, next: Next) -> Response {
    let is_page_two =
        request.uri().query().is_some_and(|query| query.split('&').any(|pair| pair == "page=2"));
    if is_page_two && breaks.load(Ordering::Relaxed) {
        return Html("<h1>Please log in</h1>").into_response();
    }
    next.run(request).await
}

async fn serve_on_a_free_port(router: Router) -> (Url, DropGuard) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    let stop = CancellationToken::new();
    tokio::spawn(serve::serve(listener, router, stop.clone()));
    (url, stop.drop_guard())
}

/// The exporter's client is made first because it installs the TLS provider.
fn http_client(url: &Url) -> reqwest::Client {
    CloudClient::new(url, Duration::from_secs(30)).unwrap();
    reqwest::Client::new()
}
