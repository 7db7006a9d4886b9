//! The server of CinePortal. Read on in this order: `app` wires everything; an alert goes
//! `http` → `ingest` → `domain` → `store` → `feed` → `board` and subscribers; a query goes
//! `http` → `graphql` → `desk` → `board` or `store`.

pub mod app;
pub mod http;

pub mod graphql;
pub mod ingest;

pub mod desk;
pub mod feed;

pub mod board;
pub mod commands;

pub mod store;

pub mod domain;

pub mod access;
pub mod clock;
pub mod config;
pub mod shutdown;
pub mod telemetry;
