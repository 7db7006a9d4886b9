//! Signals that join the server to the pages: what is shown, and what is being done.

mod alarms;
mod browser_alarms;
mod clock;
mod command_task;
mod host;
mod incident_desk;
mod latest_task;
mod live_status;
mod navigation;
mod overview_board;
mod preferences;
mod quick_commands;
mod region_board;
mod regions_menu;
mod series_board;
mod theme_choice;
mod title;
mod tongue;
mod triage;
mod zone_time;

pub(crate) use alarms::Alarms;
pub(crate) use clock::Clock;
pub(crate) use command_task::{CommandTask, Done};
pub(crate) use host::Host;
pub(crate) use incident_desk::IncidentDesk;
pub(crate) use live_status::LiveStatus;
pub(crate) use navigation::Navigation;
pub(crate) use overview_board::OverviewBoard;
pub(crate) use region_board::RegionBoard;
pub(crate) use regions_menu::RegionsMenu;
pub(crate) use series_board::SeriesBoard;
pub(crate) use theme_choice::ThemeChoice;
pub(crate) use title::use_title;
pub(crate) use tongue::{Tongue, texts};
pub(crate) use triage::{Dialog, RowNow, Triage};
pub(crate) use zone_time::{viewer_text, zone_clock, zone_day, zone_short, zone_text};
