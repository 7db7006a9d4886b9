//! The pure core: what an incident is, and how alerts and commands change it.
//! No I/O, no clock, no serialisation: `now` comes in as an argument.

pub mod alert;
pub mod command;
pub mod incident;
pub mod timeline;
