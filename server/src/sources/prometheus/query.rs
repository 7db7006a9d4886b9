//! What a Prometheus measured: `/api/v1/query` and `/api/v1/query_range`. Thanos and Mimir answer alike.
//! Source: `prometheus/prometheus`, `web/api/v1/api.go`; fixtures from a real one.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::super::address::Address;
use super::super::client::{Client, SourceError};
use super::super::guard::Blame;
use super::{Envelope, EnvelopeStatus};

/// Largest answer, in bytes: 1,000 machines with 250 points each tell about 7 MB.
const MAX_ANSWER_BYTES: usize = 16 << 20;
/// What may be over in a moment is tried again once, after this time.
const RETRY_AFTER: Duration = Duration::from_millis(100);

/// A Prometheus that can be asked for what it measured.
#[derive(Clone)]
pub struct Prometheus {
    client: Client,
    address: Address,
}

/// What it said.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply<T> {
    /// What was asked for.
    pub result: Vec<T>,
    /// Why something of it may lack: a Thanos says so when one of its stores was away.
    pub warnings: Vec<String>,
}

/// The values of one set of labels over time.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Points {
    /// Its labels.
    pub metric: BTreeMap<String, String>,
    /// Times in seconds since 1970, and values.
    #[serde(default)]
    pub values: Vec<(f64, Value)>,
}

/// The newest value of one set of labels.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Point {
    /// Its labels.
    pub metric: BTreeMap<String, String>,
    /// A time in seconds since 1970, and a value; none for what is no plain number.
    #[serde(default)]
    pub value: Option<(f64, Value)>,
}

/// A number; also no number at all, or an infinite one.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub struct Value(pub f64);

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum QueryError {
    /// There was none, or none that can be read.
    #[error(transparent)]
    Unanswered(#[from] SourceError),
    /// It says so itself.
    #[error("it refuses: {kind}: {message}")]
    Refused {
        /// The `errorType`, as `bad_data`.
        kind: String,
        /// In its own words.
        message: String,
    },
}

impl Prometheus {
    pub(in super::super) fn new(client: Client, address: Address) -> Self {
        Self { client, address }
    }

    /// What it is called, without secrets: `prometheus 127.0.0.1:9090`.
    pub fn name(&self) -> String {
        format!("prometheus {}", self.address)
    }

    /// The values from the first to the last time, which may be the same, in steps.
    ///
    /// # Errors
    /// [`QueryError`]. Has no deadline of its own.
    pub async fn query_range(
        &self,
        promql: &str,
        first: Timestamp,
        last: Timestamp,
        step_seconds: u32,
    ) -> Result<Reply<Points>, QueryError> {
        let (first, last) = (first.as_second().to_string(), last.as_second().to_string());
        let step_seconds = step_seconds.to_string();
        let form = [("query", promql), ("start", &first), ("end", &last), ("step", &step_seconds)];
        self.ask("/api/v1/query_range", "matrix", &form).await
    }

    /// The values now.
    ///
    /// # Errors
    /// [`QueryError`]. Has no deadline of its own.
    pub async fn query(&self, promql: &str) -> Result<Reply<Point>, QueryError> {
        self.ask("/api/v1/query", "vector", &[("query", promql)]).await
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        path: &str,
        shape: &str,
        form: &[(&str, &str)],
    ) -> Result<Reply<T>, QueryError> {
        let once = async || {
            let envelope = self.client.post(self.address.page(path), form, MAX_ANSWER_BYTES).await?;
            open(envelope, shape)
        };
        match once().await {
            Err(error) if error.may_be_over() => {
                tokio::time::sleep(RETRY_AFTER).await;
                once().await
            }
            answer => answer,
        }
    }
}

/// What the answer to a query holds. An error may come with data; nobody says what lacks in it, so it is
/// not taken.
fn open<T: DeserializeOwned>(envelope: Envelope<Box<RawValue>>, shape: &str) -> Result<Reply<T>, QueryError> {
    let Envelope { status, data, error_type: kind, error: message, warnings } = envelope;
    if status == EnvelopeStatus::Error {
        return Err(QueryError::Refused { kind, message });
    }
    let unreadable = |reason: String| SourceError::Unreadable(reason);
    let data = data.ok_or_else(|| unreadable("it holds no data".to_owned()))?;
    let data: Data = serde_json::from_str(data.get()).map_err(|error| unreadable(error.to_string()))?;
    if data.result_type != shape {
        return Err(unreadable(format!("it holds no {shape}")).into());
    }
    let result = serde_json::from_str(data.result.get());
    Ok(Reply { result: result.map_err(|error| unreadable(error.to_string()))?, warnings })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    result_type: String,
    result: Box<RawValue>,
}

impl TryFrom<String> for Value {
    type Error = std::num::ParseFloatError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(Self)
    }
}

impl QueryError {
    fn may_be_over(&self) -> bool {
        matches!(self, Self::Refused { kind, .. } if matches!(kind.as_str(), "timeout" | "internal" | "unavailable"))
    }
}

impl Blame for QueryError {
    fn is_outage(&self) -> bool {
        match self {
            Self::Unanswered(_) => true,
            Self::Refused { kind, .. } => {
                !matches!(kind.as_str(), "bad_data" | "execution" | "not_found" | "not_acceptable")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MATRIX: &str = include_str!("../fixtures/prometheus_2_42_query_range.json");
    const VECTOR: &str = include_str!("../fixtures/prometheus_2_42_query.json");
    const BAD_DATA: &str = include_str!("../fixtures/prometheus_2_42_bad_data.json");

    fn read<T: DeserializeOwned>(text: &str, shape: &str) -> Result<Reply<T>, QueryError> {
        open(serde_json::from_str(text).unwrap(), shape)
    }

    #[test]
    fn a_real_matrix_is_read() {
        let reply = read::<Points>(MATRIX, "matrix").unwrap();
        let machines: Vec<_> =
            reply.result.iter().map(|points| points.metric["machine_id"].as_str()).collect();
        assert_eq!(machines, ["dk-aarhus-01-01", "dk-aarhus-01-02"]);
        assert!(reply.result.iter().all(|points| points.values.len() == 3));
        assert_eq!(reply.warnings, <[String; 0]>::default());
    }

    #[test]
    fn a_real_vector_is_read_with_what_is_no_number() {
        let reply = read::<Point>(VECTOR, "vector").unwrap();
        let values: Vec<_> = reply.result.iter().map(|point| point.value.unwrap().1.0).collect();
        assert!(values[0].is_nan());
        assert_eq!(values[1..], [f64::INFINITY, 1.5]);
    }

    #[test]
    fn a_real_refusal_is_told_in_its_own_words_and_is_no_outage() {
        let error = read::<Points>(BAD_DATA, "matrix").unwrap_err();
        assert!(error.to_string().starts_with("it refuses: bad_data: 1:5: parse error"), "{error}");
        assert!(!error.is_outage());
    }

    #[test]
    fn an_error_with_data_is_an_error() {
        let text = r#"{"status":"error","errorType":"timeout","error":"query timed out","data":{"resultType":"matrix","result":[]}}"#;
        let error = read::<Points>(text, "matrix").unwrap_err();
        assert_eq!(error.to_string(), "it refuses: timeout: query timed out");
        assert!(error.is_outage());
    }

    #[test]
    fn warnings_are_handed_on_and_remarks_are_not() {
        let text = r#"{"status":"success","data":{"resultType":"matrix","result":[]},"warnings":["a store was away"],"infos":["no counter"]}"#;
        assert_eq!(read::<Points>(text, "matrix").unwrap().warnings, ["a store was away"]);
    }

    #[test]
    fn what_is_no_answer_to_the_question_cannot_be_read() {
        for text in [
            r#"{"status":"success"}"#,
            r#"{"status":"success","data":{"resultType":"vector","result":[]}}"#,
            r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"one"]]}]}}"#,
        ] {
            let error = read::<Points>(text, "matrix").unwrap_err();
            assert!(error.to_string().starts_with("its answer cannot be read: "), "{text}: {error}");
        }
    }
}
