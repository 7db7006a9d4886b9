//! Instants in GraphQL.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use jiff::Timestamp;

/// An instant in UTC, RFC 3339, as `2026-11-21T14:05:00Z`.
pub(super) struct DateTime(pub(super) Timestamp);

/// An instant in UTC, RFC 3339, as `2026-11-21T14:05:00Z`.
#[Scalar]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => Ok(Self(text.parse()?)),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}
