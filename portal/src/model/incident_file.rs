//! Everything that is known of one incident.

use super::{Charted, Delivery, Earlier, Entry, Incident, Reading, Silence, WebLink};

/// An incident in full, as it was read at one moment.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct IncidentFile {
    pub(crate) incident: Incident,
    pub(crate) region: Place,
    pub(crate) description: String,
    pub(crate) next_show: NextShow,
    /// Nothing where no machine is at fault.
    pub(crate) machine: Option<Reading>,
    pub(crate) members: Vec<OutageMember>,
    pub(crate) mute: Option<Mute>,
    /// All silences of the region that are not over.
    pub(crate) silences: Vec<Silence>,
    /// Oldest first.
    pub(crate) timeline: Vec<Entry>,
    pub(crate) timeline_dropped: usize,
    /// Oldest first.
    pub(crate) deliveries: Vec<Delivery>,
    pub(crate) labels: Vec<Label>,
    pub(crate) links: Vec<WebLink>,
    /// What was closed at the same machine before, newest first; nothing where history could not be read.
    pub(crate) earlier: Option<Vec<Earlier>>,
}

impl IncidentFile {
    /// The silences that are about this incident, now or later.
    pub(crate) fn own_silences(&self) -> Vec<Silence> {
        self.silences.iter().filter(|silence| silence.concerns(&self.incident)).cloned().collect()
    }

    /// What is drawn of its machine; nothing where no machine is at fault.
    pub(crate) fn charted(&self) -> Option<Charted> {
        Some(Charted {
            machine: self.machine.as_ref()?.machine.clone(),
            error_id: self.incident.error_id.clone(),
            fault_at_ms: Some(self.incident.opened_at_ms),
            time_zone: self.region.time_zone.clone(),
        })
    }
}

/// The region that an incident belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) time_zone: String,
}

/// The next show, with how far that can be trusted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NextShow {
    pub(crate) at_ms: Option<i64>,
    pub(crate) as_of_ms: Option<i64>,
    /// Why it is not known or old, in the server's words.
    pub(crate) error: Option<String>,
}

/// A machine of a cinema outage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OutageMember {
    pub(crate) machine: String,
    /// Its incident, with its number.
    pub(crate) incident: Option<(String, String)>,
    pub(crate) joined_at_ms: i64,
    pub(crate) recovered_at_ms: Option<i64>,
}

/// People are left in peace about the incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mute {
    /// Not because somebody wished it, but because no show is due.
    pub(crate) no_show: bool,
    pub(crate) until_ms: i64,
}

/// A label of the alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Label {
    pub(crate) name: String,
    pub(crate) value: String,
}
