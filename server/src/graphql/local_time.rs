//! What the clocks and calendars of a place show: text without a time zone.

use async_graphql::{Enum, InputValueError, InputValueResult, Scalar, ScalarType, Value};
use jiff::civil::{self, Weekday};

/// A day, as `2026-10-25`.
pub(super) struct LocalDate(pub(super) civil::Date);

/// A day, as `2026-10-25`.
#[Scalar]
impl ScalarType for LocalDate {
    fn parse(value: Value) -> InputValueResult<Self> {
        let text = text(value)?;
        let day = civil::Date::strptime("%Y-%m-%d", text);
        day.map(Self).map_err(|_| InputValueError::custom("write a day as 2026-10-25"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A time of day, as `22:00`.
pub(super) struct LocalTime(pub(super) civil::Time);

/// A time of day, as `22:00`.
#[Scalar]
impl ScalarType for LocalTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let text = text(value)?;
        let time = civil::Time::strptime("%H:%M", text);
        time.map(Self).map_err(|_| InputValueError::custom("write a time of day as 22:00"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.strftime("%H:%M").to_string())
    }
}

/// A day and a time of day, as `2026-10-25T22:00`.
pub(super) struct LocalDateTime(pub(super) civil::DateTime);

/// A day and a time of day, as `2026-10-25T22:00`.
#[Scalar]
impl ScalarType for LocalDateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let text = text(value)?;
        let clock = civil::DateTime::strptime("%Y-%m-%dT%H:%M", text);
        clock
            .map(Self)
            .map_err(|_| InputValueError::custom("write a day and a time of day as 2026-10-25T22:00"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.strftime("%Y-%m-%dT%H:%M").to_string())
    }
}

/// A day of the week.
#[derive(Clone, Copy, Enum, PartialEq, Eq)]
#[graphql(name = "Weekday", remote = "Weekday")]
pub(super) enum DayOfWeek {
    /// Monday.
    Monday,
    /// Tuesday.
    Tuesday,
    /// Wednesday.
    Wednesday,
    /// Thursday.
    Thursday,
    /// Friday.
    Friday,
    /// Saturday.
    Saturday,
    /// Sunday.
    Sunday,
}

fn text<T: async_graphql::InputType>(value: Value) -> Result<String, InputValueError<T>> {
    match value {
        Value::String(text) => Ok(text),
        other => Err(InputValueError::expected_type(other)),
    }
}
