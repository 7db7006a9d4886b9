//! The pages and the frame around them.

mod app;
mod embedded;
mod incident;
mod logs;
mod machine;
mod machines;
mod not_found;
mod overview;
mod region;
mod reports;

pub(crate) use app::App;
pub(crate) use embedded::EmbeddedRegion;
pub(crate) use incident::IncidentPage;
pub(crate) use logs::LogsPage;
pub(crate) use machine::MachinePage;
pub(crate) use machines::MachinesPage;
pub(crate) use not_found::NotFoundPage;
pub(crate) use overview::OverviewPage;
pub(crate) use region::RegionPage;
pub(crate) use reports::ReportsPage;
