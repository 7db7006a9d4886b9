//! What somebody wishes of a silence, and when that is refused.

use cineportal_regions::RegionId;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time, Weekday};

use super::check::{Invalid, comment, matcher, window};
use super::{Matcher, Silence, SilenceId, State};
use crate::domain::local_time::Zone;

/// What a silence shall be.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Which incidents of its region.
    pub matcher: Matcher,
    /// When.
    pub window: WindowWish,
    /// Why, in words.
    pub comment: String,
}

/// When a silence shall mute, by the clocks of the named zone, or of the region where none is named.
#[derive(Clone, Debug)]
pub enum WindowWish {
    /// One time.
    Once(OnceWish),
    /// Every week.
    Weekly(WeeklyWish),
}

/// One time.
#[derive(Clone, Debug)]
pub struct OnceWish {
    /// From when on; `None`: from now on.
    pub from: Option<DateTime>,
    /// Until when.
    pub until: DateTime,
    /// IANA name of a time zone.
    pub time_zone: Option<String>,
}

/// Every week; see [`super::Weekly`].
#[derive(Clone, Debug)]
pub struct WeeklyWish {
    /// In any order.
    pub weekdays: Vec<Weekday>,
    /// When a window begins.
    pub start: Time,
    /// When it ends.
    pub end: Time,
    /// IANA name of a time zone.
    pub time_zone: Option<String>,
    /// `None`: today.
    pub first_day: Option<Date>,
    /// `None`: for ever.
    pub last_day: Option<Date>,
}

/// Why something cannot be done to a silence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Somebody else was faster.
    #[error("somebody else changed this silence in the meantime")]
    Conflict,
    /// What is over stays as it was.
    #[error("this silence is over")]
    Over,
    /// The region has too many already.
    #[error("a region has at most {0} silences that are not over")]
    TooMany(usize),
    /// The wish itself is wrong.
    #[error(transparent)]
    Invalid(#[from] Invalid),
}

/// A new silence, as somebody wishes it.
///
/// # Errors
/// [`Invalid`].
pub fn create(
    id: SilenceId,
    region: &RegionId,
    wish: Wish,
    region_zone: &Zone,
    who: &str,
    now: Timestamp,
) -> Result<Silence, Invalid> {
    let silence = Silence {
        id,
        region: region.clone(),
        matcher: matcher(wish.matcher)?,
        window: window(wish.window, region_zone, now)?,
        comment: comment(&wish.comment)?,
        created_by: who.to_owned(),
        created_at: now,
        ended_at: None,
        version: 1,
    };
    if silence.state(now) == State::Past { Err(Invalid::NothingAhead) } else { Ok(silence) }
}

/// The silence after this wish, made while looking at one version of it.
///
/// # Errors
/// [`Refusal`]; the silence is then as it was.
pub fn update(
    silence: &Silence,
    expected_version: u64,
    wish: Wish,
    region_zone: &Zone,
    now: Timestamp,
) -> Result<Silence, Refusal> {
    check_changeable(silence, expected_version, now)?;
    let (id, who) = (silence.id.clone(), silence.created_by.as_str());
    let wished = create(id, &silence.region, wish, region_zone, who, now)?;
    Ok(Silence { created_at: silence.created_at, version: silence.version + 1, ..wished })
}

/// The silence after somebody ended it before its time, or called it off before it began.
///
/// # Errors
/// [`Refusal`]; the silence is then as it was.
pub fn end(silence: &Silence, expected_version: u64, now: Timestamp) -> Result<Silence, Refusal> {
    check_changeable(silence, expected_version, now)?;
    Ok(Silence { ended_at: Some(now), version: silence.version + 1, ..silence.clone() })
}

fn check_changeable(silence: &Silence, expected_version: u64, now: Timestamp) -> Result<(), Refusal> {
    if silence.version != expected_version {
        return Err(Refusal::Conflict);
    }
    if silence.state(now) == State::Past { Err(Refusal::Over) } else { Ok(()) }
}
