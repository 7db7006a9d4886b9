//! The server from outside: real stores, real sockets, nothing faked.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod alerts;
mod convergence;
mod graphql_http;
mod house;
mod life_cycle;
mod live_protocol;
mod people;
mod store_contract;
mod support;
mod trouble;
mod webhook_faults;
