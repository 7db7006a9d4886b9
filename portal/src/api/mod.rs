//! The way to the server: questions and commands over HTTP, changes over one live channel.
//! The types of the wire stay in here; the documents stand in `schema/operations`.

mod commands;
mod http;
mod incident;
mod live;
mod logs;
mod machine;
mod machines;
mod me;
mod network;
mod overview;
mod region;
mod report;
mod series;
mod server;
mod sign_in;
mod silences;
mod timer;
mod wake;
mod wire;

pub(crate) use commands::Command;
pub(crate) use live::{Change, Event};
pub(crate) use region::RegionRead;
pub(crate) use report::{RegionPlace, ReportScope};
pub(crate) use server::Server;
pub(crate) use timer::{pause_before_retry, sleep};
