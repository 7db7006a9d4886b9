//! The parts that pages are made of, one per file.

mod chart;
mod close_form;
mod closed_list;
mod counts_line;
mod drawer;
mod empty_state;
mod error_notice;
mod icon;
mod incident;
mod incident_actions;
mod incident_list;
mod incident_row;
mod link;
mod live_indicator;
mod loading;
mod notice;
mod old_data_notice;
mod page_header;
mod region_card;
mod severity_badge;
mod status_chip;

pub(crate) use closed_list::ClosedList;
pub(crate) use counts_line::CountsLine;
pub(crate) use drawer::Drawer;
pub(crate) use empty_state::EmptyState;
pub(crate) use error_notice::ErrorNotice;
pub(crate) use incident::IncidentView;
pub(crate) use incident_list::IncidentList;
pub(crate) use link::Link;
pub(crate) use loading::Loading;
pub(crate) use notice::Notice;
pub(crate) use old_data_notice::OldDataNotice;
pub(crate) use page_header::PageHeader;
pub(crate) use region_card::RegionCard;
