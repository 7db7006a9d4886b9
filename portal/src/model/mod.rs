//! What the portal knows and decides: no I/O, no clock, no browser.

mod accent;
mod address;
mod age;
mod alarm;
mod announcement;
mod badge;
mod board_list;
mod chips;
mod command;
mod embedding;
mod filter;
mod hold;
mod incident;
mod instant;
mod link;
mod listed;
mod region;
mod theme;
mod rows;
mod saved_views;
mod shortcut;
mod trouble;
mod urgency;
mod web_link;
mod window;

pub(crate) use accent::AccentColour;
pub(crate) use address::{Address, Page, Query};
pub(crate) use age::age_text;
pub(crate) use alarm::{Alarm, alarm};
pub(crate) use announcement::announcement;
pub(crate) use badge::badge;
pub(crate) use board_list::{BoardList, Merge};
pub(crate) use chips::{CHIPS, Chip, Facets, facets};
pub(crate) use command::{Outcome, Refusal, RefusalReason};
pub(crate) use embedding::Embedding;
pub(crate) use filter::{Filter, Term};
pub(crate) use hold::{Hold, News, Steady};
pub(crate) use incident::{Cinema, CloseReason, FixLikely, Incident, Member, Severity, Status};
pub(crate) use instant::instant_ms;
pub(crate) use link::{Link, Phase, Transport};
pub(crate) use listed::Listed;
pub(crate) use region::{Counts, MachineCounts, Region, RegionHealth, Source, SourceState};
pub(crate) use theme::Theme;
pub(crate) use rows::{Found, Row, find, rows};
pub(crate) use saved_views::SavedViews;
pub(crate) use shortcut::{Action, Press, SHORTCUTS, action, says_all};
pub(crate) use trouble::Trouble;
pub(crate) use urgency::{Urgency, countdown};
pub(crate) use web_link::WebLink;
pub(crate) use window::Place;

#[cfg(test)]
pub(crate) mod samples;
