//! The programs of the stack, as one explicit list in the order of their start:
//! whoever is asked starts before whoever asks, so that nothing logs an error. Only the server says once
//! that Prometheus is not there yet: each of them waits for the other.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use super::mongod::mongod;
use super::ports::Ports;
use super::state::StateFolder;
use crate::context::Context;

/// One program to run.
pub(super) struct Service {
    pub(super) name: &'static str,
    pub(super) command: Command,
    pub(super) ready: Ready,
}

/// How a program shows that it is ready.
pub(super) enum Ready {
    /// This address answers 200.
    Http(String),
    /// It is the primary of its replica set.
    Primary,
}

/// What the list depends on.
pub(super) struct Settings<'a> {
    pub(super) context: &'a Context,
    pub(super) state: &'a StateFolder,
    pub(super) ports: Ports,
    pub(super) machines: u32,
    pub(super) mongodb: bool,
    pub(super) server_flags: &'static [&'static str],
}

impl Settings<'_> {
    /// All programs in the order of their start.
    ///
    /// # Errors
    /// If a data folder cannot be made.
    pub(super) fn services(&self) -> Result<Vec<Service>> {
        let mut services = Vec::new();
        if self.mongodb {
            services.push(self.mongodb()?);
        }
        services.extend([
            self.simulator(),
            self.exporter(),
            self.node_exporter(),
            self.alertmanager()?,
            self.server()?,
            self.prometheus()?,
        ]);
        Ok(services)
    }

    fn mongodb(&self) -> Result<Service> {
        let command = mongod(self.context, self.state, self.ports.mongodb)?;
        Ok(Service { name: "mongodb", command, ready: Ready::Primary })
    }

    fn simulator(&self) -> Service {
        let mut command = self.context.command(self.built("cine-cloud-sim"));
        command.args(["--listen", &listen(self.ports.simulator), "--machines", &self.machines.to_string()]);
        service("simulator", command, self.ports.simulator, "/healthz")
    }

    fn exporter(&self) -> Service {
        let mut command = self.context.command(self.built("cine-exporter"));
        command.args(["--listen", &listen(self.ports.exporter), "--poll-interval-seconds", "1"]);
        command.args(["--cloud-url", &format!("http://{}", listen(self.ports.simulator))]);
        service("exporter", command, self.ports.exporter, "/healthz")
    }

    fn node_exporter(&self) -> Service {
        let mut command = self.context.command("prometheus-node-exporter");
        command.arg(format!("--web.listen-address={}", listen(self.ports.node_exporter)));
        // Where systemd does not run, this collector logs an error at every scrape.
        command.arg("--no-collector.systemd");
        service("node_exporter", command, self.ports.node_exporter, "/metrics")
    }

    fn server(&self) -> Result<Service> {
        let store = if self.mongodb {
            format!("mongodb://127.0.0.1:{}/cineportal?replicaSet=rs0", self.ports.mongodb)
        } else {
            format!("embedded:{}", self.state.data_of("server")?.display())
        };
        let mut command = self.context.command(self.built("cineportal"));
        command.args([
            "serve",
            "--listen",
            &listen(self.ports.server),
            "--store",
            &store,
            "--regions",
            "regions",
            "--exporter",
            &format!("http://{}", listen(self.ports.exporter)),
            "--exporter-poll-seconds",
            "2",
        ]);
        // Whoever develops against the stack wants to read the schema.
        command.args(["--introspection", "on"]);
        // A demo shows in seconds what takes minutes in production.
        command.args(["--alertmanager", &format!("http://{}", listen(self.ports.alertmanager))]);
        command.args(["--prometheus", &format!("http://{}", listen(self.ports.prometheus))]);
        command.args(["--reconcile-seconds", "5", "--watchdog-seconds", "30"]);
        // The application of somebody else, of the browser tests and for a look: e2e/support/foreign-admin.
        command.args(["--embed-origin", "http://127.0.0.1:9180"]);
        command.arg("--log-folder").arg(self.state.data_of("server-log")?);
        // Nobody balances here.
        command.args(["--drain-seconds", "0"]);
        command.args(self.server_flags);
        Ok(service("server", command, self.ports.server, "/readyz"))
    }

    fn alertmanager(&self) -> Result<Service> {
        let mut command = self.context.command("prometheus-alertmanager");
        command
            .arg(format!(
                "--config.file={}",
                self.state.config().join("alertmanager/alertmanager.yml").display()
            ))
            .arg(format!("--storage.path={}", self.state.data_of("alertmanager")?.display()))
            .arg(format!("--web.listen-address={}", listen(self.ports.alertmanager)))
            .args(["--cluster.listen-address=", "--log.level=warn"]);
        Ok(service("alertmanager", command, self.ports.alertmanager, "/-/ready"))
    }

    fn prometheus(&self) -> Result<Service> {
        let mut command = self.context.command("prometheus");
        command
            .arg(format!("--config.file={}", self.state.config().join("prometheus/prometheus.yml").display()))
            .arg(format!("--storage.tsdb.path={}", self.state.data_of("prometheus")?.display()))
            .arg(format!("--web.listen-address={}", listen(self.ports.prometheus)))
            .args([
                "--storage.tsdb.retention.time=15d",
                "--log.level=warn",
                "--rules.alert.resend-delay=10s",
            ]);
        Ok(service("prometheus", command, self.ports.prometheus, "/-/ready"))
    }

    /// A program of this workspace, as `cargo build` leaves it.
    fn built(&self, program: &str) -> PathBuf {
        self.context.dirs.in_cache("target/debug").join(program)
    }
}

fn service(name: &'static str, command: Command, port: u16, path: &str) -> Service {
    Service { name, command, ready: Ready::Http(format!("http://{}{path}", listen(port))) }
}

fn listen(port: u16) -> String {
    format!("127.0.0.1:{port}")
}
