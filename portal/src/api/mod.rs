//! The way to the server: queries and commands over HTTP, changes over one WebSocket.
//! The types of the wire stay in here.

mod changes;
mod client;
mod commands;
mod live;
mod network;
mod queries;
mod socket;
mod timer;
mod wire;

#[cfg(test)]
mod documents;

pub(crate) use commands::{close_incident, start_progress};
pub(crate) use live::{Change, Event, follow};
pub(crate) use queries::{RegionRead, read_region, read_regions};
pub(crate) use timer::pause_before_retry;

/// The schema, from `build.rs`.
#[cynic::schema("cineportal")]
#[expect(unreachable_pub, reason = "cynic writes `pub` before everything in it")]
mod schema {}

/// GraphQL over HTTP and WebSocket, on the server that the page came from.
const GRAPHQL_PATH: &str = "/graphql";
