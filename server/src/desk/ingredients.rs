//! What an answer was made of, so that it can be given again while that stays as it was.
//!
//! Every version is noted before the thing itself is read: a change in between makes the answer look older
//! than it is, never newer. Whoever reads something without naming it makes an answer that is not kept.

use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use cineportal_regions::{RegionId, Regions};
use jiff::Timestamp;

use super::sources::sources;
use super::{Desk, Services};
use crate::clock;
use crate::watch::Source;

/// How long an answer is given that depends on the clock, as minutes to a show do, or on history that the
/// retention forgets without telling.
const CLOCK_AGE: Duration = Duration::from_secs(1);

/// Something that answers are made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ingredient {
    /// The regions: every answer is made of them.
    Regions,
    /// The time.
    Clock,
    /// The incidents of a region, on the board or stored: what is stored comes through the feed, too.
    Incidents(RegionId),
    /// What the exporters tell.
    Fleet,
    /// How long past repairs took.
    Repairs,
    /// The silences of all regions.
    Silences,
    /// Since when a region is blind.
    Sight(RegionId),
    /// How the sources of a region are.
    Sources(RegionId),
}

/// How an ingredient was.
#[derive(Debug, PartialEq)]
enum Version {
    Time,
    Number(u64),
    Sight(Option<Timestamp>),
    Sources(Vec<Source>),
}

/// All that an answer was made of, and when.
pub struct Ingredients {
    began_at: Instant,
    versions: Vec<(Ingredient, Version)>,
}

/// Notes what an answer is made of, while it is made.
#[derive(Clone)]
pub struct Recording(Arc<Mutex<Notes>>);

struct Notes {
    began_at: Instant,
    versions: Vec<(Ingredient, Version)>,
    /// Something was read that nobody named.
    is_incomplete: bool,
}

/// The services, the regions that one question is answered with, and who notes what is read.
#[derive(Clone)]
pub(super) struct Noted {
    services: Arc<Services>,
    regions: Arc<Regions>,
    recording: Option<Recording>,
}

impl Noted {
    pub(super) fn new(services: Arc<Services>) -> Self {
        Self { regions: services.regions.now(), services, recording: None }
    }

    pub(super) fn renewed(&self) -> Self {
        Self { regions: self.services.regions.now(), ..self.clone() }
    }

    /// The regions. Whoever reads them need not say so: they are an ingredient of every answer.
    pub(super) fn regions(&self) -> &Regions {
        &self.regions
    }

    /// The services, to read only this of them, and what never changes.
    pub(super) fn reading(&self, ingredients: impl IntoIterator<Item = Ingredient>) -> &Services {
        if let Some(recording) = &self.recording {
            let mut notes = recording.lock();
            ingredients.into_iter().for_each(|ingredient| notes.add(ingredient, self));
        }
        &self.services
    }

    /// Says that the answer must not be kept.
    pub(super) fn not_kept(&self) {
        if let Some(recording) = &self.recording {
            recording.lock().is_incomplete = true;
        }
    }

    /// The services, to read only what no answer is made of.
    pub(super) fn fixed(&self) -> &Services {
        &self.services
    }
}

/// Whoever does not say what they read may read anything.
impl Deref for Noted {
    type Target = Services;

    fn deref(&self) -> &Services {
        self.not_kept();
        &self.services
    }
}

impl Recording {
    /// All that was read so far; `None` if that is not known.
    pub fn ingredients(&self) -> Option<Ingredients> {
        let mut notes = self.lock();
        let versions = std::mem::take(&mut notes.versions);
        (!notes.is_incomplete).then_some(Ingredients { began_at: notes.began_at, versions })
    }

    fn lock(&self) -> MutexGuard<'_, Notes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Notes {
    fn add(&mut self, ingredient: Ingredient, services: &Noted) {
        if self.versions.iter().all(|(known, _)| *known != ingredient) {
            let version = version(&ingredient, services);
            self.versions.push((ingredient, version));
        }
    }
}

impl Desk {
    /// The same desk, and what is read through it from now on.
    pub fn recording(&self) -> (Self, Recording) {
        let mut notes = Notes { began_at: Instant::now(), versions: Vec::new(), is_incomplete: false };
        notes.add(Ingredient::Regions, &self.services);
        let recording = Recording(Arc::new(Mutex::new(notes)));
        let services = Noted { recording: Some(recording.clone()), ..self.services.clone() };
        (Self { services, ..self.clone() }, recording)
    }

    /// The same desk, with the regions as they are now: a desk keeps to those that it began with, so that what is made
    /// of one question fits together.
    #[must_use]
    pub fn renewed(&self) -> Self {
        Self { services: self.services.renewed(), ..self.clone() }
    }

    /// Which edition of the regions counts now: a renewed desk answers with it.
    pub fn current_edition(&self) -> u64 {
        self.services.fixed().regions.now().edition()
    }

    /// Whether an answer that was made of this would be made of the same now. Without the feed, nobody knows.
    pub fn still_holds(&self, ingredients: &Ingredients) -> bool {
        self.services.fixed().feed.is_live()
            && ingredients.versions.iter().all(|(ingredient, known)| match ingredient {
                Ingredient::Clock => ingredients.began_at.elapsed() < CLOCK_AGE,
                _ => version(ingredient, &self.services) == *known,
            })
    }
}

fn version(ingredient: &Ingredient, noted: &Noted) -> Version {
    let (services, regions) = (noted.fixed(), noted.regions());
    match ingredient {
        Ingredient::Regions => Version::Number(regions.edition()),
        Ingredient::Clock => Version::Time,
        Ingredient::Incidents(region) => {
            Version::Number(services.board.version(|id| regions.home(id).id == *region))
        }
        Ingredient::Fleet => Version::Number(services.fleet.version()),
        Ingredient::Repairs => Version::Number(services.repairs.version()),
        Ingredient::Silences => Version::Number(services.silences.version()),
        Ingredient::Sight(region) => Version::Sight(services.watch.sight(region, clock::now()).blind_since()),
        Ingredient::Sources(region) => Version::Sources(sources(services, region)),
    }
}
