//! Events for other programs: JSON, signed, each with an id so that a repeat is known as one.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use cineportal_regions::Occasion;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Client, Url};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::Sha256;

use super::channels::{Problem, Settings};
use super::message::{Message, Notice};
use super::secret::Secret;
use super::{Channel, SendError, http};
use crate::clock;
use crate::domain::incident::{CloseReason, Incident, Named, Severity, Status};

/// Holds the time of signing and the signature: `t=<seconds since 1970>,v1=<hexadecimal HMAC-SHA256 of "t.body">`.
const SIGNATURE_HEADER: &str = "X-CinePortal-Signature";
const ATTEMPT_HEADER: &str = "X-CinePortal-Attempt";
/// Shortest secret, in bytes: NIST SP 800-107 asks for 112 bits.
const MIN_SECRET_BYTES: usize = 16;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WebhookToml {
    url: Option<String>,
    url_file: Option<PathBuf>,
    secret: Option<String>,
    secret_file: Option<PathBuf>,
}

struct Webhook {
    client: Client,
    url: Url,
    /// The address as it was given; it may hold a token.
    address: Secret,
    secret: Secret,
}

/// Opens a channel to another program.
pub(super) fn open(settings: &Settings<'_>) -> Result<Arc<dyn Channel>, Vec<Problem>> {
    let raw: WebhookToml = settings.parse()?;
    let address = Secret::read("url", raw.url, raw.url_file, settings.folder);
    let url = match &address {
        Ok(address) => http::url("url", address.reveal()).map(Some),
        Err(_) => Ok(None),
    };
    let secret = Secret::read("secret", raw.secret, raw.secret_file, settings.folder).and_then(long_enough);
    match (address, url, secret) {
        (Ok(address), Ok(Some(url)), Ok(secret)) => {
            Ok(Arc::new(Webhook { client: http::client()?, url, address, secret }))
        }
        (address, url, secret) => {
            Err([address.err(), url.err(), secret.err()].into_iter().flatten().collect())
        }
    }
}

#[async_trait]
impl Channel for Webhook {
    fn kind(&self) -> &'static str {
        "webhook"
    }

    fn takes_addresses(&self) -> bool {
        false
    }

    async fn send(&self, message: &Message) -> Result<Option<String>, SendError> {
        let body = payload(message).to_string();
        let signed_at = clock::now().as_second();
        let request = self
            .client
            .post(self.url.clone())
            .header("content-type", "application/json")
            .header(SIGNATURE_HEADER, signature(self.secret.reveal(), signed_at, &body)?)
            .header(ATTEMPT_HEADER, message.attempt)
            .body(body);
        http::send(request, &self.address).await.map(|()| None)
    }
}

fn long_enough(secret: Secret) -> Result<Secret, Problem> {
    if secret.reveal().len() >= MIN_SECRET_BYTES {
        return Ok(secret);
    }
    Err(Problem::new("secret", format!("must have at least {MIN_SECRET_BYTES} bytes")))
}

fn signature(secret: &str, signed_at: i64, body: &str) -> Result<String, SendError> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .map_err(|error| SendError::not_taken(error.to_string()))?;
    mac.update(format!("{signed_at}.{body}").as_bytes());
    Ok(format!("t={signed_at},v1={}", hex::encode(mac.finalize().into_bytes())))
}

/// Whatever stays the same when the message is sent again is in here, so the body stays the same as long as
/// the incidents do.
fn payload(message: &Message) -> Value {
    let events: Vec<Value> = message.notices.iter().map(event).collect();
    json!({
        "id": message.batch,
        "region": message.region.as_str(),
        "route": message.route,
        "repeated": message.repeated.is_some(),
        "events": events,
    })
}

fn event(notice: &Notice) -> Value {
    let occasion = match notice.occasion {
        Occasion::Opened => "OPENED",
        Occasion::Reopened => "REOPENED",
        Occasion::Unattended => "UNATTENDED",
        Occasion::Closed => "CLOSED",
    };
    json!({
        "id": notice.id,
        "occasion": occasion,
        "at": notice.at.to_string(),
        "url": notice.url,
        "incident": incident(&notice.incident),
    })
}

/// The same names and values as in GraphQL.
fn incident(incident: &Incident) -> Value {
    let instant = |at: Option<jiff::Timestamp>| at.map(|at| at.to_string());
    let named =
        |named: &Option<Named>| named.as_ref().map(|named| json!({ "id": named.id, "name": named.name }));
    let place = &incident.place;
    json!({
        "id": incident.id.0,
        "number": incident.number.0,
        "status": status(incident.status),
        "severity": severity(incident.severity),
        "errorId": incident.error_id,
        "title": incident.title,
        "description": incident.description,
        "region": incident.key.region.as_str(),
        "machine": place.machine_id.as_ref().map(|id| json!({ "id": id })),
        "cinema": named(&place.cinema),
        "screen": named(&place.screen),
        "labels": incident.labels,
        "assignee": incident.assignee,
        "openedAt": incident.opened_at.to_string(),
        "acknowledgedAt": instant(incident.acknowledged_at),
        "closedAt": instant(incident.closed_at),
        "closeReason": incident.close_reason.map(close_reason),
        "occurrences": incident.occurrences,
        "version": incident.version,
    })
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Open => "OPEN",
        Status::InProgress => "IN_PROGRESS",
        Status::Closed => "CLOSED",
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "CRITICAL",
        Severity::Warning => "WARNING",
        Severity::Info => "INFO",
    }
}

fn close_reason(reason: CloseReason) -> &'static str {
    match reason {
        CloseReason::Resolved => "RESOLVED",
        CloseReason::ByPerson => "BY_PERSON",
        CloseReason::ByService => "BY_SERVICE",
        CloseReason::ResolvedAtSource => "RESOLVED_AT_SOURCE",
    }
}
