//! Alerts in: adapters parse each sender's format, one writer makes all of it durable.

pub mod alertmanager;
mod fingerprint;
mod limits;
mod numbers;
pub mod writer;
