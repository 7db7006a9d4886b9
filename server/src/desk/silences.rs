//! Silences, as one viewer may see and change them.

use std::cmp::Reverse;
use std::sync::Arc;

use cineportal_regions::{Region, RegionId};
use jiff::Timestamp;

use super::Desk;
use super::deadline::in_time;
use super::ingredients::Ingredient;
use crate::access::Permission;
use crate::clock;
use crate::domain::incident::{Incident, Named, Place, Status};
use crate::domain::local_time::Zone;
use crate::domain::silence::{Invalid, Mute, Refusal, Silence, SilenceId, State, Wish};
use crate::silences::SilenceError;
use crate::store::StoreError;

/// Most silences in one list.
const MAX_LISTED: usize = 500;

impl Desk {
    /// Whether people are left in peace about an incident now, and why. What is closed is not muted.
    pub fn mute_of(&self, incident: &Incident) -> Option<Mute> {
        let is_open = incident.status != Status::Closed;
        let services = self.services.reading([Ingredient::Silences, Ingredient::Fleet, Ingredient::Clock]);
        is_open.then(|| services.silences.mute_of(incident, clock::now()))?
    }

    /// How many open incidents of a region are muted.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], while the board does not stand yet.
    pub fn muted_count(&self, region: &Region) -> Result<u64, StoreError> {
        let services = self.services.reading([Ingredient::Incidents(region.id.clone()), Ingredient::Clock]);
        let wanted = |id: &RegionId| self.services.regions().home(id).id == region.id;
        let open = [Status::Open, Status::InProgress];
        let incidents = services.board.select(wanted, &open, clock::now())?;
        Ok(incidents.iter().filter(|incident| self.mute_of(incident).is_some()).count() as u64)
    }

    /// The silences of a region in these states, at most 500: those first that end or begin first, and of
    /// those that are over the newest first.
    pub fn silences(&self, region: &Region, states: &[State]) -> Vec<Arc<Silence>> {
        let now = clock::now();
        let services = self.services.reading([Ingredient::Silences, Ingredient::Clock]);
        let silences = services.silences.of_region(&region.id).into_iter();
        let mut placed: Vec<_> = silences
            .map(|silence| (place(&silence, now), silence))
            .filter(|((state, ..), _)| states.contains(state))
            .collect();
        placed.sort_by_key(|(place, _)| *place);
        placed.truncate(MAX_LISTED);
        placed.into_iter().map(|(_, silence)| silence).collect()
    }

    /// When the silences were last read from the store; `None`: not yet.
    pub fn silences_as_of(&self) -> Option<Timestamp> {
        self.services.silences.as_of()
    }

    /// A silence as the store has it now; `None` where there is none, or none for this viewer.
    ///
    /// # Errors
    /// [`StoreError`], if the store does not answer.
    pub async fn silence(&self, id: &SilenceId) -> Result<Option<Arc<Silence>>, StoreError> {
        in_time(self.services.silences.refresh()).await?;
        Ok(self.known_silence(id))
    }

    /// A silence as it was read last; `None` where there is none, or none for this viewer.
    pub fn known_silence(&self, id: &SilenceId) -> Option<Arc<Silence>> {
        let silence = self.services.reading([Ingredient::Silences]).silences.silence(id)?;
        self.shows(&silence.region, "silence").then_some(silence)
    }

    /// Makes a silence in the viewer's name.
    ///
    /// # Errors
    /// [`SilenceError`].
    pub async fn create_silence(&self, region: &RegionId, wish: Wish) -> Result<Arc<Silence>, SilenceError> {
        let region = self.region(region).ok_or(SilenceError::NotFound("region"))?;
        self.require(Permission::of_wish(&wish.matcher, &wish.window), &region.id)?;
        let zone = self.zone(&region, &wish)?;
        self.services.silences.create(&region.id, wish, &zone, &self.viewer.name).await
    }

    /// Makes a silence anew.
    ///
    /// # Errors
    /// [`SilenceError`].
    pub async fn update_silence(
        &self,
        id: &SilenceId,
        expected_version: u64,
        wish: Wish,
    ) -> Result<Arc<Silence>, SilenceError> {
        let silence = self.silence(id).await?.ok_or(SilenceError::NotFound("silence"))?;
        self.require(Permission::of_standing(&silence.matcher, &silence.window), &silence.region)?;
        self.require(Permission::of_wish(&wish.matcher, &wish.window), &silence.region)?;
        let zone = self.zone(&self.home(&silence.region), &wish)?;
        self.services.silences.update(silence, expected_version, wish, &zone).await
    }

    /// Ends a silence before its time.
    ///
    /// # Errors
    /// [`SilenceError`].
    pub async fn end_silence(
        &self,
        id: &SilenceId,
        expected_version: u64,
    ) -> Result<Arc<Silence>, SilenceError> {
        let silence = self.silence(id).await?.ok_or(SilenceError::NotFound("silence"))?;
        self.require(Permission::of_standing(&silence.matcher, &silence.window), &silence.region)?;
        self.services.silences.end(silence, expected_version).await
    }
}

impl Desk {
    /// Whose clocks the times of a silence mean that names no zone: the cinema's if the fleet knows it, else
    /// the region's.
    fn zone(&self, region: &Region, wish: &Wish) -> Result<Zone, SilenceError> {
        let place = Place {
            machine_id: wish.matcher.machine_id.clone(),
            cinema: wish.matcher.cinema_id.clone().map(|id| Named { name: id.clone(), id }),
            screen: None,
        };
        let zone = self.services.fleet.time_zone(&place);
        Zone::named(zone.as_deref().unwrap_or(&region.time_zone)).map_err(|unknown| SilenceError::Refused {
            refusal: Refusal::Invalid(Invalid::from(unknown)),
            silence: None,
        })
    }
}

/// Where a silence stands in lists.
fn place(silence: &Silence, now: Timestamp) -> (State, Option<Timestamp>, Reverse<Option<Timestamp>>) {
    match silence.state(now) {
        State::Active => (State::Active, silence.active_window(now).map(|span| span.until), Reverse(None)),
        State::Upcoming => (State::Upcoming, silence.next_window(now).map(|span| span.from), Reverse(None)),
        State::Past => (State::Past, None, Reverse(silence.over_at())),
    }
}
