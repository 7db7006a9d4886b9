//! What the portal knows and decides: no I/O, no clock, no browser.

mod accent;
mod address;
mod age;
mod alarm;
mod announcement;
mod badge;
mod board_list;
mod command;
mod embedding;
mod incident;
mod instant;
mod link;
mod region;
mod theme;
mod trouble;
mod web_link;

pub(crate) use accent::AccentColour;
pub(crate) use address::{Address, Page, Query};
pub(crate) use age::age_text;
pub(crate) use alarm::{Alarm, alarm};
pub(crate) use announcement::announcement;
pub(crate) use badge::badge;
pub(crate) use board_list::{BoardList, Merge};
pub(crate) use command::{Outcome, Refusal, RefusalReason};
pub(crate) use embedding::Embedding;
pub(crate) use incident::{Cinema, CloseReason, FixLikely, Incident, Member, Severity, Status};
pub(crate) use instant::instant_ms;
pub(crate) use link::{Link, Phase, Transport};
pub(crate) use region::{Counts, MachineCounts, Region, RegionHealth, Source, SourceState};
pub(crate) use theme::Theme;
pub(crate) use trouble::Trouble;
pub(crate) use web_link::WebLink;

#[cfg(test)]
pub(crate) mod samples;
