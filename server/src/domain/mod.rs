//! The pure core: what an incident is, and how alerts and commands change it.
//! No I/O, no clock, no serialisation: `now` comes in as an argument.

pub mod alert;
pub mod change;
pub mod command;
pub mod correlation;
pub mod delivery;
pub mod flapping;
pub mod history;
pub mod incident;
pub mod local_time;
pub mod log_line;
pub mod machine;
pub mod natural;
pub mod order;
pub mod outbox;
pub mod paging;
pub mod period_report;
pub mod reconcile;
pub mod reopening;
pub mod report;
pub mod request;
pub mod search;
pub mod series;
pub mod show;
pub mod silence;
pub mod solution;
pub mod tally;
pub mod timeline;
pub mod trace;
pub mod triage;
pub mod watch;

#[cfg(test)]
pub(crate) mod sample;
