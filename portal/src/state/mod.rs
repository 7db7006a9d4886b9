//! Signals that join the server to the pages: what is shown, and what is being done.

mod clock;
mod command_task;
mod incident_desk;
mod latest_task;
mod live_status;
mod navigation;
mod overview_board;
mod preferences;
mod region_board;
mod series_board;
mod title;
mod tongue;
mod zone_time;

pub(crate) use clock::Clock;
pub(crate) use command_task::{CommandTask, Done};
pub(crate) use incident_desk::IncidentDesk;
pub(crate) use live_status::LiveStatus;
pub(crate) use navigation::Navigation;
pub(crate) use overview_board::OverviewBoard;
pub(crate) use region_board::RegionBoard;
pub(crate) use series_board::SeriesBoard;
pub(crate) use title::use_title;
pub(crate) use tongue::{Tongue, texts};
pub(crate) use zone_time::{viewer_text, zone_clock, zone_day, zone_short, zone_text};
