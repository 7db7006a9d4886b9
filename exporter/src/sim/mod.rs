//! The simulated cine-cloud: a fleet that is the same for the same number of machines, whose
//! machines can be broken and mended over HTTP.
//!
//! `plan` takes the machines of the demo fleet; `shows` and `machine` tell what a machine reports
//! at a given time; `cloud` holds the faults; `http` is the API.

mod cloud;
mod http;
mod machine;
mod plan;
mod shows;

pub use cloud::{CloudMode, SimulatedCloud};
pub use http::router;
