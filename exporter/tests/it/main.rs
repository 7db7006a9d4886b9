//! The two programs over HTTP, as others use them.

mod exporter;
mod simulator;
mod support;
