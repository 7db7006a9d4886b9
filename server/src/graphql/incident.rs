//! An incident in GraphQL.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, SimpleObject};

pub(super) use super::date_time::DateTime;
use super::delivery::DeliveryObject;
use super::machine::MachineObject;
use super::outage::OutageMember;
use super::place::{Cinema, Screen};
use super::region::RegionObject;
use super::silence::{IncidentMute, mute_of};
use super::state::IncidentCloseReason;
pub(super) use super::state::{IncidentSeverity, IncidentStatus};
use super::timeline::TimelineEntry;
use super::triage::TriageObject;
use crate::clock;
use crate::desk::Desk;
use crate::domain::flapping::is_flapping;
use crate::domain::incident::Incident;
use crate::domain::solution::solution;

pub(super) struct IncidentObject(pub(super) Arc<Incident>);

impl From<Incident> for IncidentObject {
    fn from(incident: Incident) -> Self {
        Self(Arc::new(incident))
    }
}

/// One fault at one place, from the moment it was seen until it is over.
#[Object(name = "Incident")]
impl IncidentObject {
    /// Identifier.
    async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// Ticket number, as `DK-1042`.
    async fn number(&self) -> &str {
        &self.0.number.0
    }

    /// Open, in progress or closed.
    async fn status(&self) -> IncidentStatus {
        self.0.status.into()
    }

    /// How bad it is; rises and falls with the alert.
    async fn severity(&self) -> IncidentSeverity {
        self.0.severity.into()
    }

    /// Stable identifier of the kind of fault, as `machine_offline`.
    async fn error_id(&self) -> &str {
        &self.0.error_id
    }

    /// What is wrong, in a few words. Plain text.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// What is wrong, in full. Plain text.
    async fn description(&self) -> &str {
        &self.0.description
    }

    /// The region whose staff it belongs to.
    async fn region(&self, context: &Context<'_>) -> Result<RegionObject> {
        Ok(RegionObject(context.data::<Desk>()?.home(&self.0.key.region)))
    }

    /// The machine that is at fault, if it is one.
    async fn machine(&self, context: &Context<'_>) -> Result<Option<MachineObject>> {
        Ok(context.data::<Desk>()?.machine_of(&self.0).map(MachineObject))
    }

    /// The cinema, if it is known.
    async fn cinema(&self) -> Option<Cinema> {
        self.0.place.cinema.clone().map(Cinema::from)
    }

    /// The screen, if it is known.
    async fn screen(&self) -> Option<Screen> {
        self.0.place.screen.clone().map(Screen::from)
    }

    /// When the fault began.
    async fn opened_at(&self) -> DateTime {
        DateTime(self.0.opened_at)
    }

    /// When anything last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }

    /// When a person first took it.
    async fn acknowledged_at(&self) -> Option<DateTime> {
        self.0.acknowledged_at.map(DateTime)
    }

    /// When it closed; null while it is not.
    async fn closed_at(&self) -> Option<DateTime> {
        self.0.closed_at.map(DateTime)
    }

    /// Why it closed; null while it is not.
    async fn close_reason(&self) -> Option<IncidentCloseReason> {
        self.0.close_reason.map(IncidentCloseReason::from)
    }

    /// What the person who closed it said; null if nobody said anything, or it is not closed by a person or service.
    /// Plain text.
    async fn solution(&self) -> Option<&str> {
        solution(&self.0)
    }

    /// Whether the alert behind it still fires, also when a person has closed it.
    async fn firing(&self) -> bool {
        self.0.is_firing()
    }

    /// What to do first.
    #[graphql(flatten)]
    async fn triage(&self) -> TriageObject {
        TriageObject(Arc::clone(&self.0))
    }

    /// Why people are left in peace about it now; null if they are not, or if it is closed.
    async fn muted(&self, context: &Context<'_>) -> Result<Option<IncidentMute>> {
        Ok(mute_of(context.data::<Desk>()?, &self.0))
    }

    /// How often the alert fired under this number.
    async fn occurrences(&self) -> u32 {
        self.0.occurrences
    }

    /// Who works on it.
    async fn assignee(&self) -> Option<&str> {
        self.0.assignee.as_deref()
    }

    /// The incident of the same alert before this one.
    async fn earlier(&self) -> Option<ID> {
        self.0.earlier.as_ref().map(|id| ID(id.to_string()))
    }

    /// What belongs to it, if it is a cinema outage.
    async fn members(&self) -> Vec<OutageMember> {
        self.0.members.iter().cloned().map(OutageMember).collect()
    }

    /// The open cinema outage that it belongs to.
    #[graphql(complexity = "5 + child_complexity")]
    async fn outage(&self, context: &Context<'_>) -> Result<Option<IncidentObject>> {
        Ok(context.data::<Desk>()?.outage_of(&self.0).map(IncidentObject))
    }

    /// Whether the alert comes and goes: at least three times within the last hour.
    async fn flapping(&self) -> bool {
        is_flapping(&self.0, clock::now())
    }

    /// Who did what, when; oldest first, at most the newest 1,000 entries, and 4 MB of them.
    async fn timeline(&self) -> Vec<TimelineEntry> {
        self.0.timeline.entries.iter().map(TimelineEntry::from).collect()
    }

    /// How many older entries the timeline no longer shows.
    async fn timeline_dropped(&self) -> u64 {
        self.0.timeline.dropped
    }

    /// Messages to people: those to be sent, and the newest 100 of the log; oldest first.
    async fn deliveries(&self) -> Vec<DeliveryObject> {
        self.0.deliveries.iter().map(DeliveryObject::from).collect()
    }

    /// Labels of the alert, in alphabetical order. Plain text.
    async fn labels(&self) -> Vec<Label> {
        let labels = self.0.labels.clone();
        labels.into_iter().map(|(name, value)| Label { name, value }).collect()
    }

    /// Where to read more; http and https only.
    async fn links(&self) -> Vec<Link> {
        self.0.links.iter().map(|link| Link { title: link.title.clone(), url: link.url.clone() }).collect()
    }

    /// One more with every change; give it as `expectedVersion` when you do something.
    async fn version(&self) -> u64 {
        self.0.version
    }
}

/// A label of the alert.
#[derive(SimpleObject)]
struct Label {
    /// Its name.
    name: String,
    /// Its value.
    value: String,
}

/// A link that came with the alert.
#[derive(SimpleObject)]
struct Link {
    /// What is behind it, for people.
    title: String,
    /// An http or https address.
    url: String,
}
