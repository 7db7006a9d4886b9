//! What the server answers with, and how it becomes the model. Fields follow the documents in `schema/operations`;
//! numbers, lists and words that we do not know are no reason to hide an incident.

mod incident;
mod machine;
mod moment;
mod region;
mod report;

pub(super) use incident::{Incident, IncidentPage};
pub(super) use machine::{Machine, MachinePage};
pub(super) use moment::Moment;
pub(super) use region::Region;
pub(super) use report::Report;
