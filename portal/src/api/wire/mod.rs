//! What the server answers with, and how it becomes the model. Fields follow the documents in `schema/operations`;
//! numbers, lists and words that we do not know are no reason to hide an incident.

mod incident;
mod incident_file;
mod incident_machine;
mod incident_silence;
mod log;
mod machine;
mod moment;
mod next_show;
mod page_info;
mod place;
mod reading;
mod region;
mod report;
mod series;

pub(super) use incident::{Incident, IncidentPage};
pub(super) use incident_file::IncidentAnswer;
pub(super) use incident_machine::IncidentMachine;
pub(super) use incident_silence::IncidentSilence;
pub(super) use log::LogPage;
pub(super) use machine::{Machine, MachinePage};
pub(super) use moment::Moment;
use next_show::NextShow;
use reading::Reading;
pub(super) use region::Region;
pub(super) use report::Report;
pub(super) use series::Series;
