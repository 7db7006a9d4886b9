//! What the portal knows and decides: no I/O, no clock, no browser.

mod accent;
mod address;
mod age;
mod announcement;
mod board_list;
mod calendar;
mod chart;
mod command;
mod delivery;
mod earlier;
mod incident;
mod incident_file;
mod instant;
mod link;
mod machine_now;
mod metric;
mod optimism;
mod region;
mod silence;
mod timeline;
mod trouble;
mod unit;
mod web_link;

pub(crate) use accent::AccentColour;
pub(crate) use address::{Address, Page, Query};
pub(crate) use age::age_text;
pub(crate) use announcement::announcement;
pub(crate) use board_list::{BoardList, Merge};
pub(crate) use chart::Series;
pub(crate) use command::{Command, Outcome, Refusal, RefusalReason};
pub(crate) use delivery::Delivery;
pub(crate) use earlier::{Earlier, solution};
pub(crate) use incident::{Cinema, CloseReason, FixLikely, Incident, Member, Severity, Status};
pub(crate) use incident_file::{IncidentFile, Label, Mute, NextShow, OutageMember, Place};
pub(crate) use instant::instant_ms;
pub(crate) use link::{Link, Phase, Transport};
pub(crate) use machine_now::MachineNow;
pub(crate) use metric::{Metric, Range};
pub(crate) use optimism::{Pending, Undo};
pub(crate) use region::{Counts, MachineCounts, Region, RegionHealth, Source, SourceState};
pub(crate) use silence::{Period, Scope, Silence, SilenceWish};
pub(crate) use timeline::Entry;
pub(crate) use trouble::Trouble;
pub(crate) use unit::Unit;
pub(crate) use web_link::WebLink;

#[cfg(test)]
pub(crate) mod samples;
