//! What the portal knows and decides: no I/O, no clock, no browser.

mod accent;
mod age;
mod announcement;
mod board_list;
mod command;
mod incident;
mod instant;
mod link;
mod region;
mod trouble;
mod web_link;

pub(crate) use accent::AccentColour;
pub(crate) use age::age_text;
pub(crate) use announcement::announcement;
pub(crate) use board_list::{BoardList, Merge};
pub(crate) use command::{Outcome, Refusal, RefusalReason};
pub(crate) use incident::{CloseReason, Incident, Label, Member, Severity, Status};
pub(crate) use instant::instant_ms;
pub(crate) use link::{Link, Phase};
pub(crate) use region::{Counts, Region};
pub(crate) use trouble::Trouble;
pub(crate) use web_link::WebLink;

#[cfg(test)]
pub(crate) mod samples;
