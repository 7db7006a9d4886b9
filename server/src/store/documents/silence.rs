//! Silences as both stores write them.

use cineportal_regions::RegionId;
use jiff::civil::{Date, Time, Weekday};
use serde::{Deserialize, Serialize};

use super::{Moment, signed, unsigned};
use crate::domain::local_time::Zone;
use crate::domain::silence::{Matcher, Silence, SilenceId, Span, Weekly, Window};
use crate::store::StoreError;

/// One silence, one document.
#[derive(Debug, Deserialize, Serialize)]
pub(in crate::store) struct SilenceDocument {
    #[serde(rename = "_id")]
    id: String,
    region: String,
    machine_id: Option<String>,
    cinema_id: Option<String>,
    error_id: Option<String>,
    window: WindowDocument,
    comment: String,
    created_by: String,
    created_at: Moment,
    ended_at: Option<Moment>,
    /// For the index: when it is over for good.
    over_at: Option<Moment>,
    version: i64,
}

/// Not tagged inside: serde would read what is inside as if it were text, also in BSON.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum WindowDocument {
    Once { from: Moment, until: Moment },
    Weekly(WeeklyDocument),
}

/// Times of the clock and days are text, as `22:00:00` and `2026-10-25`: they are no instants.
#[derive(Debug, Deserialize, Serialize)]
struct WeeklyDocument {
    weekdays: Vec<WeekdayName>,
    start: Time,
    end: Time,
    time_zone: String,
    first_day: Date,
    last_day: Option<Date>,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(transparent)]
struct WeekdayName(#[serde(with = "WeekdayNames")] Weekday);

#[derive(Deserialize, Serialize)]
#[serde(remote = "Weekday", rename_all = "SCREAMING_SNAKE_CASE")]
enum WeekdayNames {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl From<&Silence> for SilenceDocument {
    fn from(silence: &Silence) -> Self {
        Self {
            id: silence.id.0.clone(),
            region: silence.region.to_string(),
            machine_id: silence.matcher.machine_id.clone(),
            cinema_id: silence.matcher.cinema_id.clone(),
            error_id: silence.matcher.error_id.clone(),
            window: WindowDocument::from(&silence.window),
            comment: silence.comment.clone(),
            created_by: silence.created_by.clone(),
            created_at: Moment(silence.created_at),
            ended_at: silence.ended_at.map(Moment),
            over_at: silence.over_at().map(Moment),
            version: signed(silence.version),
        }
    }
}

impl TryFrom<SilenceDocument> for Silence {
    type Error = StoreError;

    fn try_from(document: SilenceDocument) -> Result<Self, StoreError> {
        Ok(Self {
            id: SilenceId(document.id),
            region: RegionId::new(document.region),
            matcher: Matcher {
                machine_id: document.machine_id,
                cinema_id: document.cinema_id,
                error_id: document.error_id,
            },
            window: document.window.try_into()?,
            comment: document.comment,
            created_by: document.created_by,
            created_at: document.created_at.0,
            ended_at: document.ended_at.map(|moment| moment.0),
            version: unsigned(document.version),
        })
    }
}

impl From<&Window> for WindowDocument {
    fn from(window: &Window) -> Self {
        match window {
            Window::Once(span) => Self::Once { from: Moment(span.from), until: Moment(span.until) },
            Window::Weekly(weekly) => Self::Weekly(WeeklyDocument {
                weekdays: weekly.weekdays.iter().copied().map(WeekdayName).collect(),
                start: weekly.start,
                end: weekly.end,
                time_zone: weekly.zone.name().to_owned(),
                first_day: weekly.first_day,
                last_day: weekly.last_day,
            }),
        }
    }
}

impl TryFrom<WindowDocument> for Window {
    type Error = StoreError;

    fn try_from(document: WindowDocument) -> Result<Self, StoreError> {
        Ok(match document {
            WindowDocument::Once { from, until } => Self::Once(Span { from: from.0, until: until.0 }),
            WindowDocument::Weekly(weekly) => Self::Weekly(Weekly {
                weekdays: weekly.weekdays.into_iter().map(|day| day.0).collect(),
                start: weekly.start,
                end: weekly.end,
                zone: Zone::named(&weekly.time_zone)
                    .map_err(|error| StoreError::Corrupt(error.to_string()))?,
                first_day: weekly.first_day,
                last_day: weekly.last_day,
            }),
        })
    }
}
