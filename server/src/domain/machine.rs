//! A machine, as an exporter describes it.

use cineportal_regions::RegionId;
use jiff::Timestamp;

use super::incident::Named;

/// One machine of the fleet.
#[derive(Clone, Debug, PartialEq)]
pub struct Machine {
    /// Identifier, unique in the fleet.
    pub id: String,
    /// The region that its exporter puts it in.
    pub region: RegionId,
    /// The cinema, if it is known.
    pub cinema: Option<Named>,
    /// The screen that it serves, if it is known.
    pub screen: Option<Named>,
    /// IANA time zone of the cinema, if it is known.
    pub time_zone: Option<String>,
    /// Whether the cloud sees it online, if it is known.
    pub online: Option<bool>,
    /// When the next show on its screen begins; `None` where none is planned.
    pub next_show: Option<Timestamp>,
}
