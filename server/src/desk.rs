//! The incident desk as one viewer may use it. Resolvers reach data only through this handle,
//! so what lies outside the viewer's scope cannot be asked for by accident.

mod access;
mod board_page;
mod changes;
mod deadline;
mod embed_tokens;
mod history;
mod ingredients;
mod list;
mod logs;
mod machines;
mod period_report;
mod series;
mod silences;
mod sources;
mod triage;

use std::sync::Arc;

use cineportal_regions::{CurrentRegions, Region, RegionId};
use jiff::Timestamp;

pub use self::changes::FeedInterrupted;
use self::deadline::in_time;
use self::ingredients::{Ingredient, Noted};
pub use self::ingredients::{Ingredients, Recording};
pub use self::list::{
    Count, IncidentPage, ListQuery, Listed, Listing, LiveFilter, OpenPosition, Position, Total,
};
pub use self::logs::{LogQuestion, LogRefusal, LogView};
pub use self::machines::{MachinePage, MachineQuery, MachineView, Slice};
pub use self::period_report::ReportError;
pub use self::triage::Triage;
use crate::access::{Embeds, Permission, Viewer};
use crate::board::{Board, Counts, NotBuilt};
use crate::clock;
use crate::commands::{self, CommandError, Opened};
use crate::domain::command::{Action, Command, Refusal};
use crate::domain::history::{self as past, Unknown};
use crate::domain::incident::{Incident, IncidentId, Request, Status};
use crate::domain::report::Report;
use crate::feed::Feed;
use crate::fleet::Fleet;
use crate::logs::LogReader;
use crate::repairs::Repairs;
use crate::series::Reader as SeriesReader;
use crate::silences::Silences;
use crate::store::{Store, StoreError};
use crate::telemetry::{CommandOutcome, Metrics, Transport};
use crate::watch::Watch;

/// What all requests share.
pub struct Services {
    /// The regions, from their files.
    pub regions: Arc<CurrentRegions>,
    /// Where incidents live.
    pub store: Arc<dyn Store>,
    /// What stands on the screens now.
    pub board: Arc<Board>,
    /// What people are left in peace about.
    pub silences: Arc<Silences>,
    /// Who is told of changes.
    pub feed: Arc<Feed>,
    /// Which machines there are, and when their next show is.
    pub fleet: Arc<Fleet>,
    /// How long past repairs took.
    pub repairs: Arc<Repairs>,
    /// What the server tells about itself.
    pub metrics: Arc<Metrics>,
    /// Who was heard of, and when.
    pub watch: Arc<Watch>,
    /// Who is asked for what was measured.
    pub series: Arc<SeriesReader>,
    /// Who makes embed tokens.
    pub embeds: Arc<Embeds>,
    /// The server's own log.
    pub logs: Arc<LogReader>,
}

/// The desk of one viewer.
#[derive(Clone)]
pub struct Desk {
    /// Answers are kept for all viewers with the same grants: nothing else of the viewer may become a part of
    /// them, but by [`Desk::me`].
    viewer: Arc<Viewer>,
    services: Noted,
    /// How the viewer is told of changes, if it follows them.
    followed_over: Option<Transport>,
}

impl Desk {
    /// The desk of this viewer.
    pub fn new(viewer: Arc<Viewer>, services: Arc<Services>) -> Self {
        Self { viewer, services: Noted::new(services), followed_over: None }
    }

    /// The same, for somebody who follows changes.
    pub fn followed_over(self, transport: Transport) -> Self {
        Self { followed_over: Some(transport), ..self }
    }

    /// The regions that the viewer may see, in their order.
    pub fn regions(&self) -> Vec<Region> {
        let regions = self.services.regions().iter();
        regions.filter(|region| self.viewer.grants.covers(&region.id)).cloned().collect()
    }

    /// A region; `None` where there is none, or none for this viewer.
    pub fn region(&self, id: &RegionId) -> Option<Region> {
        let region = self.services.regions().get(id)?;
        self.shows(id, "region").then(|| region.clone())
    }

    /// The region that an incident belongs to; `unassigned` once the file of its own is gone.
    pub fn home(&self, region: &RegionId) -> Region {
        self.services.regions().home(region).clone()
    }

    /// How many incidents of a region are in which state.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], while the board does not stand yet.
    pub fn counts(&self, region: &Region) -> Result<Counts, StoreError> {
        let services = self.services.reading([Ingredient::Incidents(region.id.clone()), Ingredient::Clock]);
        let wanted = |id: &RegionId| self.services.regions().home(id).id == region.id;
        Ok(services.board.counts(wanted, clock::now())?)
    }

    /// Since when nothing is heard of a region; `None`: it is seen.
    pub fn blind_since(&self, region: &Region) -> Option<Timestamp> {
        let services = self.services.reading([Ingredient::Sight(region.id.clone())]);
        services.watch.sight(&region.id, clock::now()).blind_since()
    }

    /// An incident; `None` where there is none, or none for this viewer.
    ///
    /// # Errors
    /// [`StoreError`], if the incident is not on the board and the store does not answer.
    pub async fn incident(&self, id: &IncidentId) -> Result<Option<Arc<Incident>>, StoreError> {
        let incident = match self.on_board(id) {
            Some(incident) => Some(incident),
            None => in_time(self.services.store.incident(id)).await?.map(Arc::new),
        };
        Ok(incident.filter(|incident| self.shows(&incident.key.region, "incident")))
    }

    /// Looked for twice: its region must be noted before it is read, and is not known before.
    fn on_board(&self, id: &IncidentId) -> Option<Arc<Incident>> {
        let region = self.home(&self.services.fixed().board.incident(id)?.key.region).id;
        self.services.reading([Ingredient::Incidents(region)]).board.incident(id)
    }

    /// An incident as the store has it: whoever has just changed it sees the change.
    ///
    /// # Errors
    /// [`StoreError`], if the store does not answer.
    pub async fn stored_incident(&self, id: &IncidentId) -> Result<Option<Incident>, StoreError> {
        let incident = in_time(self.services.store.incident(id)).await?;
        Ok(incident.filter(|incident| self.shows(&incident.key.region, "incident")))
    }

    /// The cinema outage that an incident belongs to, while both are on the board.
    pub fn outage_of(&self, incident: &Incident) -> Option<Arc<Incident>> {
        let cinema = incident.place.cinema.as_ref()?;
        let home = self.home(&incident.key.region).id;
        let services = self.services.reading([Ingredient::Incidents(home)]);
        let neighbours = services.board.of_cinema(&incident.key.region, &cinema.id);
        let has_it =
            |outage: &Arc<Incident>| outage.members.iter().any(|member| member.incident == incident.id);
        neighbours
            .into_iter()
            .filter(|outage| outage.status != Status::Closed && has_it(outage))
            .max_by_key(|outage| outage.opened_at)
    }

    /// Does something to an incident in the viewer's name.
    ///
    /// # Errors
    /// [`CommandError`]; see [`commands::execute`].
    pub async fn act(
        &self,
        id: &IncidentId,
        expected_version: Option<u64>,
        action: Action,
        request: Option<Request>,
    ) -> Result<Incident, CommandError> {
        let Some(incident) = self.incident(id).await? else { return Err(CommandError::NotFound) };
        self.require(Permission::of_action(&action), &incident.key.region)?;
        let command = Command { who: self.viewer.name.clone(), expected_version, action, request };
        let services = &self.services;
        let result = commands::execute(services.store.as_ref(), services.regions(), id, &command).await;
        result.iter().for_each(|incident| services.board.touch(&incident.key.region));
        services.metrics.count_command(outcome(result.as_ref().err()));
        result
    }

    /// Opens an incident in the viewer's name. `idempotency_key`: the same report with the same key opens
    /// nothing a second time.
    ///
    /// # Errors
    /// [`CommandError`]; see [`commands::open`].
    pub async fn open(&self, report: Report, idempotency_key: Option<&str>) -> Result<Opened, CommandError> {
        let invalid = |refusal| CommandError::Refused { refusal, incident: None };
        let region = report.region.clone();
        if self.region(&region).is_none() {
            return Err(invalid(Refusal::Invalid(format!("there is no region {:?}", region.as_str()))));
        }
        self.require(Permission::Open, &region)?;
        let report = Report { who: self.viewer.name.clone(), ..report }.checked().map_err(invalid)?;
        let request = idempotency_key.map(|key| Request::new(key, &report.content())).transpose();
        let request = request.map_err(invalid)?;
        let services = &self.services;
        let show = services.fleet.show_at_opening_among(&report.place, clock::now(), |id| self.may_know(id));
        let store = services.store.as_ref();
        let result = commands::open(store, services.regions(), &report, show, request).await;
        services.board.touch(&report.region);
        services.metrics.count_command(outcome(result.as_ref().err()));
        result.map_err(|error| self.without_hidden(error))
    }

    /// An incident as it stood at this time; `None` where there is none, or none for this viewer.
    ///
    /// # Errors
    /// [`StoreError`], if the store does not answer.
    pub async fn incident_at(
        &self,
        id: &IncidentId,
        time: Timestamp,
    ) -> Result<Option<Result<Incident, Unknown>>, StoreError> {
        Ok(self.stored_incident(id).await?.map(|incident| past::at(&incident, time)))
    }
}

impl From<NotBuilt> for StoreError {
    fn from(error: NotBuilt) -> Self {
        Self::Unavailable(error.to_string())
    }
}

fn outcome(error: Option<&CommandError>) -> CommandOutcome {
    match error {
        None => CommandOutcome::done,
        Some(CommandError::Store(_)) => CommandOutcome::failed,
        Some(CommandError::NotFound | CommandError::Refused { .. } | CommandError::Forbidden(_)) => {
            CommandOutcome::refused
        }
    }
}
