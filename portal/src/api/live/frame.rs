//! What is sent to subscribe, and what a message of the subscription tells.

use cineportal_schema::documents;
use miniserde::{Deserialize, Serialize, json};

use super::super::{http, wire};
use crate::model::Incident;

/// The subscription as an operation, as `{"query": …, "variables": …}`.
pub(super) fn subscription(region: Option<&str>, after: Option<&str>) -> String {
    let variables = Variables { region: region.map(str::to_owned), after: after.map(str::to_owned) };
    http::body(documents::INCIDENT_CHANGES, &variables)
}

/// One message of the subscription.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Told {
    Change {
        cursor: String,
        incident: Box<Incident>,
    },
    /// Something may have been missed.
    Resync {
        reason: String,
    },
    /// It is refused, or cannot be read.
    Unusable {
        reason: String,
    },
}

impl Told {
    /// Reads an execution result. An event of a kind that we do not know may be anything: reading the lists again
    /// is never wrong.
    pub(super) fn read(text: &str) -> Self {
        let Ok(answer) = json::from_str::<Answer>(text) else {
            return Self::Unusable { reason: "a change cannot be read".to_owned() };
        };
        let Some(event) = answer.data.map(|data| data.incident_changed) else {
            let refusal = answer.errors.unwrap_or_default().into_iter().next();
            let reason = refusal.map_or_else(|| "no reason".to_owned(), |error| error.message);
            return Self::Unusable { reason: format!("the server refused it: {reason}") };
        };
        match (event.cursor, event.incident) {
            (Some(cursor), Some(incident)) => Self::Change { cursor, incident: Box::new(incident.into()) },
            _ => Self::Resync { reason: event.reason.unwrap_or_default() },
        }
    }
}

#[derive(Serialize)]
struct Variables {
    region: Option<String>,
    after: Option<String>,
}

#[derive(Deserialize)]
struct Answer {
    data: Option<Data>,
    errors: Option<Vec<Refusal>>,
}

#[derive(Deserialize)]
struct Refusal {
    message: String,
}

#[derive(Deserialize)]
struct Data {
    #[serde(rename = "incidentChanged")]
    incident_changed: Event,
}

/// `IncidentChange` or `Resync`.
#[derive(Deserialize)]
struct Event {
    cursor: Option<String>,
    incident: Option<wire::Incident>,
    reason: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resync_is_read() {
        let text = r#"{"data":{"incidentChanged":{"__typename":"Resync","reason":"start"}}}"#;
        assert_eq!(Told::read(text), Told::Resync { reason: "start".to_owned() });
    }

    #[test]
    fn an_event_of_a_newer_server_counts_as_a_resync() {
        let text = r#"{"data":{"incidentChanged":{"__typename":"Digest"}}}"#;
        assert_eq!(Told::read(text), Told::Resync { reason: String::new() });
    }

    #[test]
    fn a_refusal_is_told_in_the_servers_words() {
        let text = r#"{"data":null,"errors":[{"message":"no such region"}]}"#;
        assert_eq!(
            Told::read(text),
            Told::Unusable { reason: "the server refused it: no such region".to_owned() }
        );
    }

    #[test]
    fn nonsense_is_unusable() {
        assert!(matches!(Told::read("<html>"), Told::Unusable { .. }));
    }

    #[test]
    fn a_subscription_names_region_and_cursor() {
        let request = subscription(Some("denmark"), None);
        assert!(request.ends_with(r#""variables":{"region":"denmark","after":null}}"#), "{request}");
    }
}
