//! Webhooks over several connections, as fast as they are answered or at a given rate.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use clap::Args;
use serde::Serialize;
use tokio::task::JoinSet;
use tokio::time::sleep_until;

use crate::alerts;
use crate::connection::Connection;

#[derive(Args)]
pub(crate) struct Options {
    /// Where the server listens.
    #[arg(long)]
    address: SocketAddr,
    /// How many alerts to send, all different.
    #[arg(long)]
    alerts: usize,
    /// How many others to leave out before them.
    #[arg(long, default_value_t = 0)]
    skip: usize,
    /// How many alerts are in one webhook.
    #[arg(long)]
    in_each: usize,
    #[arg(long, default_value_t = 16)]
    connections: usize,
    /// How many webhooks to send in a second; as fast as they are answered if left out.
    #[arg(long)]
    per_second: Option<f64>,
}

/// What one run brought. A webhook's time runs from when it was due, not from when it could be sent.
#[derive(Serialize)]
pub(crate) struct Report {
    alerts_per_second: f64,
    seconds: f64,
    median_milliseconds: f64,
    p99_milliseconds: f64,
}

/// All webhooks, and which one is next.
struct Queue {
    requests: Vec<Vec<u8>>,
    next: AtomicUsize,
    started: Instant,
    between: Option<Duration>,
}

pub(crate) async fn measure(options: Options) -> anyhow::Result<Report> {
    let requests = alerts::requests(options.skip, options.alerts, options.in_each);
    let mut connections = Vec::new();
    for _ in 0..options.connections {
        connections.push(Connection::open(options.address).await?);
    }
    let between = options.per_second.map(|rate| Duration::from_secs_f64(1.0 / rate));
    let started = Instant::now();
    let queue = Arc::new(Queue { requests, next: AtomicUsize::new(0), started, between });
    let mut senders: JoinSet<_> =
        connections.into_iter().map(|connection| send(connection, Arc::clone(&queue))).collect();
    let mut latencies = Vec::new();
    while let Some(sent) = senders.join_next().await {
        latencies.extend(sent??);
    }
    Ok(report(options.alerts, queue.started.elapsed(), latencies))
}

async fn send(mut connection: Connection, queue: Arc<Queue>) -> anyhow::Result<Vec<Duration>> {
    let mut latencies = Vec::new();
    loop {
        let number = queue.next.fetch_add(1, Ordering::Relaxed);
        let Some(request) = queue.requests.get(number) else { return Ok(latencies) };
        let mut due = Instant::now();
        if let Some(between) = queue.between {
            due = queue.started + between.mul_f64(number as f64);
            sleep_until(due.into()).await;
        }
        connection.send(request).await?;
        latencies.push(due.elapsed());
    }
}

fn report(alerts: usize, elapsed: Duration, mut latencies: Vec<Duration>) -> Report {
    latencies.sort_unstable();
    let at = |part: f64| {
        let index = (latencies.len() as f64 * part) as usize;
        latencies.get(index.min(latencies.len().saturating_sub(1))).map_or(0.0, Duration::as_secs_f64)
            * 1_000.0
    };
    Report {
        alerts_per_second: alerts as f64 / elapsed.as_secs_f64(),
        seconds: elapsed.as_secs_f64(),
        median_milliseconds: at(0.5),
        p99_milliseconds: at(0.99),
    }
}
