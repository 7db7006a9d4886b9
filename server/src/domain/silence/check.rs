//! What makes a wish for a silence valid.

use jiff::{SignedDuration, Timestamp};

use super::wish::{OnceWish, WeeklyWish, WindowWish};
use super::{Matcher, Span, Weekly, Window};
use crate::domain::command::MAX_COMMENT_CHARACTERS;
use crate::domain::local_time::{UnknownZone, Zone};

/// Longest identifier of a machine, a cinema or an error, in characters.
const MAX_IDENTIFIER_CHARACTERS: usize = 200;
/// Longest one-off silence: a leap year.
const MAX_ONCE: SignedDuration = SignedDuration::from_hours(366 * 24);

/// What is wrong with a wish.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// See [`UnknownZone`].
    #[error(transparent)]
    Zone(#[from] UnknownZone),
    /// Nobody would know why people are left in peace.
    #[error("a silence needs a comment that says why")]
    NoComment,
    /// See [`MAX_COMMENT_CHARACTERS`].
    #[error("a comment has at most {MAX_COMMENT_CHARACTERS} characters")]
    LongComment,
    /// An empty one would match nothing.
    #[error("the {0} must not be empty; leave it out to mean all")]
    EmptyIdentifier(&'static str),
    /// No machine, cinema or error is called so.
    #[error("the {0} has at most {MAX_IDENTIFIER_CHARACTERS} characters")]
    LongIdentifier(&'static str),
    /// It would be empty.
    #[error("a silence must end after it begins")]
    EndsBeforeItBegins,
    /// Somebody forgot it, or mistyped the year.
    #[error("a silence lasts at most a year")]
    TooLong,
    /// It would never mute.
    #[error("a weekly silence needs at least one day of the week")]
    NoWeekday,
    /// It would never mute.
    #[error("the last day of a weekly silence must not be before its first")]
    LastDayBeforeFirst,
    /// It would never mute.
    #[error("no part of this silence lies ahead")]
    NothingAhead,
}

pub(super) fn matcher(matcher: Matcher) -> Result<Matcher, Invalid> {
    Ok(Matcher {
        machine_id: identifier("machine", matcher.machine_id)?,
        cinema_id: identifier("cinema", matcher.cinema_id)?,
        error_id: identifier("error", matcher.error_id)?,
    })
}

fn identifier(what: &'static str, id: Option<String>) -> Result<Option<String>, Invalid> {
    let Some(id) = id else { return Ok(None) };
    if id.trim().is_empty() {
        return Err(Invalid::EmptyIdentifier(what));
    }
    let too_long = id.chars().count() > MAX_IDENTIFIER_CHARACTERS;
    if too_long { Err(Invalid::LongIdentifier(what)) } else { Ok(Some(id)) }
}

pub(super) fn comment(comment: &str) -> Result<String, Invalid> {
    let comment = comment.trim();
    if comment.is_empty() {
        return Err(Invalid::NoComment);
    }
    let too_long = comment.chars().count() > MAX_COMMENT_CHARACTERS;
    if too_long { Err(Invalid::LongComment) } else { Ok(comment.to_owned()) }
}

pub(super) fn window(wish: WindowWish, region_zone: &Zone, now: Timestamp) -> Result<Window, Invalid> {
    match wish {
        WindowWish::Once(wish) => once(&wish, region_zone, now),
        WindowWish::Weekly(wish) => weekly(wish, region_zone, now),
    }
}

fn zone(name: Option<&str>, region_zone: &Zone) -> Result<Zone, UnknownZone> {
    name.map_or_else(|| Ok(region_zone.clone()), Zone::named)
}

fn once(wish: &OnceWish, region_zone: &Zone, now: Timestamp) -> Result<Window, Invalid> {
    let zone = zone(wish.time_zone.as_deref(), region_zone)?;
    let instant = |clock| zone.first_showing(clock).ok_or(Invalid::TooLong);
    let span = Span { from: wish.from.map_or(Ok(now), instant)?, until: instant(wish.until)? };
    if span.until <= now {
        return Err(Invalid::NothingAhead);
    }
    if span.until <= span.from {
        return Err(Invalid::EndsBeforeItBegins);
    }
    let too_long = span.until.duration_since(span.from) > MAX_ONCE;
    if too_long { Err(Invalid::TooLong) } else { Ok(Window::Once(span)) }
}

fn weekly(wish: WeeklyWish, region_zone: &Zone, now: Timestamp) -> Result<Window, Invalid> {
    let zone = zone(wish.time_zone.as_deref(), region_zone)?;
    let first_day = wish.first_day.unwrap_or_else(|| zone.day(now));
    if wish.weekdays.is_empty() {
        return Err(Invalid::NoWeekday);
    }
    if wish.last_day.is_some_and(|last| last < first_day) {
        return Err(Invalid::LastDayBeforeFirst);
    }
    let mut weekdays = wish.weekdays;
    weekdays.sort_by_key(|day| day.to_monday_zero_offset());
    weekdays.dedup();
    let (start, end, last_day) = (wish.start, wish.end, wish.last_day);
    Ok(Window::Weekly(Weekly { weekdays, start, end, zone, first_day, last_day }))
}
