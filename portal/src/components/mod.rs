//! The parts that pages are made of, one per file.

mod closed_list;
mod command_notice;
mod counts_line;
mod deferred;
mod empty_state;
mod error_notice;
mod icon;
mod link;
mod live_indicator;
mod loading;
mod notice;
mod old_data_notice;
mod page_header;
mod region_card;
mod regions_menu;
mod settings_menu;
mod severity_badge;
mod status_chip;
mod triage;

pub(crate) use closed_list::ClosedList;
pub(crate) use counts_line::CountsLine;
pub(crate) use deferred::Deferred;
pub(crate) use empty_state::EmptyState;
pub(crate) use error_notice::ErrorNotice;
pub(crate) use link::Link;
pub(crate) use live_indicator::LiveIndicator;
pub(crate) use loading::Loading;
pub(crate) use notice::Notice;
pub(crate) use old_data_notice::OldDataNotice;
pub(crate) use page_header::PageHeader;
pub(crate) use region_card::RegionCard;
pub(crate) use triage::TriageList;
