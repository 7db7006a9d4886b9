//! A simulated cloud with its exporter, and a server that reads it.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::bench::bed::{Bed, Server, page};

/// However many machines: read by the exporter, and then by the server.
const KNOWN_WITHIN: Duration = Duration::from_secs(180);
const LOOK_INTERVAL: Duration = Duration::from_millis(200);

/// All of it, running. What is dropped first must be started last.
pub(super) struct Fleet {
    pub(super) server: Server,
    pub(super) exporter: Server,
    _cloud: Server,
}

impl Fleet {
    /// Starts it, and waits until the server knows every machine.
    pub(super) fn start(bed: &Bed<'_>, name: &str, machines: usize) -> Result<Self> {
        let cloud = bed.program("cine-cloud-sim", &[format!("--machines={machines}")], "/healthz")?;
        let from = format!("--cloud-url=http://127.0.0.1:{}", cloud.port);
        let exporter =
            bed.program("cine-exporter", &[from, "--poll-interval-seconds=15".to_owned()], "/healthz")?;
        let of = format!("--exporter=http://127.0.0.1:{}", exporter.port);
        let server = bed.server_with(&bed.mongodb(name), &[of])?;
        let fleet = Self { server, exporter, _cloud: cloud };
        let deadline = Instant::now() + KNOWN_WITHIN;
        while fleet.server.metric("cineportal_machines")? < machines as f64 {
            if Instant::now() > deadline {
                bail!("the server does not know {machines} machines after {} s", KNOWN_WITHIN.as_secs());
            }
            bed.context.stop.pause(LOOK_INTERVAL)?;
        }
        Ok(fleet)
    }

    /// How long the exporter's last poll of the cloud took.
    pub(super) fn poll_seconds(&self) -> Result<f64> {
        self.exporter.metric("cine_exporter_poll_duration_seconds")
    }

    /// How long the exporter's page takes in seconds, and how many bytes it has.
    pub(super) fn scrape(&self) -> Result<(f64, usize)> {
        let began = Instant::now();
        let text = page(self.exporter.port, "/metrics").context("the exporter's page")?;
        Ok((began.elapsed().as_secs_f64(), text.len()))
    }
}

impl Server {
    /// The value of a metric without labels; 0 while there is none.
    fn metric(&self, name: &str) -> Result<f64> {
        let text = page(self.port, "/metrics")?;
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        value.map_or(Ok(0.0), |value| value.trim().parse().with_context(|| format!("{name} is {value}")))
    }
}
