//! The simulated cine-cloud: a fleet that is the same for the same number of machines, whose
//! machines can be broken and mended over HTTP.
//!
//! `places`, `plan` and `dice` lay out the fleet; `shows` and `machine` tell what a machine reports
//! at a given time; `cloud` holds the faults; `http` is the API.

mod cloud;
mod dice;
mod http;
mod machine;
mod places;
mod plan;
mod shows;

pub use cloud::{CloudMode, SimulatedCloud};
pub use http::router;
