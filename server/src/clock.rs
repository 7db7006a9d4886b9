//! The clock, to the precision that stores keep.

use jiff::Timestamp;

/// Now, to the millisecond: a finer instant would differ from what is read back.
pub fn now() -> Timestamp {
    to_millisecond(Timestamp::now())
}

/// The same instant without what is finer than a millisecond.
pub fn to_millisecond(instant: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(instant.as_millisecond()).unwrap_or(instant)
}

/// How long it is until then; nothing, if that is past.
pub fn until(instant: Timestamp) -> std::time::Duration {
    instant.duration_since(Timestamp::now()).try_into().unwrap_or_default()
}

/// The last full hour.
pub fn full_hour() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second() / 3_600 * 3_600).unwrap_or(now)
}
