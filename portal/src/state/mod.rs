//! Signals that join the server to the pages: what is shown, and what is being done.

mod clock;
mod command_task;
mod latest_task;
mod live_status;
mod machine_board;
mod navigation;
mod overview_board;
mod preferences;
mod region_board;
mod report_board;
mod title;
mod tongue;
mod wall_board;
mod zone_time;

pub(crate) use clock::Clock;
pub(crate) use command_task::CommandTask;
pub(crate) use live_status::LiveStatus;
pub(crate) use machine_board::MachineBoard;
pub(crate) use navigation::Navigation;
pub(crate) use overview_board::OverviewBoard;
pub(crate) use region_board::RegionBoard;
pub(crate) use report_board::{ReportBoard, ShownReport};
pub(crate) use title::use_title;
pub(crate) use tongue::{Tongue, texts};
pub(crate) use wall_board::WallBoard;
pub(crate) use zone_time::zone_text;
