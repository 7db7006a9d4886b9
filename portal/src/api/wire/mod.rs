//! What the server answers with, and how it becomes the model. Fields follow the documents in `schema/operations`;
//! numbers, lists and words that we do not know are no reason to hide an incident.

mod incident;
mod moment;
mod region;

pub(super) use incident::{Incident, IncidentPage};
pub(super) use moment::Moment;
pub(super) use region::Region;
