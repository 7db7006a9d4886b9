//! What people look for in a long history, each asked once with nothing warmed up but the server.

use std::time::Instant;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::at_most;
use crate::bench::bed::{Server, post};
use crate::bench::verdict::Figure;

/// As somebody waits who looks for something.
const MOST_SECONDS: f64 = 2.0;

/// What is looked for, and the arguments of the list.
const LOOKUPS: [(&str, &str); 5] = [
    ("newest closed incidents", "filter: { region: [\"denmark\"], status: [CLOSED] }"),
    ("incidents of a machine", "filter: { machine: [\"dk-aarhus-01-01\"], status: [CLOSED] }"),
    (
        "incidents of a cinema and kind",
        "filter: { cinema: [\"dk-aarhus-01\"], error: [\"machine_offline\"], status: [CLOSED] }",
    ),
    (
        "incidents of a month",
        "filter: { region: [\"denmark\"], status: [CLOSED], openedFrom: \"2026-05-01T00:00:00Z\", openedUntil: \"2026-06-01T00:00:00Z\" }",
    ),
    (
        "incidents with two words",
        "filter: { region: [\"denmark\"], status: [CLOSED], text: \"aarhus projector\" }",
    ),
];

pub(super) fn figures(server: &Server, stored: usize) -> Result<Vec<Figure>> {
    LOOKUPS.iter().map(|(what, arguments)| figure(server, what, arguments, stored)).collect()
}

fn figure(server: &Server, what: &str, arguments: &str, stored: usize) -> Result<Figure> {
    let query =
        format!("{{ incidents(first: 20, {arguments}) {{ totalCount edges {{ node {{ id title }} }} }} }}");
    let began = Instant::now();
    let answer: Value = serde_json::from_str(&post(server.port, "/graphql", &json!({ "query": query }))?)?;
    let seconds = began.elapsed().as_secs_f64();
    let found = &answer["data"]["incidents"];
    if found.is_null() {
        bail!("{what}: {answer}");
    }
    let from = format!("{} found among {stored}", found["totalCount"]);
    Ok(at_most(&format!("{what}, found after"), seconds, " s", MOST_SECONDS, from))
}
