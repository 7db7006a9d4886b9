//! A real Alertmanager, Prometheus and node_exporter, each on a port and in a folder of its own.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use cineportal::config::SourceAddress;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::PATIENCE;
use super::process::free_port;

/// Longer than for our own server: these programs start beside everything else that runs.
const START_PATIENCE: Duration = Duration::from_secs(90);

/// An Alertmanager that reaches nobody: what it knows, a server learns only by asking.
pub(crate) struct Alertmanager {
    process: Option<Process>,
    port: u16,
    folder: TempDir,
    http: reqwest::Client,
}

impl Alertmanager {
    pub(crate) async fn start() -> Self {
        // Every test of this process installs the same provider; only the first one wins.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        let config = "route: { receiver: cineportal }\n\
                      receivers: [{ name: cineportal, webhook_configs: [{ url: 'http://127.0.0.1:9/' }] }]\n";
        fs::write(folder.path().join("alertmanager.yml"), config).unwrap();
        let mut this = Self { process: None, port: free_port(), folder, http: reqwest::Client::new() };
        this.start_again().await;
        this
    }

    /// Starts it after [`stop`](Self::stop); it has forgotten all alerts.
    pub(crate) async fn start_again(&mut self) {
        let mut command = Command::new("prometheus-alertmanager");
        command
            .arg(format!("--config.file={}", self.folder.path().join("alertmanager.yml").display()))
            .arg(format!("--storage.path={}", self.folder.path().display()))
            .arg(format!("--web.listen-address=127.0.0.1:{}", self.port))
            .arg("--cluster.listen-address=");
        self.process = Some(Process::start(command));
        wait_until_ready(&self.http, self.port).await;
    }

    pub(crate) fn stop(&mut self) {
        self.process = None;
    }

    pub(crate) fn address(&self) -> SourceAddress {
        format!("http://127.0.0.1:{}", self.port).parse().unwrap()
    }

    /// Tells it of an alert that fires, as webhooks show it.
    pub(crate) async fn fire(&self, alert: &Value) {
        self.tell(alert, Timestamp::now() + SignedDuration::from_hours(1)).await;
    }

    /// Tells it that the alert is over.
    pub(crate) async fn resolve(&self, alert: &Value) {
        self.tell(alert, Timestamp::now()).await;
    }

    /// Silences all alerts of a machine.
    pub(crate) async fn silence(&self, machine: &str) {
        let now = Timestamp::now();
        let matcher = json!({ "name": "machine_id", "value": machine, "isRegex": false });
        let ends_at = now + SignedDuration::from_hours(1);
        let silence = json!({ "matchers": [matcher], "startsAt": now, "endsAt": ends_at, "createdBy": "Kim", "comment": "" });
        self.post("/api/v2/silences", &silence).await;
        let state = async {
            loop {
                let alerts = self.http.get(self.url("/api/v2/alerts?active=false")).send().await.unwrap();
                if alerts.json::<Vec<Value>>().await.unwrap().len() == 1 {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(PATIENCE, state).await.expect("the alert was not silenced");
    }

    async fn tell(&self, alert: &Value, ends_at: Timestamp) {
        let mut alert = alert.clone();
        alert.as_object_mut().unwrap().remove("status");
        alert["endsAt"] = json!(ends_at);
        self.post("/api/v2/alerts", &json!([alert])).await;
    }

    async fn post(&self, path: &str, body: &Value) {
        let response = self.http.post(self.url(path)).json(body).send().await.unwrap();
        assert_eq!(response.status(), 200, "{}", response.text().await.unwrap());
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }
}

/// A Prometheus that pushes its alerts straight to a server.
pub(crate) struct Prometheus {
    process: Option<Process>,
    port: u16,
    folder: TempDir,
    http: reqwest::Client,
}

impl Prometheus {
    /// Not started yet; its address is known already.
    pub(crate) fn new() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        Self { process: None, port: free_port(), folder, http: reqwest::Client::new() }
    }

    pub(crate) fn address(&self) -> SourceAddress {
        format!("http://127.0.0.1:{}", self.port).parse().unwrap()
    }

    /// Starts it with this rule; it adds the external label `cluster`.
    pub(crate) async fn start(&mut self, rule: &str, server_port: u16) {
        let config = format!(
            "global: {{ evaluation_interval: 1s, external_labels: {{ cluster: north }} }}\n\
             rule_files: [rules.yml]\n\
             alerting: {{ alertmanagers: [{{ static_configs: [{{ targets: ['127.0.0.1:{server_port}'] }}] }}] }}\n"
        );
        self.write_rule(rule);
        self.start_with(&config).await;
    }

    /// Starts it without rules; it scrapes this host and port every second.
    pub(crate) async fn start_scraping(&mut self, target: &str) {
        let config = format!(
            "global: {{ scrape_interval: 1s, scrape_timeout: 1s }}\n\
             scrape_configs: [{{ job_name: test, static_configs: [{{ targets: ['{target}'] }}] }}]\n"
        );
        self.start_with(&config).await;
    }

    async fn start_with(&mut self, config: &str) {
        fs::write(self.folder.path().join("prometheus.yml"), config).unwrap();
        let mut command = Command::new("prometheus");
        command
            .arg(format!("--config.file={}", self.folder.path().join("prometheus.yml").display()))
            .arg(format!("--storage.tsdb.path={}", self.folder.path().join("data").display()))
            .arg(format!("--web.listen-address=127.0.0.1:{}", self.port))
            // What it sends counts for four times as long, which no test may be behind.
            .args(["--web.enable-lifecycle", "--rules.alert.resend-delay=3s"]);
        self.process = Some(Process::start(command));
        wait_until_ready(&self.http, self.port).await;
    }

    /// Goes on with another rule.
    pub(crate) async fn change_rule(&self, rule: &str) {
        self.write_rule(rule);
        let url = format!("http://127.0.0.1:{}/-/reload", self.port);
        assert_eq!(self.http.post(url).send().await.unwrap().status(), 200);
    }

    pub(crate) fn stop(&mut self) {
        self.process = None;
    }

    fn write_rule(&self, rule: &str) {
        fs::write(
            self.folder.path().join("rules.yml"),
            format!("groups: [{{ name: test, rules: [{rule}] }}]\n"),
        )
        .unwrap();
    }
}

/// A node_exporter of this machine.
pub(crate) struct NodeExporter {
    port: u16,
    _process: Process,
}

impl NodeExporter {
    pub(crate) async fn start() -> Self {
        let port = free_port();
        let mut command = Command::new("prometheus-node-exporter");
        command.arg(format!("--web.listen-address=127.0.0.1:{port}"));
        let process = Process::start(command);
        let listens = async {
            while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(START_PATIENCE, listens).await.expect("node_exporter does not listen");
        Self { port, _process: process }
    }

    pub(crate) fn address(&self) -> SourceAddress {
        format!("http://127.0.0.1:{}", self.port).parse().unwrap()
    }
}

/// A child that does not outlive its test.
struct Process(Child);

impl Process {
    fn start(mut command: Command) -> Self {
        let name = Path::new(command.get_program()).display().to_string();
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        Self(child.unwrap_or_else(|error| {
            panic!("{name} cannot be started ({error}); `cargo xtask setup` installs it")
        }))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn wait_until_ready(http: &reqwest::Client, port: u16) {
    let url = format!("http://127.0.0.1:{port}/-/ready");
    let ready = async {
        while !http.get(&url).send().await.is_ok_and(|response| response.status() == 200) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(START_PATIENCE, ready).await.expect("the program did not become ready");
}
