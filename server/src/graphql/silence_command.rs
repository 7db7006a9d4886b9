//! What can be done to silences.

use std::sync::Arc;

use async_graphql::{ID, InputObject, OneofObject, Result, SimpleObject, Union};

use super::error::store_failed;
use super::local_time::{DayOfWeek, LocalDate, LocalDateTime, LocalTime};
use super::mutation::RefusalCode;
use super::silence::SilenceObject;
use crate::domain::silence::{Matcher, OnceWish, Refusal, Silence, WeeklyWish, WindowWish, Wish};
use crate::silences::SilenceError;

/// What a silence shall be. All of `machineId`, `cinemaId` and `errorId` that is given must match; if none
/// is, the whole region is meant.
#[derive(InputObject)]
pub(super) struct SilenceInput {
    /// Only this machine.
    machine_id: Option<ID>,
    /// Only this cinema.
    cinema_id: Option<ID>,
    /// Only this kind of fault.
    error_id: Option<String>,
    /// When it mutes.
    window: SilenceWindowInput,
    /// Why. Plain text, at most 4,000 characters.
    comment: String,
}

/// When a silence shall mute, by the clocks of a place. A time that the clocks jump over counts as the
/// instant of the jump, one that they show twice counts the first time.
#[derive(OneofObject)]
enum SilenceWindowInput {
    /// One time, at most a year.
    Once(OnceWindowInput),
    /// Every week.
    Weekly(WeeklyWindowInput),
}

/// One time.
#[derive(InputObject)]
struct OnceWindowInput {
    /// From when on; from now on if left out.
    from: Option<LocalDateTime>,
    /// Until when.
    until: LocalDateTime,
    /// Whose clocks: an IANA time zone; that of the region if left out.
    time_zone: Option<String>,
}

/// Every week.
#[derive(InputObject)]
struct WeeklyWindowInput {
    /// The days on which it begins.
    weekdays: Vec<DayOfWeek>,
    /// When it begins.
    start: LocalTime,
    /// When it ends: on the next day unless this is later than `start`.
    end: LocalTime,
    /// Whose clocks: an IANA time zone; that of the region if left out.
    time_zone: Option<String>,
    /// The first day on which it may begin; today if left out.
    first_day: Option<LocalDate>,
    /// The last one; for ever if left out.
    last_day: Option<LocalDate>,
}

/// What became of it.
#[derive(Union)]
pub(super) enum SilenceResult {
    Accepted(SilenceAccepted),
    Refused(SilenceRefused),
}

/// It is done, and durable.
#[derive(SimpleObject)]
pub(super) struct SilenceAccepted {
    /// The silence after it.
    silence: SilenceObject,
}

/// Nothing was changed.
#[derive(SimpleObject)]
pub(super) struct SilenceRefused {
    /// Why, for programs.
    code: RefusalCode,
    /// Why, for people, in English.
    message: String,
    /// The silence as it stands, if there is one.
    silence: Option<SilenceObject>,
}

/// Turns what the desk answered into what the schema answers.
pub(super) fn answer(result: Result<Arc<Silence>, SilenceError>) -> Result<SilenceResult> {
    let refused = |code, message: String, silence: Option<Arc<Silence>>| {
        let silence = silence.map(SilenceObject);
        Ok(SilenceResult::Refused(SilenceRefused { code, message, silence }))
    };
    match result {
        Ok(silence) => Ok(SilenceResult::Accepted(SilenceAccepted { silence: SilenceObject(silence) })),
        Err(SilenceError::Store(error)) => Err(store_failed(&error)),
        Err(error @ SilenceError::Forbidden(_)) => refused(RefusalCode::Forbidden, error.to_string(), None),
        Err(error @ SilenceError::NotFound(_)) => refused(RefusalCode::NotFound, error.to_string(), None),
        Err(SilenceError::Refused { refusal, silence }) => {
            refused(code(&refusal), refusal.to_string(), silence)
        }
    }
}

fn code(refusal: &Refusal) -> RefusalCode {
    match refusal {
        Refusal::Conflict => RefusalCode::Conflict,
        Refusal::Over | Refusal::TooMany(_) => RefusalCode::NotAllowed,
        Refusal::Invalid(_) => RefusalCode::Invalid,
    }
}

impl From<SilenceInput> for Wish {
    fn from(input: SilenceInput) -> Self {
        let matcher = Matcher {
            machine_id: input.machine_id.map(|id| id.0),
            cinema_id: input.cinema_id.map(|id| id.0),
            error_id: input.error_id,
        };
        Self { matcher, window: input.window.into(), comment: input.comment }
    }
}

impl From<SilenceWindowInput> for WindowWish {
    fn from(input: SilenceWindowInput) -> Self {
        match input {
            SilenceWindowInput::Once(once) => Self::Once(OnceWish {
                from: once.from.map(|clock| clock.0),
                until: once.until.0,
                time_zone: once.time_zone,
            }),
            SilenceWindowInput::Weekly(weekly) => Self::Weekly(WeeklyWish {
                weekdays: weekly.weekdays.into_iter().map(Into::into).collect(),
                start: weekly.start.0,
                end: weekly.end.0,
                time_zone: weekly.time_zone,
                first_day: weekly.first_day.map(|day| day.0),
                last_day: weekly.last_day.map(|day| day.0),
            }),
        }
    }
}
