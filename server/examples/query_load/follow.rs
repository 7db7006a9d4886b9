//! From a webhook to every subscriber: the time from when a webhook was due until each heard of its alert.

use std::borrow::Cow;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clap::Args;
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;
use tokio::time::{sleep_until, timeout};

use crate::alerts::{self, ALERTS_PER_MACHINE};
use crate::connection::Connection;
use crate::quantile_milliseconds;
use crate::socket::Subscription;

/// How long nothing may be heard while something is still missing.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many connections send: so many that none is still waiting for an answer when its next webhook is due. With
/// fewer, a webhook waits here for a connection, and that wait would be taken for the server's.
const SENDERS: usize = 64;

#[derive(Args)]
pub(crate) struct Options {
    /// Where the server listens.
    #[arg(long)]
    address: SocketAddr,
    /// How many follow.
    #[arg(long)]
    subscribers: usize,
    /// How many alerts to send, each in a webhook of its own.
    #[arg(long)]
    alerts: usize,
    /// How many of them in a second.
    #[arg(long)]
    per_second: f64,
}

/// What one run brought.
#[derive(Serialize)]
pub(crate) struct Report {
    median_milliseconds: f64,
    p99_milliseconds: f64,
    heard: usize,
}

/// What a subscriber hears, read without a copy: all of them together hear a hundred thousand messages a second.
#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    payload: Option<Payload<'a>>,
}

#[derive(Deserialize)]
struct Payload<'a> {
    #[serde(borrow)]
    data: Option<Data<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data<'a> {
    #[serde(borrow)]
    incident_changed: Change<'a>,
}

#[derive(Deserialize)]
struct Change<'a> {
    #[serde(borrow)]
    incident: Option<Incident<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Incident<'a> {
    #[serde(borrow)]
    machine: Option<Machine<'a>>,
    #[serde(borrow)]
    error_id: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Machine<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
}

/// The alerts: their requests, and when each is due.
struct Plan {
    requests: Vec<Vec<u8>>,
    /// By machine, then by kind of fault.
    numbers: HashMap<String, HashMap<String, usize>>,
    started: Instant,
    between: Duration,
}

pub(crate) async fn measure(options: Options) -> anyhow::Result<Report> {
    let mut subscribers = Vec::new();
    for _ in 0..options.subscribers {
        subscribers.push(Subscription::open(options.address).await?);
    }
    let plan = Arc::new(Plan {
        requests: alerts::requests(0, options.alerts, 1),
        numbers: numbers(options.alerts),
        started: Instant::now(),
        between: Duration::from_secs_f64(1.0 / options.per_second),
    });
    let mut listeners: JoinSet<_> =
        subscribers.into_iter().map(|subscriber| listen(subscriber, Arc::clone(&plan))).collect();
    let mut senders = JoinSet::new();
    for first in 0..SENDERS {
        senders.spawn(send(Connection::open(options.address).await?, first, Arc::clone(&plan)));
    }
    while let Some(sent) = senders.join_next().await {
        sent??;
    }
    let mut latencies = Vec::new();
    while let Some(heard) = listeners.join_next().await {
        latencies.extend(heard??);
    }
    latencies.sort_unstable();
    Ok(Report {
        median_milliseconds: quantile_milliseconds(&latencies, 0.5),
        p99_milliseconds: quantile_milliseconds(&latencies, 0.99),
        heard: latencies.len(),
    })
}

async fn send(mut connection: Connection, first: usize, plan: Arc<Plan>) -> anyhow::Result<()> {
    for (number, request) in plan.requests.iter().enumerate().skip(first).step_by(SENDERS) {
        sleep_until(plan.due(number).into()).await;
        connection.send(request).await?;
    }
    Ok(())
}

/// Listens until every alert was heard of. Cinema outages that follow from them are not waited for.
async fn listen(mut subscriber: Subscription, plan: Arc<Plan>) -> anyhow::Result<Vec<Duration>> {
    let mut heard = vec![None; plan.requests.len()];
    let mut missing = heard.len();
    while missing > 0 {
        let text = timeout(PATIENCE, subscriber.next()).await.context("a change was never told")??;
        let number = plan.number(&serde_json::from_str(&text)?);
        if let Some(latency @ None) = number.and_then(|number| heard.get_mut(number)) {
            *latency = number.map(|number| plan.due(number).elapsed());
            missing -= 1;
        }
    }
    Ok(heard.into_iter().flatten().collect())
}

impl Plan {
    fn due(&self, number: usize) -> Instant {
        self.started + self.between.mul_f64(number as f64)
    }

    fn number(&self, message: &Message<'_>) -> Option<usize> {
        let incident = message.payload.as_ref()?.data.as_ref()?.incident_changed.incident.as_ref()?;
        let machine = incident.machine.as_ref()?;
        self.numbers.get(machine.id.as_ref())?.get(incident.error_id.as_ref()).copied()
    }
}

/// In which order so many alerts are sent.
fn numbers(alerts: usize) -> HashMap<String, HashMap<String, usize>> {
    let of_machine = |number| {
        let kinds = 0..ALERTS_PER_MACHINE;
        kinds.map(move |kind| (format!("fault_{kind}"), number * ALERTS_PER_MACHINE + kind)).collect()
    };
    let machines = cineportal_fleet::machines().take(alerts.div_ceil(ALERTS_PER_MACHINE)).enumerate();
    machines.map(|(number, machine)| (machine.id, of_machine(number))).collect()
}
