//! An incident: one fault at one place, from the moment it was seen until it is over.

use std::collections::BTreeMap;
use std::fmt;

use cineportal_regions::RegionId;
use jiff::Timestamp;
use uuid::{Builder, Uuid};

use super::delivery::Delivery;
use super::show::ShowAtOpening;
use super::timeline::Timeline;

/// Names the space of our UUIDs; changing it changes every future incident's id.
const ID_NAMESPACE: Uuid = Uuid::from_u128(0x0c1e_9042_7a31_4f0e_9a58_5d1f_2b6c_7e11);

/// Identifier of an incident: a UUID as text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IncidentId(pub String);

impl IncidentId {
    /// The id of the incident that this occurrence opens. It follows from the occurrence alone, so that
    /// two servers that open it at the same time collide in the store instead of opening it twice.
    /// It begins with the time (a version 8 UUID, RFC 9562), so that a store puts new ids beside each other,
    /// however long its history.
    pub fn of_occurrence(key: &IncidentKey, starts_at: Timestamp) -> Self {
        let millisecond = starts_at.as_millisecond();
        let name = format!("{}\0{}\0{millisecond}", key.region, key.fingerprint);
        let mut bytes = Uuid::new_v5(&ID_NAMESPACE, name.as_bytes()).into_bytes();
        let time = u64::try_from(millisecond).unwrap_or(0).to_be_bytes();
        bytes[..6].copy_from_slice(&time[2..]);
        Self(Builder::from_custom_bytes(bytes).into_uuid().to_string())
    }

    /// The id of the incident that this request opens, so that the same request finds it again.
    pub fn of_request(who: &str, request: &Request) -> Self {
        let name = format!("request\0{who}\0{}", request.key);
        Self(Uuid::new_v5(&ID_NAMESPACE, name.as_bytes()).to_string())
    }
}

impl fmt::Display for IncidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Ticket number, as staff say it on the phone: `DK-1042`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentNumber(pub String);

/// What makes an alert the same alert: its region and the fingerprint of its labels.
/// At most one incident of a key is open.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IncidentKey {
    /// The region it was routed to.
    pub region: RegionId,
    /// Hash of all its labels, 16 hexadecimal digits.
    pub fingerprint: String,
}

/// The three states that staff know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Nobody has taken it.
    Open,
    /// A person works on it.
    InProgress,
    /// It is over.
    Closed,
}

/// How bad it is, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Guests see it, or are about to.
    Critical,
    /// It gets worse if nobody looks.
    Warning,
    /// Good to know.
    Info,
}

impl Severity {
    /// The name in Prometheus labels and in the timeline.
    pub fn name(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// Why an incident closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseReason {
    /// Its alert no longer fires.
    Resolved,
    /// A person closed it.
    ByPerson,
    /// Another service closed it.
    ByService,
    /// Its alert no longer fires, and nobody told us: found by comparing with the source.
    ResolvedAtSource,
}

/// Who opened an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// An alert.
    Monitoring,
    /// A person, or another service with its own name for it.
    Report {
        /// Who.
        by: String,
        /// What it is called there.
        reference: Option<String>,
    },
    /// Machines of one cinema that failed together.
    Outage,
}

/// An incident that belongs to a cinema outage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The incident.
    pub incident: IncidentId,
    /// Its machine.
    pub machine_id: String,
    /// When it joined.
    pub joined_at: Timestamp,
    /// When it was over; `None` while it is not.
    pub recovered_at: Option<Timestamp>,
}

/// A request of another service that was carried out; the same one again changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The key that the service chose.
    pub key: String,
    /// Hash of what it asked for.
    pub digest: String,
}

/// An identifier with a name for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Identifier, unique in the fleet.
    pub id: String,
    /// Name, for people.
    pub name: String,
}

/// Where it is; each part may be unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Identifier of the machine.
    pub machine_id: Option<String>,
    /// The cinema.
    pub cinema: Option<Named>,
    /// The screen.
    pub screen: Option<Named>,
}

/// A link that came with the alert. It is shown, never fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What is behind it, for people.
    pub title: String,
    /// An http or https address.
    pub url: String,
}

/// What a person has said otherwise than the alert, which leaves it alone from then on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Edited {
    /// How bad it is.
    pub severity: bool,
    /// What is wrong, in a few words.
    pub title: bool,
    /// What is wrong, in full.
    pub description: bool,
}

/// One incident. One document in the store; every change replaces it as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Incident {
    /// Identifier.
    pub id: IncidentId,
    /// Ticket number.
    pub number: IncidentNumber,
    /// Region and fingerprint of the alert behind it.
    pub key: IncidentKey,
    /// Open, in progress or closed.
    pub status: Status,
    /// How bad it is; rises and falls with the alert, unless a person has said otherwise.
    pub severity: Severity,
    /// Stable identifier of the kind of fault, as `machine_offline`.
    pub error_id: String,
    /// What is wrong, in a few words.
    pub title: String,
    /// What is wrong, in full.
    pub description: String,
    /// Which machine, cinema and screen.
    pub place: Place,
    /// Labels of the alert, as they came.
    pub labels: BTreeMap<String, String>,
    /// Where to read more.
    pub links: Vec<Link>,
    /// When the fault began.
    pub opened_at: Timestamp,
    /// When anything last changed.
    pub updated_at: Timestamp,
    /// When a person first took it.
    pub acknowledged_at: Option<Timestamp>,
    /// When it closed; `None` while it is open.
    pub closed_at: Option<Timestamp>,
    /// Why it closed.
    pub close_reason: Option<CloseReason>,
    /// When the newest occurrence of the alert began.
    pub occurrence_started_at: Timestamp,
    /// When that occurrence ended; `None` while the alert fires.
    pub occurrence_ended_at: Option<Timestamp>,
    /// Whether nobody told that end: no source knew the alert any more. An alert that fires proves it wrong.
    pub end_is_inferred: bool,
    /// What a person has said otherwise than the alert.
    pub edited: Edited,
    /// How often the alert fired under this number.
    pub occurrences: u32,
    /// When the newest occurrences began, oldest first; see [`super::flapping`].
    pub recent_starts: Vec<Timestamp>,
    /// The show before which it was last reopened; see [`super::reopening`].
    pub reopened_for_show: Option<Timestamp>,
    /// The next show as it was known when the incident opened.
    pub show_at_opening: ShowAtOpening,
    /// Who works on it.
    pub assignee: Option<String>,
    /// The incident of the same alert before this one.
    pub earlier: Option<IncidentId>,
    /// Who opened it.
    pub origin: Origin,
    /// What belongs to it, if it is a cinema outage.
    pub members: Vec<Member>,
    /// Requests of other services that were carried out, newest last.
    pub requests: Vec<Request>,
    /// Messages to people: those to be sent, and the log.
    pub deliveries: Vec<Delivery>,
    /// Who did what, when.
    pub timeline: Timeline,
    /// 1 for the first state that people see, then one more with every change; 0 before it is stored.
    pub version: u64,
    /// 1 for the first stored state, then one more with every write, also of what people do not see.
    pub revision: u64,
}

impl Incident {
    /// Whether the alert behind it still fires.
    pub fn is_firing(&self) -> bool {
        self.occurrence_ended_at.is_none()
    }
}
