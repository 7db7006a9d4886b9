//! The pages and the frame around them.

mod app;
mod incident;
mod not_found;
mod overview;
mod region;

pub(crate) use app::App;
pub(crate) use incident::IncidentPage;
pub(crate) use not_found::NotFoundPage;
pub(crate) use overview::OverviewPage;
pub(crate) use region::RegionPage;
