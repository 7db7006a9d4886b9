//! What a person does to silences, carried out: let the domain decide, commit, know it at once.

use std::sync::Arc;

use cineportal_regions::RegionId;
use uuid::Uuid;

use super::Silences;
use crate::access::Forbidden;
use crate::clock;
use crate::domain::local_time::Zone;
use crate::domain::silence::{self, Refusal, Silence, SilenceId, State, Wish};
use crate::store::{Outcome, StoreError};

/// How many silences that are not over a region may have: far more than people can keep in mind.
const MAX_PER_REGION: usize = 500;

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum SilenceError {
    /// There is no such silence, or no such region.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The domain refused it.
    #[error("{refusal}")]
    Refused {
        /// Why.
        refusal: Refusal,
        /// The silence as it stands, if there is one.
        silence: Option<Arc<Silence>>,
    },
    /// Whoever asks may see the region, but not do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The store could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Silences {
    /// Makes a silence, and returns it, durable. Where its times name no zone, they are of this one.
    ///
    /// # Errors
    /// [`SilenceError::Refused`] and [`SilenceError::Store`].
    pub async fn create(
        &self,
        region: &RegionId,
        wish: Wish,
        zone: &Zone,
        who: &str,
    ) -> Result<Arc<Silence>, SilenceError> {
        let now = clock::now();
        let standing = self.of_region(region).iter().filter(|other| other.state(now) != State::Past).count();
        if standing >= MAX_PER_REGION {
            return Err(refused(Refusal::TooMany(MAX_PER_REGION), None));
        }
        let id = SilenceId(Uuid::new_v4().to_string());
        let silence = silence::create(id, region, wish, zone, who, now);
        self.commit(silence.map_err(|invalid| refused(invalid.into(), None))?).await
    }

    /// Makes a silence anew, as somebody wishes it who saw this version of it.
    ///
    /// # Errors
    /// [`SilenceError::Refused`] and [`SilenceError::Store`].
    pub async fn update(
        &self,
        known: Arc<Silence>,
        expected_version: u64,
        wish: Wish,
        zone: &Zone,
    ) -> Result<Arc<Silence>, SilenceError> {
        let next = silence::update(&known, expected_version, wish, zone, clock::now());
        self.commit(next.map_err(|refusal| refused(refusal, Some(known)))?).await
    }

    /// Ends a silence before its time.
    ///
    /// # Errors
    /// [`SilenceError::Refused`] and [`SilenceError::Store`].
    pub async fn end(
        &self,
        known: Arc<Silence>,
        expected_version: u64,
    ) -> Result<Arc<Silence>, SilenceError> {
        let next = silence::end(&known, expected_version, clock::now());
        self.commit(next.map_err(|refusal| refused(refusal, Some(known)))?).await
    }

    async fn commit(&self, silence: Silence) -> Result<Arc<Silence>, SilenceError> {
        let turn = self.turn.lock().await;
        let outcome = self.store.commit_silence(&silence).await?;
        if outcome == Outcome::Written {
            let silence = Arc::new(silence);
            self.write().silences.insert(silence.id.clone(), Arc::clone(&silence));
            self.tell();
            return Ok(silence);
        }
        drop(turn);
        self.refresh().await?;
        Err(refused(Refusal::Conflict, self.silence(&silence.id)))
    }
}

fn refused(refusal: Refusal, silence: Option<Arc<Silence>>) -> SilenceError {
    SilenceError::Refused { refusal, silence }
}
