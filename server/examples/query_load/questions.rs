//! The page of a region, asked over several connections as fast as it is answered.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use clap::Args;
use serde::Serialize;
use serde_json::json;
use tokio::task::JoinSet;

use crate::connection::Connection;
use crate::quantile_milliseconds;

/// What a page of a region shows: counts, and 50 incidents with their machines, readings and next shows.
const PAGE: &str = "query Page($region: ID!) { region(id: $region) { id name blindSince
    counts { open inProgress closed critical muted }
    incidents(first: 50) { totalCount pageInfo { hasNextPage endCursor } edges { node { id number version status
        severity errorId title openedAt assignee occurrences machine { id online
        reading { temperatureCelsius lastSeenAt asOf error } } cinema { id name } screen { id name }
        nextShow { at asOf error } minutesToNextShow priority } } } } }";

#[derive(Args)]
pub(crate) struct Options {
    /// Where the server listens.
    #[arg(long)]
    address: SocketAddr,
    /// How many questions.
    #[arg(long)]
    questions: usize,
    #[arg(long, default_value_t = 16)]
    connections: usize,
    /// Ask each question in words of its own, so that it is executed.
    #[arg(long)]
    different: bool,
}

/// What one run brought.
#[derive(Serialize)]
pub(crate) struct Report {
    per_second: f64,
    median_milliseconds: f64,
    p99_milliseconds: f64,
}

pub(crate) async fn measure(options: Options) -> anyhow::Result<Report> {
    let each = options.questions / options.connections;
    let mut connections = Vec::new();
    for number in 0..options.connections {
        let mut connection = Connection::open(options.address).await?;
        connection.send(&request(None)).await?;
        connections.push((number, connection));
    }
    let started = Instant::now();
    let mut askers: JoinSet<_> = connections
        .into_iter()
        .map(|(number, connection)| ask(connection, number * each..(number + 1) * each, options.different))
        .collect();
    let mut latencies = Vec::new();
    while let Some(asked) = askers.join_next().await {
        latencies.extend(asked??);
    }
    let elapsed = started.elapsed();
    latencies.sort_unstable();
    Ok(Report {
        per_second: latencies.len() as f64 / elapsed.as_secs_f64(),
        median_milliseconds: quantile_milliseconds(&latencies, 0.5),
        p99_milliseconds: quantile_milliseconds(&latencies, 0.99),
    })
}

async fn ask(
    mut connection: Connection,
    numbers: std::ops::Range<usize>,
    different: bool,
) -> anyhow::Result<Vec<Duration>> {
    let same = request(None);
    let mut latencies = Vec::with_capacity(numbers.len());
    for number in numbers {
        let own = different.then(|| request(Some(number)));
        let began = Instant::now();
        connection.send(own.as_ref().unwrap_or(&same)).await?;
        latencies.push(began.elapsed());
    }
    Ok(latencies)
}

/// A number is a variable that changes nothing but what is asked, in each run of this program anew.
pub(crate) fn request(number: Option<usize>) -> Vec<u8> {
    let unused = number.map(|number| format!("{number} of {}", std::process::id()));
    let variables = json!({ "region": "denmark", "unused": unused });
    let body = json!({ "query": PAGE, "variables": variables }).to_string();
    format!(
        "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
