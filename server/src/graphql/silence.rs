//! Silences in GraphQL, and what they make of incidents.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject, Union};

use super::incident::DateTime;
use super::local_time::{DayOfWeek, LocalDate, LocalTime};
use super::region::RegionObject;
use crate::clock;
use crate::desk::Desk;
use crate::domain::incident::Incident;
use crate::domain::silence::{Silence, Span, State, Weekly, Why, Window};

pub(super) struct SilenceObject(pub(super) Arc<Silence>);

/// For a time, people are left in peace about some incidents of a region. Those incidents open, stay and are
/// listed as always; they are only muted. All of `machineId`, `cinemaId` and `errorId` that is not null must
/// match; if all are null, the whole region is meant.
#[Object(name = "Silence")]
impl SilenceObject {
    /// Identifier.
    async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// The region whose incidents it mutes.
    async fn region(&self, context: &Context<'_>) -> Result<RegionObject> {
        Ok(RegionObject(context.data::<Desk>()?.home(&self.0.region)))
    }

    /// Only this machine.
    async fn machine_id(&self) -> Option<ID> {
        self.0.matcher.machine_id.clone().map(ID)
    }

    /// Only this cinema.
    async fn cinema_id(&self) -> Option<ID> {
        self.0.matcher.cinema_id.clone().map(ID)
    }

    /// Only this kind of fault.
    async fn error_id(&self) -> Option<&str> {
        self.0.matcher.error_id.as_deref()
    }

    /// When it mutes.
    async fn window(&self) -> SilenceWindow {
        SilenceWindow::from(&self.0.window)
    }

    /// Whether it mutes now.
    async fn state(&self) -> SilenceState {
        self.0.state(clock::now()).into()
    }

    /// The time for which it mutes now; null if it does not.
    async fn current(&self) -> Option<TimeSpan> {
        self.0.active_window(clock::now()).map(Into::into)
    }

    /// The next time for which it will mute; null if there is none.
    async fn next(&self) -> Option<TimeSpan> {
        self.0.next_window(clock::now()).map(Into::into)
    }

    /// Why. Plain text.
    async fn comment(&self) -> &str {
        &self.0.comment
    }

    /// Who made it.
    async fn created_by(&self) -> &str {
        &self.0.created_by
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When a person ended it before its time.
    async fn ended_at(&self) -> Option<DateTime> {
        self.0.ended_at.map(DateTime)
    }

    /// One more with every change; give it as `expectedVersion` when you change it.
    async fn version(&self) -> u64 {
        self.0.version
    }
}

/// Where a silence stands.
#[derive(Clone, Copy, Enum, PartialEq, Eq)]
#[graphql(remote = "State")]
pub(super) enum SilenceState {
    /// It mutes now.
    Active,
    /// It will mute.
    Upcoming,
    /// It is over.
    Past,
}

/// When a silence mutes.
#[derive(Union)]
enum SilenceWindow {
    Once(OnceWindow),
    Weekly(WeeklyWindow),
}

/// One time.
#[derive(SimpleObject)]
struct OnceWindow {
    /// From when on.
    from: DateTime,
    /// Until when.
    until: DateTime,
}

/// Every week, by the clocks of a place. A time that the clocks jump over counts as the instant of the jump,
/// one that they show twice counts the first time.
#[derive(SimpleObject)]
struct WeeklyWindow {
    /// The days on which it begins, Monday first.
    weekdays: Vec<DayOfWeek>,
    /// When it begins.
    start: LocalTime,
    /// When it ends: on the next day unless this is later than `start`.
    end: LocalTime,
    /// Whose clocks: an IANA time zone.
    time_zone: String,
    /// The first day on which it may begin.
    first_day: LocalDate,
    /// The last one; null: for ever.
    last_day: Option<LocalDate>,
}

/// From an instant on, until another one that does not belong to it.
#[derive(SimpleObject)]
struct TimeSpan {
    /// Its first instant.
    from: DateTime,
    /// The first instant behind it.
    until: DateTime,
}

/// People are left in peace about an incident. It stands in every list as always.
#[derive(SimpleObject)]
pub(super) struct IncidentMute {
    /// Why.
    reason: MuteReason,
    /// The silence, if that is why.
    silence: Option<SilenceObject>,
    /// Until when, as far as it is known now.
    until: DateTime,
}

/// Why people are left in peace.
#[derive(Clone, Copy, Enum, PartialEq, Eq)]
enum MuteReason {
    /// Somebody wished it.
    Silence,
    /// No show is due there for a while, and the region wants quiet then.
    NoShow,
}

/// What mutes an incident, if anything does.
pub(super) fn mute_of(desk: &Desk, incident: &Incident) -> Option<IncidentMute> {
    let mute = desk.mute_of(incident)?;
    let (reason, silence) = match &mute.why {
        Why::Silence(id) => (MuteReason::Silence, desk.known_silence(id)),
        Why::NoShow => (MuteReason::NoShow, None),
    };
    Some(IncidentMute { reason, silence: silence.map(SilenceObject), until: DateTime(mute.until) })
}

impl From<&Window> for SilenceWindow {
    fn from(window: &Window) -> Self {
        match window {
            Window::Once(span) => {
                Self::Once(OnceWindow { from: DateTime(span.from), until: DateTime(span.until) })
            }
            Window::Weekly(weekly) => Self::Weekly(weekly.into()),
        }
    }
}

impl From<&Weekly> for WeeklyWindow {
    fn from(weekly: &Weekly) -> Self {
        Self {
            weekdays: weekly.weekdays.iter().copied().map(DayOfWeek::from).collect(),
            start: LocalTime(weekly.start),
            end: LocalTime(weekly.end),
            time_zone: weekly.zone.name().to_owned(),
            first_day: LocalDate(weekly.first_day),
            last_day: weekly.last_day.map(LocalDate),
        }
    }
}

impl From<Span> for TimeSpan {
    fn from(span: Span) -> Self {
        Self { from: DateTime(span.from), until: DateTime(span.until) }
    }
}
