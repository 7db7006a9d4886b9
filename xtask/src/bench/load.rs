//! The load beside the server: `server/examples/ingest_load`, one run each.

use anyhow::{Context as _, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::bed::{Bed, Server};
use crate::command::output;

/// Which webhooks to send, over 16 connections.
#[derive(Clone, Copy)]
pub(super) struct Webhooks {
    /// How many alerts, all different.
    pub(super) alerts: usize,
    /// So many alerts were sent to this store before, and others are sent now.
    pub(super) skip: usize,
    pub(super) in_each: usize,
    /// As fast as they are answered if `None`.
    pub(super) webhooks_per_second: Option<f64>,
}

/// What one run brought.
#[derive(Clone, Copy, Deserialize)]
pub(super) struct Report {
    pub(super) alerts_per_second: f64,
    #[serde(default)]
    pub(super) seconds: f64,
    #[serde(default)]
    pub(super) p99_milliseconds: f64,
}

/// How the bare loop writes.
#[derive(Clone, Copy)]
pub(super) struct Limit {
    /// How many documents one command upserts.
    pub(super) in_each: usize,
    /// How many commands are under way at once.
    pub(super) loops: usize,
}

impl Webhooks {
    /// So many alerts, 64 in each webhook, as fast as they are answered.
    pub(super) fn of_64(alerts: usize) -> Self {
        Self { alerts, skip: 0, in_each: 64, webhooks_per_second: None }
    }

    /// Sends them; every one must be stored.
    pub(super) fn send(&self, bed: &Bed<'_>, server: &Server) -> Result<Report> {
        let mut arguments = vec![
            "webhooks".to_owned(),
            format!("--address=127.0.0.1:{}", server.port),
            format!("--alerts={}", self.alerts),
            format!("--skip={}", self.skip),
            format!("--in-each={}", self.in_each),
        ];
        arguments.extend(self.webhooks_per_second.map(|rate| format!("--per-second={rate}")));
        measured(bed, &arguments)
    }
}

impl Limit {
    /// Writes the documents of a database once more; both copies are dropped then.
    pub(super) fn measure(self, bed: &Bed<'_>, database: &str) -> Result<Report> {
        let arguments = [
            "limit".to_owned(),
            format!("--from={}", bed.mongodb(database)),
            format!("--in-each={}", self.in_each),
            format!("--loops={}", self.loops),
        ];
        measured(bed, &arguments)
    }
}

fn measured<T: DeserializeOwned>(bed: &Bed<'_>, arguments: &[String]) -> Result<T> {
    let json = output(bed.built("examples/ingest_load").args(arguments))?;
    serde_json::from_str(&json).with_context(|| format!("cannot understand {json}"))
}
