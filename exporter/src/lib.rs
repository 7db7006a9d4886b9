//! CineExporter: reads the state of all machines from the cine-cloud and serves it to Prometheus.
//! Also a simulator of that cloud, for demonstrations and tests.
//!
//! The way of a reading: `cloud` fetches and parses pages, `poll` folds them into a `fleet`,
//! `metrics` writes the fleet as text, `http` serves that text. `app` wires them together.

pub mod app;
pub mod cloud;
pub mod config;
pub mod fleet;
pub mod http;
pub mod metrics;
pub mod poll;
pub mod serve;
pub mod sim;
pub mod telemetry;
