//! The server of CinePortal. Read on in this order: `app` wires everything; an alert goes
//! `http` → `ingest` → `domain` → `store` → `feed` → `board` and subscribers; a query goes
//! `http` → `graphql` → `desk` → `board` or `store`.

pub mod app;
pub mod check;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;

pub mod backup;
pub mod blind;
pub mod http;
pub mod reconcile;
pub mod seed;

pub mod export;
pub mod graphql;
pub mod ingest;
pub mod notify;

pub mod correlator;
pub mod desk;
pub mod feed;
pub mod reopening;
pub mod repairs;
pub mod retention;

pub mod board;
pub mod commands;
pub mod fleet;
pub mod series;
pub mod sign_in;
pub mod silences;
pub mod tokens;
pub mod watch;

pub mod logs;
pub mod sources;
pub mod store;

pub mod domain;

pub mod access;
pub mod clock;
pub mod config;
pub mod shutdown;
pub mod spans;
pub mod telemetry;
