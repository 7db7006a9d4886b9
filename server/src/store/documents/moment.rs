//! Instants as both stores write them.

use bson::DateTime;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An instant to the millisecond: a date in BSON, RFC 3339 text in JSON.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) struct Moment(pub(in crate::store) Timestamp);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            self.0.serialize(serializer)
        } else {
            DateTime::from_jiff(self.0).serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            Timestamp::deserialize(deserializer).map(Self)
        } else {
            DateTime::deserialize(deserializer).map(|date| Self(date.to_jiff()))
        }
    }
}
