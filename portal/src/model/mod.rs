//! What the portal knows and decides: no I/O, no clock, no browser.

mod accent;
mod address;
mod age;
mod announcement;
mod board_list;
mod command;
mod day;
mod incident;
mod instant;
mod link;
mod machine;
mod overview;
mod period;
mod region;
mod report;
mod steps;
mod tile_state;
mod trouble;
mod wall;
mod web_link;

pub(crate) use accent::AccentColour;
pub(crate) use address::{Address, Page, Query};
pub(crate) use age::age_text;
pub(crate) use announcement::announcement;
pub(crate) use board_list::{BoardList, Merge};
pub(crate) use command::{Outcome, Refusal, RefusalReason};
pub(crate) use day::{Day, instant_text};
pub(crate) use incident::{Cinema, CloseReason, FixLikely, Incident, Member, Severity, Status};
pub(crate) use instant::instant_ms;
pub(crate) use link::{Link, Phase, Transport};
pub(crate) use machine::{Machine, MachineFile, MachineRegion, Reading, tenths};
pub(crate) use overview::{Mood, RegionSummary};
pub(crate) use period::Period;
pub(crate) use region::{Counts, MachineCounts, Region, RegionHealth, Source, SourceState};
pub(crate) use report::{Report, ReportDay, ReportShows, ReportTimes, ReportTop, bar_percent};
pub(crate) use steps::Step;
pub(crate) use tile_state::TileState;
pub(crate) use trouble::Trouble;
pub(crate) use wall::{Tile, Wall, WallChoice, WallParts, WallRow};
pub(crate) use web_link::WebLink;

#[cfg(test)]
pub(crate) mod samples;
