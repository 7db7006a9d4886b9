//! Alerts in: adapters parse each sender's format, one writer makes all of it durable.

pub mod alertmanager;
pub mod arrival;
mod committer;
mod decided;
pub(crate) mod fingerprint;
pub mod format;
pub mod labels;
mod limits;
pub(crate) mod numbers;
pub mod parsed;
pub mod prometheus;
mod steps;
mod under_way;
pub mod writer;
